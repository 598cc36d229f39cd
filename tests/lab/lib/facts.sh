# What is known about a lab: PREFIX/lab.conf, one "key value" a line.
# shellcheck shell=bash

# Prints a value; fails if there is no such key. By the shell itself: tests ask some thousand times.
lab_fact() { # PREFIX KEY
    local key value
    while read -r key value; do
        if [ "$key" = "$2" ]; then
            printf '%s\n' "$value"
            return
        fi
    done <"$1/lab.conf"
    return 1
}
