#!/usr/bin/env bash
# check.sh: the quick checks, each counted as one test. check.sh tidy [FILES...] and check.sh cppcheck: the slow ones.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"

files() { git ls-files --cached --others --exclude-standard --deduplicate -- "$@"; }

check_format() {
    local unformatted
    unformatted=$(files '*.h' '*.cpp' | xargs --no-run-if-empty clang-format-19 --dry-run 2>&1 |
        sed -n 's/^\([^ :]*\):[0-9]*:.*/\1/p' | LC_ALL=C sort -u)
    [ -z "$unformatted" ] || {
        echo "not formatted; ./dev fmt mends it:"
        echo "$unformatted"
        return 1
    }
}
check_rooms() { python3 tools/check_rooms.py; }
check_rooms_test() { python3 tools/check_rooms_test.py; }
check_files() { python3 tools/check_files.py; }
check_shell() { { echo dev && echo .ci/run && files '*.sh'; } | xargs shellcheck --source-path=tools --external-sources; }
check_web() {
    use_node
    npm_ci web
    (cd web && npm run --silent check)
    web/node_modules/.bin/prettier --config web/.prettierrc.json --check 'tests/system/**/*.mjs'
}

quick() {
    local check passed=0 failed=0 checks=(format rooms rooms_test files shell)
    [ ! -f web/package.json ] || checks+=(web)
    mkdir -p build
    for check in "${checks[@]}"; do
        # A subshell of its own keeps `set -e` inside the check.
        set +e
        (set -e && "check_$check") >"build/check.log" 2>&1
        local status=$?
        set -e
        if [ $status -eq 0 ]; then
            echo "check $check: passed"
            passed=$((passed + 1))
        else
            echo "check $check: failed"
            sed 's/^/    /' build/check.log
            failed=$((failed + 1))
        fi
    done
    record check "$passed" "$failed"
    summary check
}

# clang-tidy over the given files, or over all of src/; function length and names are checked here.
tidy() {
    cmake --preset dev >/dev/null
    [ $# -gt 0 ] || set -- "^$root/(src|tests)/"
    run-clang-tidy-19 -quiet -p build/dev -j "$(nproc)" -warnings-as-errors='*' "$@"
}

run_cppcheck() {
    cmake --preset dev >/dev/null
    cppcheck --project=build/dev/compile_commands.json --enable=warning,performance,portability \
        --file-filter='*/src/*' --inline-suppr --quiet --error-exitcode=1 -j "$(nproc)" \
        --suppress='*:/usr/*' --suppress='*:build/*' --suppress=returnStdMoveLocal --library=googletest
}

case ${1:-quick} in
    quick) quick ;;
    tidy) tidy "${@:2}" ;;
    cppcheck) run_cppcheck ;;
    *) die "expected check, check tidy or check cppcheck, found: check $1" ;;
esac
