#!/usr/bin/env bash
# elastalert.sh [--cached]: prints the folder with ElastAlert2's programs, which ask Elasticsearch by rules and alert.
# pip installs the pinned version into $ORDERTRAIL_PEERS (by default ~/.cache/ordertrail-peers), outside the project, when
# it is not there yet; with --cached it does not. Exits 3 and says why when it cannot be had.
set -euo pipefail

version=2.19.0
package="elastalert2==$version" # PyPI

peers=${ORDERTRAIL_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/ordertrail-peers}
folder=$peers/elastalert2-$version

cannot() {
    printf 'ElastAlert2 %s cannot be had: %s\n' "$version" "$*" >&2
    exit 3
}

# A folder of its own is not moved afterwards: its programs name their Python by its path.
install() {
    python3 -m venv "$folder" >&2 || cannot "python3 -m venv failed (Debian: python3-venv)"
    # It imports pytz without asking for it.
    "$folder/bin/pip" install --quiet "$package" "pytz==2026.6" >&2 || {
        rm -rf "$folder"
        cannot "pip install $package failed"
    }
    touch "$folder/complete"
}

if [ ! -e "$folder/complete" ]; then
    [ "${1:-}" != --cached ] || cannot "it is not at $folder; tests/system/peers/elastalert.sh puts it there"
    mkdir -p "$peers"
    rm -rf "$folder"
    install
fi
printf '%s\n' "$folder/bin"
