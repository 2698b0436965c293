#!/usr/bin/env bash
# Opens a pull request with the digests that `lock` wrote, or updates the one that is open. Does nothing where nothing changed.
set -euo pipefail

BRANCH=genesis/lock
FILES=(images/lock.json MODULE.bazel)

if git diff --quiet HEAD -- "${FILES[@]}"; then
  echo "The lock is up to date."
  exit 0
fi

git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
  commit --quiet --message 'Lock the published images' -- "${FILES[@]}"
# The branch is this script's own, and always one commit on top of main.
gh auth setup-git
git push --quiet --force origin "HEAD:refs/heads/$BRANCH"

owner=${GITHUB_REPOSITORY%%/*}
number=$(gh api "repos/$GITHUB_REPOSITORY/pulls?state=open&base=main&head=$owner:$BRANCH" --jq '.[0].number // empty')
if [[ -n $number ]]; then
  echo "Pull request #$number has the new digests."
  exit 0
fi
gh api --method POST "repos/$GITHUB_REPOSITORY/pulls" --jq .html_url \
  -f title='Lock the published images' -f head="$BRANCH" -f base=main \
  -f body='The digests of what was published, written by ./daggerw call lock. A workflow opened this pull request, so its checks wait until a person lets them run; where nothing waits, close and reopen it.'
