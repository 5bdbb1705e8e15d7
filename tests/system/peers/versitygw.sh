#!/usr/bin/env bash
# versitygw.sh [--cached]: prints the path of Versity's S3 gateway, an S3 server over a folder.
# It is built from the pinned version into $ORDERTRAIL_PEERS (by default ~/.cache/ordertrail-peers), outside the
# project, when it is not there yet; with --cached it is not. Go, or pip to get one, has to be there. Exits 3 and says
# why when it cannot be had.
set -euo pipefail

module=github.com/versity/versitygw
version=v1.7.0
hash=h1:Tyn9TOpUn6nTyYfb+e2uaz1prf5Uv44FLpy4RU/foJE=

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
peers=${ORDERTRAIL_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/ordertrail-peers}
# shellcheck source=tests/system/peers/go.sh
source "$here/go.sh"
binary=$peers/versitygw-$version/versitygw

cannot() {
    printf 'versitygw %s cannot be had: %s\n' "$version" "$*" >&2
    exit 3
}

if [ ! -x "$binary" ]; then
    [ "${1:-}" != --cached ] || cannot "it is not at $binary; tests/system/peers/versitygw.sh puts it there"
    mkdir -p "$peers"
    install_pinned "$module/cmd/versitygw"
fi
printf '%s\n' "$binary"
