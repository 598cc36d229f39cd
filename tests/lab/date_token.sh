#!/usr/bin/env bash
# Gives an expiry token other dates. Waiting some months would do the same.
# Knows where a token has its dates and its hash (shim/token/token_layout.h), nothing else of it.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: date_token.sh FILE [CREATED] EXPIRES
       FILE is a token.bin of legacy-backup; it is changed. Dates are FILETIME numbers; EXPIRES may
       be "created": the backup may be restored until the moment it was made, and no longer.
TEXT
}

CREATED_OFFSET=16
EXPIRES_OFFSET=24
HASH_BYTES=32

case ${1-} in
-h | --help) usage && exit 0 ;;
esac
[ $# -eq 2 ] || [ $# -eq 3 ] || { usage >&2 && exit 2; }
token=$1 created='' expires=${*: -1}
[ $# -eq 2 ] || created=$2
[ "$(head -c 8 "$token")" = ntdsbtok ] || {
    echo "date_token.sh: $token is no token of this product" >&2
    exit 1
}

# Hexadecimal digits to bytes.
bytes() {
    # shellcheck disable=SC2001 # not one that a substitution can make
    printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"
}
little_endian() { # NUMBER
    local digits
    digits=$(printf '%016x' "$1")
    printf '%s' "${digits:14:2}${digits:12:2}${digits:10:2}${digits:8:2}"
    printf '%s' "${digits:6:2}${digits:4:2}${digits:2:2}${digits:0:2}"
}
put() { # OFFSET NUMBER
    bytes "$(little_endian "$2")" | dd of="$new" bs=1 seek="$1" conv=notrunc status=none
}

new=$token.new
cp "$token" "$new"
[ -z "$created" ] || put $CREATED_OFFSET "$created"
[ "$expires" != created ] || expires=$(od -An -tu8 -j$CREATED_OFFSET -N8 "$new" | tr -d ' ')
put $EXPIRES_OFFSET "$expires"
truncate -s "-$HASH_BYTES" "$new"
hash=$(sha256sum <"$new")
bytes "${hash%% *}" >>"$new"
mv "$new" "$token"
