#!/usr/bin/env bash
# Shows the plan in plan/ in the job's summary, and hands on what later steps need, as outputs:
#   fingerprint  what tf-apply expects
#   changes      true, or false where there is nothing to apply
# The summary is made inert by tf-plan. No text of a plan reaches the outputs.
set -euo pipefail

fail() {
  echo "read-plan: $1. Nothing is approved. Next: run this job again" >&2
  exit 1
}

fingerprint=$(<plan/fingerprint)
[[ $fingerprint =~ ^plan1(\.[0-9a-f]+){5}$ ]] || fail "plan/fingerprint holds no fingerprint"
changes=$(<plan/changes)
[[ $changes =~ ^(true|false)$ ]] || fail "plan/changes is neither true nor false"
[[ -s plan/summary.md ]] || fail "plan/summary.md is empty"

cat plan/summary.md >>"$GITHUB_STEP_SUMMARY"
printf 'fingerprint=%s\nchanges=%s\n' "$fingerprint" "$changes" >>"$GITHUB_OUTPUT"
