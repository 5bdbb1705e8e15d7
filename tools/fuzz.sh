#!/usr/bin/env bash
# fuzz.sh                                  lists the targets, tests/fuzz/*_fuzz.cpp
# fuzz.sh TARGET [--seconds N] [ARGUMENTS] runs one for N seconds (60); further arguments are libFuzzer's
# fuzz.sh smoke [--seconds N]              all of them for N seconds (5) each, counted as the suite `fuzz`
# What a run finds new stays in build/fuzz/corpus/TARGET, an input that breaks something in build/fuzz/found.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
mapfile -t targets < <(find tests/fuzz -name '*_fuzz.cpp' -printf '%f\n' | sed 's/_fuzz\.cpp$//' | LC_ALL=C sort)
target=${1:-}
shift || true
if [ -z "$target" ]; then
    printf '%s\n' "${targets[@]}"
    exit 0
fi
seconds=60
[ "$target" != smoke ] || seconds=5
if [ "${1:-}" = --seconds ]; then
    seconds=${2:?expected a number after --seconds}
    shift 2
fi

# run TARGET: its seeds, what earlier runs found, and new inputs made from them.
run() {
    local name=$1
    shift
    mkdir -p "build/fuzz/corpus/$name" build/fuzz/found
    ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1 \
        "build/fuzz/${name}_fuzz" -max_total_time="$seconds" -max_len=8192 -rss_limit_mb=2000 -timeout=10 \
        -print_final_stats=1 -artifact_prefix="build/fuzz/found/$name-" "$@" \
        "build/fuzz/corpus/$name" "tests/fuzz/seeds/$name"
}

tools/build.sh fuzz
if [ "$target" = smoke ]; then
    passed=0 failed=0
    for name in "${targets[@]}"; do
        if run "$name" >"build/fuzz/$name.log" 2>&1; then
            printf '%s: passed, %s\n' "$name" "$(grep number_of_executed_units "build/fuzz/$name.log")"
            passed=$((passed + 1))
        else
            tail -n 60 "build/fuzz/$name.log"
            failed=$((failed + 1))
        fi
    done
    record fuzz "$passed" "$failed"
    [ "$failed" -eq 0 ]
else
    [ -x "build/fuzz/${target}_fuzz" ] || die "expected one of: ${targets[*]}; found: $target"
    run "$target" "$@"
fi
