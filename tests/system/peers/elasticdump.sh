#!/usr/bin/env bash
# elasticdump.sh [--cached]: prints the path of elasticdump, which copies indices out of and into Elasticsearch.
# npm gets the pinned version into $ORDERTRAIL_PEERS (by default ~/.cache/ordertrail-peers), outside the project, when it
# is not there yet; with --cached it does not. Needs Node.js to run. Exits 3 and says why when it cannot be had.
set -euo pipefail

version=6.125.1
hash=sha512-IKaUy1DEVhUmKoUp9ecbpNud8vsSnMrT/wyIntVjHewR7H8bd0cE09Bx2NI2T7k3lJWmgDlHTyNRutMlJAteBA==

peers=${ORDERTRAIL_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/ordertrail-peers}
folder=$peers/elasticdump-$version
program=$folder/node_modules/.bin/elasticdump

cannot() {
    printf 'elasticdump %s cannot be had: %s\n' "$version" "$*" >&2
    exit 3
}

fetch() {
    local made found
    command -v npm >/dev/null || cannot "expected npm"
    made=$(mktemp -d "$peers/elasticdump.XXXXXX")
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$made" "elasticdump@$version" >&2 ||
        cannot "npm install elasticdump@$version failed"
    found=$(node -p "require('$made/package-lock.json').packages['node_modules/elasticdump'].integrity")
    [ "$found" = "$hash" ] || cannot "expected the package's hash $hash, found $found"
    chmod 755 "$made"
    mv "$made" "$folder"
}

if [ ! -x "$program" ]; then
    [ "${1:-}" != --cached ] || cannot "it is not at $program; tests/system/peers/elasticdump.sh puts it there"
    mkdir -p "$peers"
    fetch
fi
printf '%s\n' "$program"
