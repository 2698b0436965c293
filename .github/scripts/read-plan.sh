#!/usr/bin/env bash
# Shows the plan in plan/ in the job's summary, and hands on what later steps need, as outputs:
#   fingerprint  what tf-apply expects
#   changes      true, or false where the plan is empty
# The summary is made inert by tf-plan. No text of a plan reaches the outputs.
set -euo pipefail

fail() {
  echo "read-plan: $1. Nothing is approved. Run: the job again" >&2
  exit 1
}

# The title that the module gives an empty plan; anything else is a plan that a person looks at.
EMPTY='## Terraform plan: no changes'

fingerprint=$(<plan/fingerprint)
[[ $fingerprint =~ ^plan1(\.[0-9a-f]+){5}$ ]] || fail "plan/fingerprint holds no fingerprint"
IFS= read -r title <plan/summary.md || fail "plan/summary.md is empty"
if [[ $title == "$EMPTY" ]]; then changes=false; else changes=true; fi

cat plan/summary.md >>"$GITHUB_STEP_SUMMARY"
printf 'fingerprint=%s\nchanges=%s\n' "$fingerprint" "$changes" >>"$GITHUB_OUTPUT"
