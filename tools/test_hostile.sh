#!/usr/bin/env bash
# test_hostile.sh [--only WORD]: input that means harm, while a healthy client works; see tests/system/hostile/hostile.py.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
has_program || {
    skip hostile "there is no src/app/main.cpp"
    exit 0
}
run_counted hostile python3 -u tests/system/hostile/hostile.py --binary "$program" "$@"
