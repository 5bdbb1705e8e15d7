#!/usr/bin/env bash
# Installs the packages of tools/packages.txt that are missing, and nothing else. Asks nothing.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

missing_packages() {
    local installed package command
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' | awk '$2 == "installed" { print $1 }')
    while read -r package command; do
        if [ -n "$command" ] && command -v "$command" >/dev/null; then
            continue
        fi
        grep -qxF -- "$package" <<<"$installed" || printf '%s\n' "$package"
    done < <(sed 's/#.*//' "$root/tools/packages.txt" | awk 'NF { print $1, $2 }')
}

command -v dpkg-query >/dev/null ||
    die "expected Debian 12 (dpkg); elsewhere install the equivalents of tools/packages.txt by hand"

mapfile -t missing < <(missing_packages)
if [ ${#missing[@]} -eq 0 ]; then
    echo "setup: every package of tools/packages.txt is there"
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "expected root or sudo, to install: ${missing[*]}"
    as_root=(sudo)
fi

say "setup: installing ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}" </dev/null
