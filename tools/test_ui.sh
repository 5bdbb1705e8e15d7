#!/usr/bin/env bash
# test_ui.sh [PATTERN]: the web UI in a browser, against a server with demo data.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
if ! compgen -G 'tests/system/ui/*.test.*' >/dev/null || ! has_program; then
    skip ui "there are no tests/system/ui/*.test.* or no src/app"
    exit 0
fi
npm_ci tests/system/ui
npm_ci tests/system
around=(python3 "$root/tests/system/run_with_server.py" --binary "${ORDERTRAIL_BINARY:-$root/build/release/ordertrail}"
    --demo-orders "${DEMO_ORDERS:-300}" --)
run_node_tests ui tests/system/ui "${1:-**/*.test.*}"
