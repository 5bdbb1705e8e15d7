#!/usr/bin/env bash
# telemetrygen.sh [--cached]: prints the path of OpenTelemetry's telemetrygen, a real OTLP client.
# It is built from the pinned version into $ORDERTRAIL_PEERS (by default ~/.cache/ordertrail-peers), outside the
# project, when it is not there yet; with --cached it is not. Go, or pip to get one, has to be there. Exits 3 and says
# why when it cannot be had.
set -euo pipefail

module=github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen
version=v0.161.0
hash=h1:JgB7eAxjlEiajBiQSmpJSIk9Zwm5BBRwU05szfBsQjk=

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
peers=${ORDERTRAIL_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/ordertrail-peers}
# shellcheck source=tests/system/peers/go.sh
source "$here/go.sh"
binary=$peers/telemetrygen-$version/telemetrygen

cannot() {
    printf 'telemetrygen %s cannot be had: %s\n' "$version" "$*" >&2
    exit 3
}

if [ ! -x "$binary" ]; then
    [ "${1:-}" != --cached ] || cannot "it is not at $binary; tests/system/peers/telemetrygen.sh puts it there"
    mkdir -p "$peers"
    install_pinned "$module"
fi
printf '%s\n' "$binary"
