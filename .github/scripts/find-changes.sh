#!/usr/bin/env bash
# Tells as output `test` whether a merge changes anything that the tests prove: everything but the data of the organization and the lock.
set -euo pipefail

changed=$(git diff --name-only HEAD^1 HEAD)
echo "$changed"
DATA='^(terraform/[^/]+\.auto\.tfvars|terraform/(imports|moved)\.tf|terraform/policies/adopted/.*|images/lock\.json|MODULE\.bazel|docs/organization\.(md|svg))$'
if [[ -z $changed ]] || grep -qvE "$DATA" <<<"$changed"; then test=true; else test=false; fi
echo "test=$test" >>"$GITHUB_OUTPUT"
