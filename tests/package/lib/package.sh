# The packages of what is staged now. Knows what package.sh leaves in build/package, not how it is made.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../../lab/testlib.sh"

PACKAGE=$BUILD/package

# Made again only if something is newer; whoever comes second waits and finds it done.
make_package() {
    (
        flock 6
        if [ ! -e "$PACKAGE/SHA256SUMS" ] || [ -n "$(find "$STAGE" "$ROOT/shim/package" \
            "$ROOT/samples" "$ROOT/tests/proof" "$ROOT/tests/PROVED.md" \
            "$BUILD"/win*/tests/proof/ntdsprove.exe -newer "$PACKAGE/SHA256SUMS" -print -quit)" ]; then
            "$ROOT/shim/package/package.sh" --no-build >&2
        fi
    ) 6>"$BUILD/.package-lock"
    local file
    file=$(echo "$PACKAGE"/ntdsbcli-*-setup.exe)
    package_version=${file##*/ntdsbcli-}
    package_version=${package_version%-setup.exe}
}

# unpack KIND FOLDER: a ZIP, as anybody would; prints the folder it makes.
unpack() {
    mkdir -p "$2"
    (cd "$2" && cmake -E tar xf "$PACKAGE/ntdsbcli-$package_version-$1.zip")
    printf '%s/ntdsbcli-%s-%s' "$2" "$package_version" "$1"
}

# The commands of a guide, as its reader would copy them: fenced blocks of one language.
guide_commands() { # LANGUAGE GUIDE
    sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$2" | sed '/^```/d'
}
