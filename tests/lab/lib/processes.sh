# Processes by their environment: of a test, or of a lab.
# shellcheck shell=bash

# Processes whose environment has LINE: for each, the folder in /proc of one of its threads. The first
# thread may have ended (it does when Wine's server is killed and others wait for no answer from there);
# the process's own folder has no environment and no command line then.
processes_with() { # LINE
    # One grep for all: what is looked for may not live long.
    { grep -lszxF -- "$1" /proc/[0-9]*/task/[0-9]*/environ || true; } |
        awk -F / '!seen[$3]++ { print "/proc/" $3 "/task/" $5 }'
}
