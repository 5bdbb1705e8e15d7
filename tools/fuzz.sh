#!/usr/bin/env bash
# fuzz.sh [TARGET [LIBFUZZER-ARGUMENTS...]]: lists tests/fuzz/*_fuzz.cpp, or runs one that is built.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
mapfile -t targets < <(find tests/fuzz -name '*_fuzz.cpp' -printf '%f\n' 2>/dev/null | sed 's/\.cpp$//' | LC_ALL=C sort)
if [ $# -eq 0 ]; then
    [ ${#targets[@]} -gt 0 ] || echo "there are no fuzz targets yet (tests/fuzz/*_fuzz.cpp)"
    [ ${#targets[@]} -eq 0 ] || printf '%s\n' "${targets[@]}"
    exit 0
fi
program=build/fuzz/$1
[ -x "$program" ] || die "expected the program $program: see tests/fuzz for how it is built"
corpus=build/fuzz/corpus/$1
mkdir -p "$corpus"
"$program" "${@:2}" "$corpus"
