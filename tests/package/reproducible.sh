#!/usr/bin/env bash
# The same sources, in another folder and at another time, make the same packages; and signing.
. "$(dirname "$0")/lib/package.sh"
. "$ROOT/tests/lab/lib/mirror.sh"

export SOURCE_DATE_EPOCH=1700000000

# A tree of its own that can make packages: sources and tools are links or copies. Kept between
# runs, so that only what changed is built again.
twin=$BUILD/twin/another/folder
make_twin() { # TARGET...
    mkdir -p "$twin/build"
    ln -sfn "$DEPS" "$twin/build/deps"
    mirror "$ROOT" "$twin" CMakeLists.txt CMakePresets.json LICENSE include shim vss-adapter samples tests
    local preset
    for preset in "${presets[@]}"; do
        (cd "$twin" && cmake --preset "$preset" "-DNTDSBCLI_PRECOMPILE=$precompile")
        cmake --build "$twin/build/$preset" --target "$@"
    done
}
# Other rights, another clock's zone, another language.
package_twin() {
    umask 077
    TZ=Asia/Tokyo LANG=tr_TR.UTF-8 "$twin/shim/package/package.sh" --no-build --into "$1"
}
# What is made from the same sources here and there; in a long run all of it, else the product.
same_files() {
    cmp "$BUILD/win64/shim/ntdsbcli.dll" "$twin/build/win64/shim/ntdsbcli.dll"
    cmp "$BUILD/win64/vss-adapter/broker/ntdsbroker64.exe" \
        "$twin/build/win64/vss-adapter/broker/ntdsbroker64.exe"
}
if [ "${NTDSBCLI_TEST_LONG-0}" = 0 ]; then
    presets=(win64) precompile=ON
    check "build__in_another_folder__succeeds" make_twin ntdsbcli ntdsbroker64
    check "build__in_another_folder__makes_the_same_bits" same_files
    skip "package__of_both_folders__is_the_same_bit_by_bit" "in a long run: minutes to build"
else
    presets=(win64 win32) precompile=OFF # so that each source is seen to include what it needs
    check "build__in_another_folder__succeeds" make_twin all
    # The packages of this tree, but not in build/package: other tests are reading that.
    check "package__of_this_tree__succeeds" \
        "$ROOT/shim/package/package.sh" --no-build --into "$TEST_FOLDER/ours"
    check "package__of_the_other_folder__succeeds" package_twin "$TEST_FOLDER/theirs"
    check "package__of_both_folders__is_the_same_bit_by_bit" \
        diff "$TEST_FOLDER/ours/SHA256SUMS" "$TEST_FOLDER/theirs/SHA256SUMS"
    check "package__of_both_folders__has_the_same_files" diff -rq "$TEST_FOLDER/ours/trees" \
        "$TEST_FOLDER/theirs/trees"
fi

# --- signing --------------------------------------------------------------------------------------

throw_away_certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 36500 -subj '/CN=ntdsbcli throw-away' \
        -addext 'extendedKeyUsage=codeSigning' -keyout "$TEST_FOLDER/key.pem" \
        -out "$TEST_FOLDER/certificate.pem"
    openssl pkcs12 -export -inkey "$TEST_FOLDER/key.pem" -in "$TEST_FOLDER/certificate.pem" \
        -passout pass:secret -out "$TEST_FOLDER/certificate.p12"
}
all_signed() { # FOLDER
    local file
    while IFS= read -r -d '' file; do
        osslsigncode verify -CAfile "$TEST_FOLDER/certificate.pem" -time "$(date +%s)" -in "$file"
    done < <(find "$1" \( -name '*.exe' -o -name '*.dll' \) -print0)
}
# The signed time is before the certificate's, which only a countersignature would mind.
unset SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(date +%s)
export SOURCE_DATE_EPOCH
# Notes which files are signed, and signs them.
make_witness() {
    mkdir "$TEST_FOLDER/witness"
    cat >"$TEST_FOLDER/witness/osslsigncode" <<TEXT
#!/usr/bin/env bash
while [ "\$1" != -in ]; do options+=("\$1") && shift; done
echo "\$2" >>"$TEST_FOLDER/signed-files"
exec "$(type -P osslsigncode)" "\${options[@]}" "\$@"
TEXT
    chmod u+x "$TEST_FOLDER/witness/osslsigncode"
}
# It is in the installer only, which nobody runs here: makensis hands it over before it packs it.
uninstaller_signed() {
    [ "$(grep -cvF "$TEST_FOLDER/signed/" "$TEST_FOLDER/signed-files")" = 1 ]
}
make_witness
check "signing__throw_away_certificate__is_made" throw_away_certificate
check "signing__by_certificate_and_key__succeeds" env PATH="$TEST_FOLDER/witness:$PATH" \
    "$ROOT/shim/package/package.sh" --no-build --into "$TEST_FOLDER/signed" \
    --sign "$TEST_FOLDER/certificate.pem" "$TEST_FOLDER/key.pem"
