#!/usr/bin/env bash
# test_system.sh [FILES...]: the clients' own libraries against a server with an empty data directory.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
has_program || {
    skip system "there is no src/app/main.cpp"
    exit 0
}
use_node
npm_ci tests/system
around=(python3 "$root/tests/system/run_with_server.py" --binary "$program" --)
run_node_tests system tests/system "${@:-clients/*.test.mjs}"
