#!/usr/bin/env bash
# test_crash.sh [--rounds N] [--seed N]: kill -9 under load; see tests/system/crash/crash.py.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
has_program || {
    skip crash "there is no src/app/main.cpp"
    exit 0
}
run_counted crash python3 -u tests/system/crash/crash.py --binary "$program" "$@"
