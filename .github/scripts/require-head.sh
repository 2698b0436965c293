#!/usr/bin/env bash
# Refuses to go on where this run's commit is no longer the head of main: an older state must not be applied over a newer one.
# Where GitHub does not answer it refuses too.
set -euo pipefail

fail() {
  echo "require-head: $1. Nothing was applied. Next: $2" >&2
  exit 1
}

head=$(gh api "repos/$GITHUB_REPOSITORY/git/ref/heads/main" --jq .object.sha) ||
  fail "GitHub does not say what the head of main is" "run this job again when it answers"
[[ $head == "$GITHUB_SHA" ]] ||
  fail "main is at ${head:0:40}, and this run is of $GITHUB_SHA" "approve the newer run of this workflow instead"
