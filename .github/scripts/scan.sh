#!/usr/bin/env bash
# Scans the locked images. Output `found` is false, or true where genesis.json does not allow what was found: scan.md then says what.
# Any other failure is one of the run.
set -euo pipefail

if ./daggerw call scan 2>scan.log; then
  echo 'found=false' >>"$GITHUB_OUTPUT"
  exit 0
fi
cat scan.log >&2
grep -q '\[vulnerability-found\]' scan.log || exit 1
{
  echo '```'
  # From the error on, without colors, and without what would end the fence.
  sed -n '/\[vulnerability-found\]/,$p' scan.log | sed -e 's/\x1b\[[0-9;]*m//g' -e "s/\`\`\`/'''/g"
  echo '```'
} >scan.md
echo 'found=true' >>"$GITHUB_OUTPUT"
# Red, for who looks at the runs.
exit 1
