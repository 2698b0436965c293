#!/usr/bin/env bash
# Keeps one open issue of its kind ($KIND) as long as something is to be done: opens it, or updates the oldest one and closes the
# others; closes all of them where there is nothing. Only issues that it wrote itself, found by marker and author.
#   KIND     drift, or scan
#   FOUND    true, false, or anything else where the run itself failed
#   REPORT   a file of Markdown with what was found
set -euo pipefail

: "${KIND:?}" "${FOUND=}" "${REPORT:?}"
ISSUES="repos/$GITHUB_REPOSITORY/issues"
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
case "$KIND" in
  drift)
    title='AWS is not as the Terraform code has it'
    todo="Apply the plan below, or bring the code to what AWS has"
    ;;
  scan)
    title='The locked images have vulnerabilities that genesis.json does not allow'
    todo='Publish images without them, or allow them in genesis.json with a reason and a date'
    ;;
  *)
    echo "write-issue: KIND is neither drift nor scan. No issue was touched. Next: correct the workflow" >&2
    exit 1
    ;;
esac
marker="<!-- genesis:$KIND -->"
FIND=".[] | select(.user.login == \"github-actions[bot]\" and .pull_request == null
  and (.body // \"\" | startswith(\"$marker\"))) | .number"

close() { # <number> <reason> <sentence>
  gh api --method POST "$ISSUES/$1/comments" -f "body=$3" --silent
  gh api --method PATCH "$ISSUES/$1" -f state=closed -f "state_reason=$2" --jq .html_url
}

found=$(gh api --paginate "$ISSUES?state=open&sort=created&direction=asc&per_page=100" --jq "$FIND")
if [[ $FOUND == false ]]; then
  for number in $found; do close "$number" completed "Nothing is to be done any more ([run]($run))."; done
  exit 0
fi

body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
  echo "$marker"
  if [[ $FOUND == true && -s $REPORT ]]; then
    printf 'Seen by [this run](%s). %s.\n\n' "$run" "$todo"
    # GitHub takes 65,536 characters.
    head -c 65000 "$REPORT"
  else
    title="The weekly run for ${KIND} failed"
    printf '[This run](%s) failed, so the result is unknown. Its log says why; then start it again.\n' "$run"
  fi
} >"$body"
kept=${found%%$'\n'*}
if [[ -n $kept ]]; then
  gh api --method PATCH "$ISSUES/$kept" -f "title=$title" -F "body=@$body" --jq .html_url
else
  gh api --method POST "$ISSUES" -f "title=$title" -F "body=@$body" --jq .html_url
fi
for number in $found; do
  [[ $number == "$kept" ]] || close "$number" not_planned "#$kept says the same."
done
