#!/usr/bin/env bash
# test_scenario.sh [FILES...]: these lines in, this query, these rows out; see tests/scenario/run.py.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
has_program || {
    skip scenario "there is no src/app/main.cpp"
    exit 0
}
files=("$@")
[ $# -gt 0 ] || mapfile -t files < <(find tests/scenario -name '*.trail' | LC_ALL=C sort)
run_counted scenario python3 tests/scenario/run.py --binary "$program" "${files[@]}"
