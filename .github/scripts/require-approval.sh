#!/usr/bin/env bash
# Refuses to go on where the environment `production` asks nobody: GitHub makes an environment that does not exist, without
# reviewers, and lets the job run. Where GitHub does not answer it refuses too.
set -euo pipefail

fail() {
  echo "require-approval: $1. Nothing was applied. Next: $2" >&2
  exit 1
}

FIND='[.protection_rules[] | select(.type == "required_reviewers") | .reviewers[]] | length'
reviewers=$(gh api "repos/$GITHUB_REPOSITORY/environments/production" --jq "$FIND") ||
  fail "GitHub does not say who must approve" "run this job again when it answers"
[[ $reviewers =~ ^[1-9][0-9]*$ ]] ||
  fail "the environment production has no required reviewers" "follow the step Environment of docs/runbooks/set-up-github.md"
