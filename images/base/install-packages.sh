#!/bin/sh
# Installs Debian packages from a dated archive, so that the same inputs give the same packages.
# Wants DEBIAN_ARCHIVE and DEBIAN_SECURITY_ARCHIVE in the environment; the sources stay for derived images.
set -eu

# shellcheck disable=SC1091 # stands in the image
. /etc/os-release
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
# An archive of the past is no longer "valid"; signatures are checked all the same.
cat >/etc/apt/sources.list.d/debian.sources <<EOF
Types: deb
URIs: ${DEBIAN_ARCHIVE}
Suites: ${VERSION_CODENAME} ${VERSION_CODENAME}-updates
Components: main
Check-Valid-Until: no
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: ${DEBIAN_SECURITY_ARCHIVE}
Suites: ${VERSION_CODENAME}-security
Components: main
Check-Valid-Until: no
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
EOF

# Archives of dated packages are slow and answer 429 and 503, which apt takes for an answer: it tries again on a broken connection only.
retry() {
  for pause in 5 15 45; do
    if "$@"; then return; fi
    echo "again in $pause s: $*" >&2
    sleep "$pause"
  done
  "$@"
}

export DEBIAN_FRONTEND=noninteractive
retry apt-get update --error-on=any
# A name that does not exist is no reason to wait.
apt-get install --simulate --no-install-recommends "$@" >/dev/null
retry apt-get install --yes --no-install-recommends "$@"
# Also what differs from one build to the next: logs, and what ldconfig remembers of the file system.
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/ldconfig/aux-cache /var/log/apt /var/log/alternatives.log /var/log/dpkg.log
