#!/usr/bin/env bash
# test_scenario.sh [FILES...]: tests/scenario/*.trail, by the program that the build makes for them.
# It prints a line `N passed, N failed`.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
runner=build/release/ordertrail_scenario
compgen -G 'tests/scenario/*.trail' >/dev/null || {
    skip scenario "there is no tests/scenario/*.trail"
    exit 0
}
status=0
files=("$@")
[ $# -gt 0 ] || mapfile -t files < <(find tests/scenario -name '*.trail' | LC_ALL=C sort)
mkdir -p build
"$runner" "${files[@]}" | tee build/scenario.log || status=$?
read -r passed failed < <(python3 tools/count_tests.py closing build/scenario.log "$status")
record scenario "$passed" "$failed"
exit "$status"
