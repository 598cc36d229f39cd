#!/usr/bin/env bash
# Makes the packages: ZIP files, the installer, SHA256SUMS, in build/package. The same sources make
# the same bits, whenever and wherever: times are those of the commit (or SOURCE_DATE_EPOCH).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../tests/lab/lib/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../tests/lab/lib/environment.sh"

HERE=$ROOT/shim/package

# What the installer puts beside a program, of either architecture's files in the package.
declare -A installed
installed[x64]='ntdsbcli.dll ntdsbroker64.exe ntdsbevents.dll ntdsdoctor.exe ntdsbclilib.dll'
installed[x86]="${installed[x64]} ntdsbroker32.exe"
# In every folder that this script has made: tells it from one that is not ours to remove.
FOLDER_MARK=.ntdsbcli-package

usage() {
    cat <<'TEXT'
usage: package.sh [--no-build] [--into FOLDER] [--timestamp URL]
                  [--sign CERTIFICATE KEY | --sign-pkcs12 FILE | --sign-pkcs11 MODULE CERTIFICATE KEY]
  makes build/package/ntdsbcli-VERSION-{windows.zip,wine.zip,proof.zip,setup.exe} and SHA256SUMS
  --into FOLDER           uses FOLDER instead of build/package; what an earlier run left in it is
                          deleted, and a folder with anything else is refused
  --no-build              packs what tests/lab/build.sh has built
  --sign CERTIFICATE KEY  signs all programs, DLLs and the installer; PEM files
  --sign-pkcs12 FILE      the same; the password is in NTDSBCLI_SIGN_PASSWORD
  --sign-pkcs11 MODULE CERTIFICATE KEY
                          the same with a key that stays in a token or HSM: its PKCS#11 library, and
                          the pkcs11: URIs of both; CERTIFICATE can be a PEM file. The PIN is in
                          NTDSBCLI_SIGN_PASSWORD, OpenSSL's engine in NTDSBCLI_PKCS11_ENGINE if it is
                          not installed as "pkcs11"
  --timestamp URL         with a signature: gets a time stamp there (no two packages are equal then)
  SOURCE_DATE_EPOCH       the time of all files in the packages; default: the commit's
TEXT
}

# --- signing ------------------------------------------------------------------------------------

# Signs one file in place. This script calls it and, for the uninstaller, makensis.
sign_file() { # FILE
    local options=(-h sha256 -n ntdsbcli -time "$SOURCE_DATE_EPOCH")
    if [ -n "${SIGN_PKCS12-}" ]; then
        options+=(-pkcs12 "$SIGN_PKCS12")
    else
        case $SIGN_CERTIFICATE in
        pkcs11:*) options+=(-pkcs11cert "$SIGN_CERTIFICATE") ;;
        *) options+=(-certs "$SIGN_CERTIFICATE") ;;
        esac
        options+=(-key "$SIGN_KEY")
    fi
    if [ -n "${SIGN_PKCS11_MODULE-}" ]; then
        [ -z "${NTDSBCLI_PKCS11_ENGINE-}" ] || options+=(-pkcs11engine "$NTDSBCLI_PKCS11_ENGINE")
        options+=(-pkcs11module "$SIGN_PKCS11_MODULE")
    fi
    [ -z "${NTDSBCLI_SIGN_PASSWORD-}" ] || options+=(-readpass "$SIGN_PASSWORD_FILE")
    [ -z "${SIGN_TIMESTAMP-}" ] || options+=(-ts "$SIGN_TIMESTAMP")
    osslsigncode sign "${options[@]}" -in "$1" -out "$1.signed"
    mv "$1.signed" "$1"
}

sign_trees() {
    local file
    while IFS= read -r -d '' file; do
        sign_file "$file"
    done < <(find "$trees" \( -name '*.exe' -o -name '*.dll' \) -print0 | sort -z)
}

# --- the trees ----------------------------------------------------------------------------------

install_from() { # PRESET FOLDER COMPONENT...
    local component
    for component in "${@:3}"; do
        cmake --install "$BUILD/$1" --prefix "$2" --component "$component"
    done
}

# Moves debug information to files of its own; a debugger finds them by the link.
split_symbols() { # TRIPLE FOLDER SYMBOLS
    local file name
    mkdir -p "$3"
    for file in "$2"/*.exe "$2"/*.dll; do
        name=${file##*/}
        # Broker of the other bitness: any objcopy of this family reads both.
        "$1-objcopy" --only-keep-debug "$file" "$3/$name.debug"
        "$1-strip" --strip-all "$file"
        # They have no code to debug.
        case $name in ntdsbclilib.dll | ntdsbevents.dll) rm "$3/$name.debug" && continue ;; esac
        (cd "$3" && "$1-objcopy" --add-gnu-debuglink="$name.debug" "$file")
    done
}

