#!/usr/bin/env bash
# debian.sh [--cached] NAME: prints a folder that holds the files of Debian 12's journal-upload, syslog-ng or rsyslog.
# The packages are fetched by apt, which checks them, and unpacked into $ORDERTRAIL_PEERS (by default
# ~/.cache/ordertrail-peers), outside the project, when they are not there yet; with --cached they are not. Nothing is
# installed, no service is started. Exits 3 and says why when they cannot be had.
set -euo pipefail

cached=false
[ "${1:-}" != --cached ] || {
    cached=true
    shift
}
name=${1:-}
case $name in
    journal-upload)
        packages=(systemd-journal-remote libcurl4 libmicrohttpd12 libsystemd-shared)
        program=lib/systemd/systemd-journal-upload
        ;;
    syslog-ng)
        packages=(syslog-ng-core libivykis0 libjson-c5 libnet1 libpcre3 libwrap0)
        program=usr/sbin/syslog-ng
        ;;
    rsyslog)
        packages=(rsyslog rsyslog-elasticsearch libestr0 libfastjson4 liblognorm5 libcurl4)
        program=usr/sbin/rsyslogd
        ;;
    *)
        printf 'usage: debian.sh [--cached] journal-upload|syslog-ng|rsyslog\n' >&2
        exit 2
        ;;
esac

peers=${ORDERTRAIL_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/ordertrail-peers}
folder=$peers/debian-12-$name

cannot() {
    printf '%s cannot be had: %s\n' "$name" "$*" >&2
    exit 3
}

fetch() {
    local made archive
    command -v apt-get dpkg-deb >/dev/null || cannot "expected apt-get and dpkg-deb, as on Debian"
    grep -q '^VERSION_ID="12"' /etc/os-release || cannot "expected Debian 12, found another system"
    mkdir -p "$peers"
    made=$(mktemp -d "$peers/$name.XXXXXX")
    (cd "$made" && apt-get download "${packages[@]}" >/dev/null 2>&1) ||
        cannot "apt-get download ${packages[*]} failed; apt-get update may help"
    for archive in "$made"/*.deb; do
        dpkg-deb --extract "$archive" "$made"
        rm "$archive"
    done
    chmod 755 "$made"
    mv "$made" "$folder"
}

if [ ! -x "$folder/$program" ]; then
    [ "$cached" = false ] || cannot "it is not at $folder; tests/system/peers/debian.sh $name puts it there"
    fetch
fi
printf '%s\n' "$folder"
