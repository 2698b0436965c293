#!/usr/bin/env bash
# Refuses to go on unless this run approves ($FINGERPRINT) the plan of the head of main, for the first time, started by an approver
# and by nobody else. AWS checks the approver again. Where GitHub does not answer it refuses too.
set -euo pipefail

fail() {
  echo "check-approval: $1. Nothing was applied. Next: $2" >&2
  exit 1
}
ask() { # <what GitHub is asked> <arguments of gh api>
  local what=$1
  shift
  gh api "$@" || fail "GitHub did not return $what" "start this workflow again when it answers"
}

[[ $FINGERPRINT =~ ^plan1(\.[0-9a-f]+){5}$ ]] || fail "this is not a fingerprint" "copy it from the summary of the plan on main"
[[ $GITHUB_REF == refs/heads/main ]] || fail "this run is of $GITHUB_REF" "start the workflow on main"
[[ $GITHUB_TRIGGERING_ACTOR == "$GITHUB_ACTOR" ]] ||
  fail "$GITHUB_TRIGGERING_ACTOR re-ran what $GITHUB_ACTOR started" "start the workflow as yourself, which makes the approval yours"

head=$(ask "what the head of main is" "repos/$GITHUB_REPOSITORY/git/ref/heads/main" --jq .object.sha)
[[ $head == "$GITHUB_SHA" ]] ||
  fail "main is at ${head:0:40}, and this run is of $GITHUB_SHA" "approve the plan of the newer commit instead"

RUNS="repos/$GITHUB_REPOSITORY/actions/workflows/apply.yml/runs?status=success&per_page=100"
applied=$(ask "what was applied" "$RUNS" --jq '.workflow_runs[] | "\(.id) \(.head_sha) \(.display_title)"')
while read -r id _ title; do
  [[ $title != "Apply $FINGERPRINT" ]] || fail "run $id has already applied this plan" "approve the plan of the newest run of main"
done <<<"$applied"

# Who wrote what has come to main since the last apply; all of it where there was none.
read -r _ last _ <<<"$applied" || true
if [[ -n ${last:-} ]]; then
  authors=$(ask "who wrote the commits" --paginate "repos/$GITHUB_REPOSITORY/compare/$last...$GITHUB_SHA?per_page=100" \
    --jq '.commits[] | .author.id // "unknown"')
else
  authors=$(ask "who wrote the commits" --paginate "repos/$GITHUB_REPOSITORY/commits?sha=$GITHUB_SHA&per_page=100" \
    --jq '.[] | .author.id // "unknown"')
fi
mapfile -t authors < <(sort -u <<<"$authors")
./daggerw call check-approval --expect="$FINGERPRINT" --revision="$GITHUB_SHA" --approver="$GITHUB_ACTOR_ID" "${authors[@]/#/--authors=}"
