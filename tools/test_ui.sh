#!/usr/bin/env bash
# test_ui.sh [FILES...]: the web UI in a browser, against a server with demo data.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
mapfile -t tests < <(find tests/system/ui -name node_modules -prune -o -name '*[._]test.*' -print 2>/dev/null)
if [ ${#tests[@]} -eq 0 ] || ! has_program; then
    skip ui "there are no tests in tests/system/ui or there is no src/app/main.cpp"
    exit 0
fi
use_node
npm_ci tests/system/ui
around=(python3 "$root/tests/system/run_with_server.py" --binary "$program"
    --demo-orders "${DEMO_ORDERS:-300}" --)
run_node_tests ui tests/system/ui "${@:-${tests[@]#tests/system/ui/}}"
