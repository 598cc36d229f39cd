#!/usr/bin/env bash
# A fake domain controller in a Wine prefix: makes, starts, stops, uses and removes one.
# Knows its command line; what a lab is made of stands in lib/.
[[ $0 == */* ]] || exec bash "./$0" "$@" # it was given to bash in its own folder
. "${0%/*}/lib/environment.sh"
. "$ROOT/tests/lab/lib/template.sh"
. "$ROOT/tests/lab/lib/directory.sh"
# Whatever fails says so.
set -E
trap 'printf "lab.sh: failed: %s\n" "$BASH_COMMAND" >&2' ERR

usage() {
    cat <<'TEXT'
usage: lab.sh create PREFIX [--generate | --database FILE] [OPTIONS]
                             a domain controller in the new folder PREFIX, not started yet
           --generate        its database is generated (default)
           --database FILE   its database is a copy of FILE; logs that fit are generated
           --page-size N     of a generated database: 2048 ... 32768 (default 8192)
           --logs N          number of log files (default 3)
           --db-drive D, --log-drive E, --chk-drive F
                             drives of database, logs, checkpoint (default C)
           --drive G         one more drive, empty; as often as needed
           --recovered       the shadow's database is clean, as Windows' NTDS writer leaves it
           --no-vss          Wine's own vssapi.dll, which cannot make shadow copies
           --win32           a 32-bit Windows, for 32-bit programs only
       lab.sh clone PREFIX   a Windows without directory and shadow copies
       lab.sh start PREFIX   starts the directory and waits until it runs and writes
       lab.sh stop PREFIX    stops the directory (the machine stays on)
       lab.sh exec [--32 | --64] PREFIX PROGRAM [ARGUMENT...]
                             runs a program in it and returns its exit code; --32 and --64 choose
                             where a PROGRAM without folder is looked for (default: Windows' own): the
                             staged product, the lab's programs, Windows' system folder
       lab.sh status PREFIX  directory, brokers and shadows, one "key value" a line
       lab.sh directory PREFIX [KEY]
                             facts about it: computer, database, logs, checkpoint (Windows paths),
                             database_path, logs_path, checkpoint_path, freeze_log_path (here)
       lab.sh off PREFIX     ends everything in it at once, as a power cut would
       lab.sh destroy PREFIX the same, and removes it
       lab.sh sweep          removes what tests that were killed left in build/
TEXT
}

need_lab() { # PREFIX
    [ -e "$1/system.reg" ] || die "no lab in $1: make one with lab.sh create"
    # By the shell itself: tests call this some thousand times, and the file has megabytes.
    local head
    mapfile -n 8 head <"$1/system.reg"
    [[ ${head[*]} != *'#arch=win32'* ]] || use_windows32
}
need_directory() {
    need_lab "$1"
    [ -e "$1/lab.conf" ] || die "$1 has no directory (made by lab.sh clone?)"
}

take_number() { # NAME VALUE
    [[ $2 =~ ^[0-9]{1,6}$ ]] || usage_error "$1 wants a number, not '$2'"
}
take_drive() { # NAME VALUE -> letter
    [[ $2 =~ ^[C-Yc-y]:?$ ]] || usage_error "$1 wants a drive letter from C to Y, not '$2'"
    local letter=${2%:}
    drive=${letter^}
}

# Sets what create_lab uses.
parse_create() {
    source_file='' page_size=8192 log_count=3 db_drive=C log_drive=C chk_drive=C recovered=0 vss=vss more_drives=()
    local generate=0 page_size_given=0 drive
    while [ $# -gt 0 ]; do
        case $1 in
        --generate) generate=1 ;;
        --recovered) recovered=1 ;;
        --no-vss) vss='' ;;
        --win32) use_template32 ;;
        --database | --page-size | --logs | --db-drive | --log-drive | --chk-drive | --drive)
            [ $# -ge 2 ] || usage_error "$1 wants a value"
            case $1 in
            --database) source_file=$2 ;;
            --page-size)
                [[ $2 =~ ^(2048|4096|8192|16384|32768)$ ]] ||
                    usage_error "--page-size wants 2048, 4096, 8192, 16384 or 32768, not '$2'"
                page_size=$2
                page_size_given=1
                ;;
            --logs)
                take_number "$1" "$2"
                log_count=$2
                ;;
            --db-drive) take_drive "$1" "$2" && db_drive=$drive ;;
            --log-drive) take_drive "$1" "$2" && log_drive=$drive ;;
            --chk-drive) take_drive "$1" "$2" && chk_drive=$drive ;;
            --drive) take_drive "$1" "$2" && more_drives+=("$drive") ;;
            esac
            shift
            ;;
        *) usage_error "create: unknown argument: $1" ;;
        esac
        shift
    done
    [ -z "$source_file" ] || [ "$generate" -eq 0 ] ||
        usage_error "--database and --generate exclude each other"
    [ -z "$source_file" ] || [ "$page_size_given" -eq 0 ] ||
        usage_error "--page-size is for generated databases: a file has its own"
    [ "$log_count" -ge 1 ] || usage_error "--logs wants at least 1"
    [ -z "$source_file" ] || [ -f "$source_file" ] || die "no such file: $source_file"
}

create_lab() { # PREFIX
    local prefix=$1 computer drives kind
    mapfile -t drives < <(printf '%s\n' "$db_drive" "$log_drive" "$chk_drive" \
        "${more_drives[@]}" C | sort -u)
    local database logs checkpoint database_path logs_path checkpoint_path
    database=$(ntds_folder "$db_drive")'\ntds.dit'
    logs=$(ntds_folder "$log_drive")
    checkpoint=$(ntds_folder "$chk_drive")
    database_path=$(ntds_host_folder "$prefix" "$db_drive")/ntds.dit
    logs_path=$(ntds_host_folder "$prefix" "$log_drive")
    checkpoint_path=$(ntds_host_folder "$prefix" "$chk_drive")

    template_clone "$prefix"
    directory_make_drives "$prefix" "${drives[@]}"
    mkdir -p "${database_path%/*}" "$logs_path" "$checkpoint_path"
    directory_install "$prefix" "$vss"
    directory_database "$database_path" "$logs_path" "$checkpoint_path" \
        "$log_count" "$page_size" "$source_file"
    kind=$(directory_kind "${drives[*]}" "$database" "$logs" "$checkpoint" "$recovered" "$vss")
    if ! directory_recall "$prefix" "$kind"; then
        server_start "$prefix"
        computer=$(directory_name_drives "$prefix" "${drives[@]}")
        directory_register "$prefix" "$computer" "$database" "$logs" "$checkpoint" "$recovered" "$vss"
        server_stop "$prefix"
        directory_remember "$prefix" "$kind" "$computer"
    fi
    computer=$(cat "$kind/computer")
    {
        printf 'computer %s\ndatabase %s\nlogs %s\n' "$computer" "$database" "$logs"
        printf 'checkpoint %s\ndatabase_path %s\n' "$checkpoint" "$database_path"
        printf 'logs_path %s\ncheckpoint_path %s\n' "$logs_path" "$checkpoint_path"
        printf 'freeze_log_path %s\nvss %s\n' "$prefix/$LAB_FOLDER/freeze.log" "${vss:-none}"
    } >"$prefix/lab.conf"
}

# A failed create leaves nothing behind, whatever failed.
remove_half_made() {
    server_remove "$half_made"
    rm -rf --one-file-system "$half_made"
}

new_prefix() { # PREFIX
    if [ -e "$1" ] && [ -n "$(ls -A "$1")" ]; then
        die "$1 exists already: lab.sh destroy it first"
    fi
    half_made=$1
    trap remove_half_made EXIT
}

command_create() {
    local prefix=$1
    shift
    parse_create "$@"
    new_prefix "$prefix"
    create_lab "$prefix"
    trap - EXIT
    echo "lab.sh: created ${prefix} ($(lab_fact "$prefix" computer)): $(lab_fact "$prefix" database)"
}

command_clone() {
    [ $# -eq 1 ] || usage_error "clone takes a PREFIX and nothing else"
    new_prefix "$1"
    template_clone "$1"
    trap - EXIT
}

command_start() {
    need_directory "$1"
    local vss
    vss=$(lab_fact "$1" vss)
    directory_install "$1" "${vss/none/}"
    server_start "$1"
    lab_program "$1" lab-service.exe start NTDS
}

command_stop() {
    need_directory "$1"
    server_start "$1"
    lab_program "$1" lab-service.exe stop NTDS
}

# Where a program that was named without a folder is, as what Wine takes.
find_program() { # PREFIX BITS NAME -> program
    local architecture=x64 system=system32 folder name
    [ "$2" = 64 ] || architecture=x86
    [ "$2" = "$WINDOWS_BITS" ] || system=syswow64
    for name in "$3" "$3.exe"; do
        for folder in "$STAGE/$architecture" "$STAGE/lab/$architecture" "$STAGE/lab/x64"; do
            if [ -f "$folder/$name" ]; then
                program=$folder/$name
                return
            fi
        done
        if [ -e "$1/drive_c/windows/$system/$name" ]; then
            program="C:\\windows\\$system\\$name"
            return
        fi
    done
    die "no program $3: neither staged in build/stage/$architecture nor in Windows' $system"
}

# The machine in its header is the word behind "PE\0\0": 14c for 32 bits.
is_32bit() { # PROGRAM
    [ -f "$1" ] && LC_ALL=C grep -aqP 'PE\x00\x00\x4c\x01' < <(head -c 1024 "$1")
}

command_exec() {
    local bits=''
    case ${1-} in
    --32 | --64)
        bits=${1#--}
        shift
        ;;
    -*) usage_error "exec: unknown option: $1" ;;
    esac
    [ $# -ge 2 ] || usage_error "exec wants a PREFIX and a PROGRAM"
    local prefix program=$2
    full_path "$1"
    shift 2
    need_lab "$prefix"
    [ "${bits:-32}" -le "$WINDOWS_BITS" ] || usage_error "--64 in $prefix, a 32-bit Windows"
    [ "$bits" != 32 ] || runs_32bit || die "exec --32: $NO_32BIT"
    case $program in
    */* | *\\*) ;;
    *) find_program "$prefix" "${bits:-$WINDOWS_BITS}" "$program" ;;
    esac
    runs_32bit || ! is_32bit "$program" || die "$program is a 32-bit program, and $NO_32BIT"
    server_start "$prefix"
    WINEPREFIX=$prefix exec wine "$program" "$@"
}

