#!/usr/bin/env bash
# Turns the date of an expiry token back: the backup may be restored until the moment it was made,
# and no longer. Waiting some months would do the same.
# Knows where a token has its dates and its hash (shim/token_layout.h), and nothing else of it.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: expire_token.sh FILE   FILE is a token.bin of legacy-backup; it is changed
TEXT
}

CREATED_OFFSET=16
EXPIRES_OFFSET=24
DATE_BYTES=8
HASH_BYTES=32

case ${1-} in
-h | --help) usage && exit 0 ;;
esac
[ $# -eq 1 ] || { usage >&2 && exit 2; }
token=$1
[ "$(head -c 8 "$token")" = ntdsbtok ] || {
    echo "expire_token.sh: $token is no token of this product" >&2
    exit 1
}
new=$token.new
cp "$token" "$new"
dd if="$token" of="$new" bs=1 skip=$CREATED_OFFSET seek=$EXPIRES_OFFSET count=$DATE_BYTES \
    conv=notrunc status=none
truncate -s "-$HASH_BYTES" "$new"
hash=$(sha256sum <"$new")
# shellcheck disable=SC2001 # not one that a substitution can make
printf '%b' "$(sed 's/../\\x&/g' <<<"${hash%% *}")" >>"$new"
mv "$new" "$token"
