#!/usr/bin/env bash
# Ends the job's summary with how the plan in plan/ is approved.
set -euo pipefail

link="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/workflows/apply.yml"
{
  echo
  echo '### Approve'
  echo
  echo "An approver runs this, or gives the fingerprint to [*Run workflow*]($link):"
  echo
  echo '```sh'
  echo "gh workflow run apply.yml --repo $GITHUB_REPOSITORY --ref main -f fingerprint=$(<plan/fingerprint)"
  echo '```'
  if [[ -s plan/losses ]]; then
    echo
    echo 'The plan has losses. Add those that you accept; this names all of them:'
    echo
    echo '```sh'
    printf -- '-f allow_loss=%q\n' "$(paste -sd, plan/losses)"
    echo '```'
  fi
} >>"$GITHUB_STEP_SUMMARY"
