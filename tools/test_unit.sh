#!/usr/bin/env bash
# test_unit.sh [PRESET [CTEST-ARGUMENTS...]]: the unit tests of one preset, through ctest.
# Counts single tests, not programs; a program that dies without a report counts as one failure.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
preset=${1:-release}
shift || true
suite=unit
[ "$preset" = release ] || suite=$preset

export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=$root/tests/tsan.suppressions

# ThreadSanitizer of this compiler cannot start under much address randomisation.
runner=()
[ "$preset" != tsan ] || runner=(setarch "$(uname -m)" -R)

reports=$root/build/$preset/reports
rm -rf "$reports"
mkdir -p "$reports"
export GTEST_OUTPUT=json:$reports/
status=0
"${runner[@]}" ctest --test-dir "$root/build/$preset" --output-on-failure --parallel 2 \
    --timeout 1200 --no-tests=ignore --output-log "$reports/ctest.log" "$@" || status=$?

read -r passed failed < <(python3 "$root/tools/count_tests.py" gtest "$reports" "$status")
record "$suite" "$passed" "$failed"
