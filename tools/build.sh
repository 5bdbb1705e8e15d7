#!/usr/bin/env bash
# build.sh [PRESET]: the web UI into web/dist, then the C++ of one CMake preset into build/PRESET.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
cd "$root"
preset=${1:-release}

web_files() {
    find web \( -name node_modules -o -name dist \) -prune -o -type f -print | LC_ALL=C sort
}

build_web() {
    say "npm run build in web"
    (cd web && npm run build)
}

if [ -f web/package.json ] && [ "$preset" != fuzz ]; then
    use_node
    npm_ci web
    [ -d web/dist ] || rm -f "$stamps/web"
    mapfile -t files < <(web_files)
    once web "$(hash_of "${files[@]}")" build_web
fi

mkdir -p build
say "build: $preset"
cmake --preset "$preset" >"$root/build/configure.log" 2>&1 || {
    cat "$root/build/configure.log"
    exit 1
}
cmake --build --preset "$preset"
