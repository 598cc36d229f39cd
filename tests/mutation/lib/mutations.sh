# The list of mutations: read, and applied to a text. Knows no builds and no tests.
# shellcheck shell=bash
# shellcheck disable=SC2034 # the variables are for the function that is called

MUTATIONS=$ROOT/tests/mutation/mutations.txt

# Adds a line of the list to a text that may be of several.
mutations_join() { # NAME LINE
    printf -v "$1" '%s' "${!1:+${!1}$'\n'}$2"
}

# Calls FUNCTION for each mutation, with $name, $file, $find, $put and the array $tests set.
mutations_each() { # FUNCTION
    local line name='' file='' find='' put='' tests=()
    while IFS= read -r line; do
        case $line in
        'name '*)
            name=${line#name }
            file='' find='' put='' tests=()
            ;;
        'file '*) file=${line#file } ;;
        '- '*) mutations_join find "${line#- }" ;;
        '+ '*) mutations_join put "${line#+ }" ;;
        'tests '*)
            read -ra tests <<<"${line#tests }"
            "$1" </dev/null
            ;;
        '' | '#'*) ;;
        *) die "$MUTATIONS: no such line: $line" ;;
        esac
    done <<<"$(<"$MUTATIONS")" # as it is now, whoever edits it meanwhile
}

# The file's text with $find, which must be there exactly once, replaced by $put.
mutations_apply() { # FILE
    local LC_ALL=C text without
    text=$(<"$1")
    [ -n "$find" ] || return 1
    without=${text//"$find"/}
    [ $((${#without} + ${#find})) -eq ${#text} ] || return 1
    printf '%s\n' "${text/"$find"/"$put"}"
}
