#!/usr/bin/env bash
# The steps of `dagger call tf-lint` (ci/terraform/lint.ts), on a copy of the code. Every step runs, whatever the others say.
# Arguments: terraform, tflint, the folder of the code.
set -euo pipefail
terraform="$PWD/$1"
tflint="$PWD/$2"
code="$PWD/$3"

cd "$(mktemp -d "${TEST_TMPDIR:-/tmp}/lint.XXXXXX")"
# The files of a test are links.
cp -RL "$code/." .
# `terraform test` has data of its own, and mocks that cannot import.
rm -f imports.tf moved.tf

failed=()
run() {
  local name=$1
  shift
  "$@" || failed+=("$name")
}

"$terraform" init -backend=false -input=false -lockfile=readonly -no-color
run format "$terraform" fmt -check -diff -recursive -no-color
run validate "$terraform" validate -no-color
run tflint "$tflint" --no-color --format=compact
run test "$terraform" test -no-color
if ((${#failed[@]} > 0)); then
  echo "Failed: ${failed[*]}" >&2
  exit 1
fi
