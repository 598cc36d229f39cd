# A copy of files that is brought up to date by content, as rsync -c does it: what is unchanged keeps
# its time, so that it is not built again, and what is gone goes.
# shellcheck shell=bash

# mirror FROM TO NAME...: files and folders of FROM, by name.
mirror() {
    local from=$1 to=$2 wanted there
    shift 2
    mkdir -p "$to"
    wanted=$(mirror_sums "$from" "$@")
    there=$(mirror_sums "$to" "$@")
    comm -13 <(echo "$wanted") <(echo "$there") | mirror_names | (cd "$to" && xargs -r -d '\n' rm)
    comm -23 <(echo "$wanted") <(echo "$there") |
        mirror_names | (cd "$from" && xargs -r -d '\n' cp --parents -t "$to")
}

mirror_sums() { # FOLDER NAME...
    local folder=$1 name names=()
    for name in "${@:2}"; do
        [ ! -e "$folder/$name" ] || names+=("$name")
    done
    [ ${#names[@]} -eq 0 ] || (cd "$folder" && find "${names[@]}" -type f -exec sha256sum {} + | sort)
}

# The names in lines of sha256sum; none in an empty one.
mirror_names() {
    sed -n 's/^.\{66\}//p'
}
