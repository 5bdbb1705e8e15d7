#!/usr/bin/env bash
# elasticsearch.sh [--cached]: prints the folder of a real Elasticsearch, made ready to run without security on loopback.
# Maven gets the pinned version into $ORDERTRAIL_PEERS (by default ~/.cache/ordertrail-peers), outside the project, when
# it is not there yet; with --cached it does not. Needs a JDK 17 to run. Exits 3 and says why when it cannot be had.
set -euo pipefail

version=8.15.0
hash=c473366cf9e27bf6af9a9981a5e57dc206c04217439dbdf58df60e3683dff08b
artifact=org.elasticsearch.distribution.integ-test-zip:elasticsearch:$version:zip

peers=${ORDERTRAIL_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/ordertrail-peers}
folder=$peers/elasticsearch-$version

cannot() {
    printf 'Elasticsearch %s cannot be had: %s\n' "$version" "$*" >&2
    exit 3
}

fetch() {
    local zip made
    command -v mvn >/dev/null || cannot "expected mvn (Debian: maven)"
    made=$(mktemp -d "$peers/elasticsearch.XXXXXX")
    mvn -q dependency:copy "-Dartifact=$artifact" "-DoutputDirectory=$made" >&2 || cannot "Maven did not get $artifact"
    zip=$made/elasticsearch-$version.zip
    printf '%s  %s\n' "$hash" "$zip" | sha256sum --check --quiet >&2 || cannot "expected the archive's hash $hash"
    (cd "$made" && python3 -m zipfile -e "$zip" .)
    rm "$zip"
    chmod -R a+rX "$made"
    chmod a+x "$made/elasticsearch-$version"/bin/*
    mv "$made/elasticsearch-$version" "$folder"
    rmdir "$made"
}

if [ ! -d "$folder" ]; then
    [ "${1:-}" != --cached ] || cannot "it is not at $folder; tests/system/peers/elasticsearch.sh puts it there"
    mkdir -p "$peers"
    fetch
fi
printf '%s\n' "$folder"
