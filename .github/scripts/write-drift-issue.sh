#!/usr/bin/env bash
# Keeps one open issue while AWS differs from the code ($CHANGES is true): opens it, or updates the oldest one and closes the
# others. Closes all of them where there is no difference. Only issues that it wrote itself, found by marker and author.
set -euo pipefail

ISSUES="repos/$GITHUB_REPOSITORY/issues"
FIND='.[] | select(.user.login == "github-actions[bot]" and .pull_request == null
  and (.body // "" | startswith("<!-- genesis:drift -->"))) | .number'
TITLE='AWS is not as the Terraform code has it'
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"

close() { # <number> <reason> <sentence>
  gh api --method POST "$ISSUES/$1/comments" -f "body=$3" --silent
  gh api --method PATCH "$ISSUES/$1" -f state=closed -f "state_reason=$2" --jq .html_url
}

found=$(gh api --paginate "$ISSUES?state=open&sort=created&direction=asc&per_page=100" --jq "$FIND")

case "$CHANGES" in
  false)
    for number in $found; do close "$number" completed "AWS is as the code has it again ([run]($run))."; done
    ;;
  true)
    body=$(mktemp)
    trap 'rm -f "$body"' EXIT
    {
      echo '<!-- genesis:drift -->'
      echo "Seen by [this run]($run). Either apply the plan below, by a push to \`main\`, or bring the code to what AWS has."
      echo
      cat plan/summary.md
    } >"$body"
    kept=${found%%$'\n'*}
    if [[ -n $kept ]]; then
      gh api --method PATCH "$ISSUES/$kept" -f "title=$TITLE" -F "body=@$body" --jq .html_url
    else
      gh api --method POST "$ISSUES" -f "title=$TITLE" -F "body=@$body" --jq .html_url
    fi
    for number in $found; do
      [[ $number == "$kept" ]] || close "$number" not_planned "#$kept says the same."
    done
    ;;
  *)
    echo "write-drift-issue: CHANGES is neither true nor false. No issue was touched. Next: run this job again" >&2
    exit 1
    ;;
esac