make_windows_tree() {
    local tree=$trees/ntdsbcli-$version-windows
    install_from win64 "$tree/x64" product development
    install_from win32 "$tree/x86" product development
    # Debug information of a library would become part of the programs that link it.
    x86_64-w64-mingw32-strip --strip-debug "$tree/x64/lib/libntdsvss.a"
    i686-w64-mingw32-strip --strip-debug "$tree/x86/lib/libntdsvss.a"
    split_symbols x86_64-w64-mingw32 "$tree/x64" "$tree/symbols/x64"
    split_symbols i686-w64-mingw32 "$tree/x86" "$tree/symbols/x86"
    # A 32-bit program on 64-bit Windows uses the broker of the system's own bitness.
    cp "$tree/x64/ntdsbroker64.exe" "$tree/x86/"
    cp -R "$ROOT/samples" "$tree/samples"
    rm -f "$tree"/samples/*.sh
    mkdir "$tree/samples/package"
    cp "$HERE/samples.cmake" "$tree/samples/package/CMakeLists.txt"
    # vss-backup and ese-verify use this library.
    cp -R "$ROOT/shim/ese" "$tree/samples/package/ese"
    cp -R "$HERE/guides" "$tree/guides"
    cp "$HERE/guides/README.md" "$tree/README.md"
    rm "$tree/guides/README.md"
    cp "$ROOT/tests/PROVED.md" "$tree/guides/proved.md"
    cp "$ROOT/LICENSE" "$ROOT/CHANGELOG.md" "$tree/"
    licences "$tree" mingw-w64-common gcc-mingw-w64-base
}

# What proves the product on a real Windows: its programs, and the page that it writes anew.
make_proof_tree() {
    local tree=$trees/ntdsbcli-$version-proof architecture preset triple file
    for architecture in x64 x86; do
        preset=win64 triple=x86_64-w64-mingw32
        [ "$architecture" = x64 ] || preset=win32 triple=i686-w64-mingw32
        install_from "$preset" "$tree/$architecture" product proof
        for file in "$tree/$architecture"/*.exe "$tree/$architecture"/*.dll; do
            "$triple-strip" --strip-all "$file"
        done
    done
    cp "$tree/x64/ntdsbroker64.exe" "$tree/x86/"
    sed 's/$/\r/' "$ROOT/tests/proof/prove.cmd" >"$tree/prove.cmd"
    cp "$ROOT/tests/proof/README.md" "$tree/README.md"
    cp "$ROOT/tests/PROVED.md" "$tree/claims.md"
    cp "$ROOT/LICENSE" "$tree/"
    licences "$tree" mingw-w64-common gcc-mingw-w64-base
}

make_wine_tree() {
    local tree=$trees/ntdsbcli-$version-wine architecture preset triple program
    local programs=$BUILD/win64/tests/lab
    for architecture in x64 x86; do
        preset=win64 triple=x86_64-w64-mingw32
        [ "$architecture" = x64 ] || preset=win32 triple=i686-w64-mingw32
        install_from "$preset" "$tree/$architecture" wine
        "$triple-strip" --strip-all "$tree/$architecture/vssapi.dll"
    done
    mkdir "$tree/lab"
    for program in service/ntds-service programs/lab-machine programs/lab-service tools/ese-make \
        tools/ese-check; do
        x86_64-w64-mingw32-strip --strip-all -o "$tree/lab/${program##*/}.exe" \
            "$programs/$program.exe"
    done
    cp "$HERE/wine/make-dc.sh" "$HERE/wine/directory.reg" "$tree/"
    cp "$HERE/guides/wine.md" "$tree/README.md"
    cp "$ROOT/vss-adapter/embedded/README.md" "$tree/vssapi.md"
    cp "$ROOT/LICENSE" "$tree/"
    licences "$tree" mingw-w64-common gcc-mingw-w64-base libexpat1-dev
}

# The licences of the libraries that are linked into the programs.
licences() { # TREE PACKAGE...
    local package
    mkdir "$1/licences"
    for package in "${@:2}"; do
        cp "/usr/share/doc/$package/copyright" "$1/licences/$package.txt"
    done
}

# The guides name a version, so that they can be read in the sources too.
name_version() {
    find "$trees" -name '*.md' \
        -exec sed -i -E "s/\b(ntdsbcli[- ])[0-9]+\.[0-9]+\.[0-9]+\b/\1$version/g" {} +
}

