#!/usr/bin/env bash
# Writes the plan in plan/ as a comment on the pull request $PULL_REQUEST: one comment, found again by its marker and its
# author and updated in place. Where there is no plan, the comment says that. Any failure of GitHub's API fails the job.
set -euo pipefail

COMMENTS="repos/$GITHUB_REPOSITORY/issues"
# A person may quote the marker, and another workflow write comments: both must be right.
FIND='.[] | select(.user.login == "github-actions[bot]" and (.body // "" | startswith("<!-- genesis:plan -->"))) | .id'

body=$(mktemp)
trap 'rm -f "$body"' EXIT
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
{
  echo '<!-- genesis:plan -->'
  echo "What merging \`$COMMIT\` would change ([run]($run)). Approvals are given on \`main\`, after the merge."
  echo
  if [[ -s plan/summary.md ]]; then
    cat plan/summary.md
  else
    echo "**There is no plan of this commit:** a step before it failed. The run says why."
  fi
} >"$body"

found=$(gh api --paginate "$COMMENTS/$PULL_REQUEST/comments?per_page=100" --jq "$FIND")
# The oldest: a second one, of whatever race, is left alone.
id=${found%%$'\n'*}
if [[ -n $id ]]; then
  gh api --method PATCH "$COMMENTS/comments/$id" -F "body=@$body" --jq .html_url
else
  gh api --method POST "$COMMENTS/$PULL_REQUEST/comments" -F "body=@$body" --jq .html_url
fi