command_status() {
    need_lab "$1"
    local shadows brokers state=none
    [ ! -e "$1/lab.conf" ] || state=$(directory_state "$1")
    shadows=$(directory_shadows "$1")
    brokers=$(directory_brokers "$1")
    printf 'machine %s\n' "$(if server_running "$1"; then echo on; else echo off; fi)"
    printf 'directory %s\n' "$state"
    printf 'brokers %s\n' "$(grep -c . <<<"$brokers" || true)"
    printf 'shadows %s\n' "$(grep -c . <<<"$shadows" || true)"
    [ -z "$brokers" ] || printf 'broker %s\n' "${brokers//$'\n'/$'\n'broker }"
    [ -z "$shadows" ] || printf 'shadow %s\n' "${shadows//$'\n'/$'\n'shadow }"
}

command_directory() {
    need_directory "$1"
    if [ $# -eq 1 ]; then
        cat "$1/lab.conf"
        return
    fi
    [ $# -eq 2 ] || usage_error "directory takes a PREFIX and at most one KEY"
    lab_fact "$1" "$2" || usage_error "directory: no such key: $2"
}

command_off() {
    need_lab "$1"
    server_stop "$1"
}

command_destroy() {
    [ -e "$1" ] || return 0
    # Somebody's own Wine prefix looks much the same.
    [ -e "$1/$TEMPLATE_MARK" ] || die "$1 is no lab: not removed"
    server_remove "$1"
    rm -rf --one-file-system "$1"
}

# Folders of tests are named prefix-test*.PID.ANY: the lab itself, or with labs in it.
command_sweep() {
    local folder owner prefix
    for folder in "$BUILD"/prefix-test*.*.*; do
        owner=${folder%.*}
        if [ -d "$folder" ] && ! kill -0 "${owner##*.}" 2>/dev/null; then
            for prefix in "$folder"/*/ "$folder/"; do
                [ ! -e "$prefix/$TEMPLATE_MARK" ] || command_destroy "${prefix%/}"
            done
            rm -rf --one-file-system "$folder"
        fi
    done
}

full_path() { # PATH -> prefix
    prefix=${1%/}
    [[ $prefix == /* && ! -L $prefix ]] || prefix=$(realpath -m -- "$1")
}

main() {
    local command=${1-}
    [ $# -eq 0 ] || shift
    case $command in
    create | clone | start | stop | status | directory | off | destroy)
        [ $# -ge 1 ] || usage_error "$command wants a PREFIX"
        [[ $1 != -* ]] || usage_error "$command wants a PREFIX first, not $1"
        case $command in
        start | stop | status | off | destroy)
            [ $# -eq 1 ] || usage_error "$command takes a PREFIX and nothing else: ${*:2}"
            ;;
        esac
        local prefix
        full_path "$1"
        shift
        "command_$command" "$prefix" "$@"
        ;;
    exec) command_exec "$@" ;;
    sweep) command_sweep ;;
    -h | --help | help) usage ;;
    '') usage_error "a command is missing" ;;
    *) usage_error "unknown command: $command" ;;
    esac
}

main "$@"
