#!/usr/bin/env bash
# test_web.sh: the unit tests of the web UI.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
[ -f web/package.json ] || {
    skip web "there is no web/"
    exit 0
}
use_node
npm_ci web
run_node_tests web web 'src/**/*_test.ts'