check "signing__every_program_and_the_installer__verify" all_signed "$TEST_FOLDER/signed"
check "signing__the_uninstaller__is_signed_too" uninstaller_signed
check "signing__sha256sums__are_of_what_was_signed" \
    bash -c "cd '$TEST_FOLDER/signed' && sha256sum --strict -c SHA256SUMS"
check "signing__by_pkcs12__makes_the_same_bits" env NTDSBCLI_SIGN_PASSWORD=secret \
    "$ROOT/shim/package/package.sh" --no-build --into "$TEST_FOLDER/signed12" \
    --sign-pkcs12 "$TEST_FOLDER/certificate.p12"
check "signing__twice__makes_the_same_bits" \
    diff "$TEST_FOLDER/signed/SHA256SUMS" "$TEST_FOLDER/signed12/SHA256SUMS"

# A token in software, with the same key: what it signs is the same.
make_token() {
    export SOFTHSM2_CONF=$TEST_FOLDER/softhsm2.conf
    mkdir "$TEST_FOLDER/tokens"
    echo "directories.tokendir = $TEST_FOLDER/tokens" >"$SOFTHSM2_CONF"
    softhsm2-util --init-token --free --label ntdsbcli --pin 1234 --so-pin 5678
    softhsm2-util --import "$TEST_FOLDER/key.pem" --token ntdsbcli --label signing --id a1 --pin 1234
    openssl x509 -in "$TEST_FOLDER/certificate.pem" -outform der -out "$TEST_FOLDER/certificate.der"
    pkcs11-tool --module "$module" --token-label ntdsbcli --login --pin 1234 --id a1 --label signing \
        --type cert --write-object "$TEST_FOLDER/certificate.der"
}
sign_by_token() { # PIN CERTIFICATE KEY
    SOFTHSM2_CONF=$TEST_FOLDER/softhsm2.conf NTDSBCLI_SIGN_PASSWORD=$1 \
        "$ROOT/shim/package/package.sh" --no-build --into "$TEST_FOLDER/signed11" \
        --sign-pkcs11 "$module" "$2" "$3"
}
module=/usr/lib/softhsm/libsofthsm2.so
check "signing__token__is_made" make_token
check "signing__by_token__succeeds" sign_by_token 1234 \
    'pkcs11:token=ntdsbcli;object=signing' 'pkcs11:token=ntdsbcli;object=signing'
check "signing__by_token__makes_the_same_bits" \
    diff "$TEST_FOLDER/signed/SHA256SUMS" "$TEST_FOLDER/signed11/SHA256SUMS"
check "signing__by_token_with_a_certificate_file__succeeds" sign_by_token 1234 \
    "$TEST_FOLDER/certificate.pem" 'pkcs11:token=ntdsbcli;object=signing'
check_exit 1 "signing__by_token_with_another_pin__fails" sign_by_token 4321 \
    'pkcs11:token=ntdsbcli;object=signing' 'pkcs11:token=ntdsbcli;object=signing'
check_exit 1 "signing__by_token_with_no_such_key__fails" sign_by_token 1234 \
    'pkcs11:token=ntdsbcli;object=signing' 'pkcs11:token=ntdsbcli;object=none'

check_exit 1 "signing__with_no_such_key__fails" "$ROOT/shim/package/package.sh" --no-build \
    --into "$TEST_FOLDER/failed" --sign "$TEST_FOLDER/certificate.pem" "$TEST_FOLDER/no-such-key"
# --- a folder of somebody else's ------------------------------------------------------------------

mkdir "$TEST_FOLDER/foreign"
echo theirs >"$TEST_FOLDER/foreign/file"
check_exit 1 "package__into_a_folder_with_other_files__is_refused" "$ROOT/shim/package/package.sh" \
    --no-build --into "$TEST_FOLDER/foreign"
check "package__into_a_folder_with_other_files__leaves_them" test -s "$TEST_FOLDER/foreign/file"
