# A copy of files that is brought up to date by content, as rsync -c does it: what is unchanged keeps
# its time, so that it is not built again, and what is gone goes.
# shellcheck shell=bash

# mirror FROM TO NAME...: files and folders of FROM, by name.
mirror() {
    local from=$1 to=$2 work
    shift 2
    mkdir -p "$to"
    work=$(mktemp -d)
    mirror_sums "$from" "$@" >"$work/from"
    mirror_sums "$to" "$@" >"$work/to"
    comm -13 "$work/from" "$work/to" | cut -c 67- | (cd "$to" && xargs -r -d '\n' rm)
    comm -23 "$work/from" "$work/to" | cut -c 67- | (cd "$from" && xargs -r -d '\n' cp --parents -t "$to")
    rm -r "$work"
}

mirror_sums() { # FOLDER NAME...
    local folder=$1 name names=()
    for name in "${@:2}"; do
        [ ! -e "$folder/$name" ] || names+=("$name")
    done
    [ ${#names[@]} -eq 0 ] || (cd "$folder" && find "${names[@]}" -type f -exec sha256sum {} + | sort)
}
