# shellcheck shell=bash
# Shared by ./dev and the scripts beside this file: where the project lies, how to speak, how to count tests.
# REQUIRES: sourced by bash under `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
results=$root/build/test-results
stamps=$root/build/stamps

say() { printf '\n== %s\n' "$*"; }

die() {
    printf 'dev: %s\n' "$*" >&2
    exit 1
}

# record SUITE PASSED FAILED: keeps a suite's counts for the summary.
record() {
    mkdir -p "$results"
    printf '%s %s %s\n' "$2" "$3" "$SECONDS" >"$results/$1"
}

# skip SUITE WHY: a suite that has nothing to run yet.
skip() {
    printf '%s: nothing to run: %s\n' "$1" "$2"
    record "$1" 0 0
}

# summary SUITE...: a table of what was recorded, then `N passed, N failed` alone on the last line.
# Fails when a test failed.
summary() {
    local suite passed failed seconds all_passed=0 all_failed=0
    printf '\n%-14s %8s %8s %8s\n' suite passed failed seconds
    for suite in "$@"; do
        read -r passed failed seconds <"$results/$suite"
        printf '%-14s %8d %8d %8d\n' "$suite" "$passed" "$failed" "$seconds"
        all_passed=$((all_passed + passed))
        all_failed=$((all_failed + failed))
    done
    printf '\n%d passed, %d failed\n' "$all_passed" "$all_failed"
    [ "$all_failed" -eq 0 ]
}

# once STAMP HASH COMMAND...: runs the command unless it last succeeded with the same hash.
once() {
    local stamp=$stamps/$1 hash=$2
    shift 2
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$hash" ]; then
        return
    fi
    rm -f "$stamp"
    "$@"
    mkdir -p "$(dirname "$stamp")"
    printf '%s\n' "$hash" >"$stamp"
}

# hash_of FILE...: one hash over the names and contents of files.
hash_of() { sha256sum -- "$@" | sha256sum | cut -d' ' -f1; }

# use_node: puts the Node.js and npm of tools/node first on PATH; Debian's install them, but are too old for Vite.
use_node() {
    npm_ci tools/node
    PATH=$root/tools/node/node_modules/.bin:$PATH
}

# npm_ci FOLDER: its node_modules as the lock file says; quick when nothing changed.
npm_ci() {
    local folder=$1 stamp
    stamp=npm-$(printf '%s' "$folder" | tr / -)
    [ -d "$root/$folder/node_modules" ] || rm -f "$stamps/$stamp"
    once "$stamp" "$(cd "$root/$folder" && hash_of package.json package-lock.json)" npm_install "$folder"
}

npm_install() {
    say "npm ci in $1"
    (cd "$root/$1" && npm ci --no-audit --no-fund)
}

# The program under test.
# shellcheck disable=SC2034
program=${ORDERTRAIL_BINARY:-$root/build/release/ordertrail}

# has_program: whether the server's source is there; a suite that needs it has nothing to run before.
has_program() { [ -f "$root/src/app/main.cpp" ]; }

# run_counted SUITE COMMAND...: a command that closes with a line `N passed, N failed`; counts and fails as it does.
run_counted() {
    local suite=$1 log=$results/$1.log status=0 passed failed
    shift
    mkdir -p "$results"
    "$@" | tee "$log" || status=$?
    read -r passed failed < <(python3 "$root/tools/count_tests.py" closing "$log" "$status")
    record "$suite" "$passed" "$failed"
    return "$status"
}

# A command to run node's tests inside of, such as one that starts a server.
around=()

# run_node_tests SUITE FOLDER PATTERN...: node's test runner in a folder; counts and fails as the tests do.
# REQUIRES: use_node before.
run_node_tests() {
    local suite=$1 folder=$2 report=$results/$1.tap status=0 passed failed
    shift 2
    mkdir -p "$results"
    (cd "$root/$folder" && "${around[@]}" node --test --test-reporter=spec \
        --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="$report" "$@") || status=$?
    read -r passed failed < <(python3 "$root/tools/count_tests.py" tap "$report" "$status")
    record "$suite" "$passed" "$failed"
    return "$status"
}
