#!/usr/bin/env bash
# test_crash.sh [--rounds N] [--seed N]: kill -9 under load; see tests/system/crash/crash.py.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
has_program || {
    skip crash "there is no src/app/main.cpp"
    exit 0
}
mkdir -p build
status=0
python3 -u tests/system/crash/crash.py --binary "${ORDERTRAIL_BINARY:-build/release/ordertrail}" "$@" |
    tee build/crash.log || status=$?
read -r passed failed < <(python3 tools/count_tests.py closing build/crash.log "$status")
record crash "$passed" "$failed"
exit "$status"
