#!/usr/bin/env bash
# Applies the plan of $FINGERPRINT, with the losses that $ALLOW_LOSS names.
set -euo pipefail

args=(--expect="$FINGERPRINT" --revision="$GITHUB_SHA")
[[ ! -s plan/plan.json ]] || args+=(--approved=plan/plan.json)
[[ -z $ALLOW_LOSS ]] || args+=(--allow-loss="$ALLOW_LOSS")
# The AWS CLI tells when a session ends only where this says so. An hour, less what has passed since the role was taken.
AWS_CREDENTIAL_EXPIRATION=${AWS_CREDENTIAL_EXPIRATION:-$(date -u -d '+58 minutes' +%Y-%m-%dT%H:%M:%SZ)}
export AWS_CREDENTIAL_EXPIRATION
./daggerw call --aws='cmd://aws configure export-credentials' tf-apply "${args[@]}"
