#!/usr/bin/env bash
# debian.sh [--cached] NAME: prints a folder that holds the files of Debian 12's journal-upload, syslog-ng, rsyslog,
# postgresql, mariadb or rabbitmq (with Erlang and the Python client pika).
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
    postgresql)
        packages=(postgresql-15 postgresql-client-15 libpq5 libldap-2.5-0 libsasl2-2 libxml2 libxslt1.1 libreadline8
            libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libkeyutils1 liblz4-1)
        program=usr/lib/postgresql/15/bin/postgres
        ;;
    mariadb)
        packages=(mariadb-server-core mariadb-client-core libaio1 liburing2 libnuma1 libedit2 libbsd0 libmd0)
        program=usr/sbin/mariadbd
        ;;
    rabbitmq)
        packages=(rabbitmq-server python3-pika)
        for part in base asn1 crypto eldap ftp inets mnesia os-mon parsetools public-key runtime-tools snmp ssl \
            syntax-tools tftp tools xmerl; do
            packages+=("erlang-$part")
        done
        program=usr/lib/erlang/bin/erl
        ;;
    *)
        printf 'usage: debian.sh [--cached] journal-upload|syslog-ng|rsyslog|postgresql|mariadb|rabbitmq\n' >&2
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