# The same times and permissions in every package, whoever makes it.
make_equal() {
    find "$trees" -type d -exec chmod 755 {} +
    find "$trees" -type f ! -name '*.sh' -exec chmod 644 {} +
    find "$trees" -type f -name '*.sh' -exec chmod 755 {} +
    find "$trees" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

make_setup_tree() {
    local tree=$trees/ntdsbcli-$version-windows architecture name list
    for architecture in x64 x86; do
        mkdir "$trees/setup/$architecture"
        list=''
        for name in ${installed[$architecture]}; do
            cp "$tree/$architecture/$name" "$trees/setup/$architecture/"
            list+=$name/
        done
        # By this, setup-target misses what did not arrive.
        printf '[ntdsbcli]\r\nFiles=%s\r\n' "$list" >"$trees/setup/$architecture/files.ini"
    done
    install_from win32 "$trees/setup" setup
    i686-w64-mingw32-strip --strip-all "$trees/setup/setup-target.exe"
}

check_folder() {
    if [ "$work" = "$BUILD/package" ] || [ -e "$work/$FOLDER_MARK" ] || [ ! -e "$work" ] ||
        [ -z "$(ls -A "$work")" ]; then
        return
    fi
    die "$work has files that are not of this script: it is not removed"
}

make_trees() {
    rm -rf --one-file-system "$work"
    mkdir -p "$trees/setup"
    touch "$work/$FOLDER_MARK"
    make_windows_tree
    make_wine_tree
    make_proof_tree
    make_setup_tree
    if [ "$signing" -eq 1 ]; then
        sign_trees
    fi
    name_version
    make_equal
}

# --- the packages -------------------------------------------------------------------------------

pack() {
    local sign=''
    [ "$signing" -eq 0 ] || sign="'$HERE/package.sh' --sign-file"
    sed -e "s|@version@|$version|; s|@trees@|$trees|; s|@work@|$work|; s|@here@|$HERE|" \
        -e "s|@sign@|$sign|" "$HERE/cpack.cmake.in" >"$work/cpack.cmake"
    cpack --config "$work/cpack.cmake"
    if [ "$signing" -eq 1 ]; then
        sign_file "$work/ntdsbcli-$version-setup.exe"
    fi
    rm -rf "$work/_CPack_Packages" "$work"/*.json
    (cd "$work" && sha256sum ntdsbcli-"$version"-* >SHA256SUMS.new && mv SHA256SUMS.new SHA256SUMS)
}

parse() {
    build=1 signing=0 work=$BUILD/package
    while [ $# -gt 0 ]; do
        case $1 in
        --no-build) build=0 ;;
        --into)
            [ $# -ge 2 ] || usage_error "--into needs a folder"
            work=$(realpath -m -- "$2")
            shift
            ;;
        --sign)
            [ $# -ge 3 ] || usage_error "--sign needs a certificate and a key"
            signing=1 SIGN_CERTIFICATE=$(realpath -- "$2") SIGN_KEY=$(realpath -- "$3")
            export SIGN_CERTIFICATE SIGN_KEY
            shift 2
            ;;
        --sign-pkcs12)
            [ $# -ge 2 ] || usage_error "--sign-pkcs12 needs a file"
            signing=1 SIGN_PKCS12=$(realpath -- "$2")
            export SIGN_PKCS12
            shift
            ;;
        --sign-pkcs11)
            [ $# -ge 4 ] || usage_error "--sign-pkcs11 needs a module, a certificate and a key"
            signing=1 SIGN_PKCS11_MODULE=$(realpath -- "$2") SIGN_CERTIFICATE=$3 SIGN_KEY=$4
            case $3 in pkcs11:*) ;; *) SIGN_CERTIFICATE=$(realpath -- "$3") ;; esac
            export SIGN_PKCS11_MODULE SIGN_CERTIFICATE SIGN_KEY
            shift 3
            ;;
        --timestamp)
            [ $# -ge 2 ] || usage_error "--timestamp needs a URL"
            export SIGN_TIMESTAMP=$2
            shift
            ;;
        -h | --help) usage && exit 0 ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
}

main() {
    if [ "${1-}" = --sign-file ]; then
        sign_file "$2"
        return
    fi
    parse "$@"
    check_folder
    umask 022
    export TZ=UTC SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH-}
    [ -n "$SOURCE_DATE_EPOCH" ] || SOURCE_DATE_EPOCH=$(
        git -C "$ROOT" log -1 --format=%ct 2>/dev/null || echo 946684800
    )
    [ "$build" -eq 0 ] || "$ROOT/tests/lab/build.sh"
    trees=$work/trees
    version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$BUILD/win64/CMakeCache.txt")
    if [ -n "${NTDSBCLI_SIGN_PASSWORD-}" ]; then
        # Not on a command line, which every user can read.
        SIGN_PASSWORD_FILE=$(mktemp)
        export SIGN_PASSWORD_FILE
        trap 'rm -f "$SIGN_PASSWORD_FILE"' EXIT
        printf '%s' "$NTDSBCLI_SIGN_PASSWORD" >"$SIGN_PASSWORD_FILE"
    fi
    mkdir -p "${work%/*}"
    run_step "$work.log" "collecting files" make_trees
    run_step "$work.log" "packing" pack
    (cd "$work" && cat SHA256SUMS)
}

main "$@"
