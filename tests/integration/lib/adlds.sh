# AD LDS instances beside the directory of a lab.
# Knows what such an instance is to Windows (service, registration, files) and how the embedded VSS
# is told of its writer (its README), not how the product finds it.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/vss.sh"

# Where an instance's files are, on this machine and on the lab's.
adlds_path() { # INSTANCE
    printf '%s/drive_c/Program Files/Microsoft ADAM/%s/data' "$prefix" "$1"
}
adlds_folder() { # INSTANCE
    printf 'C:\\Program Files\\Microsoft ADAM\\%s\\data' "$1"
}

adlds_registry() { # INSTANCE
    local system='HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet' folder logical
    local writer="$system\\Services\\VSS\\Embedded\\Writers\\ADAM_$1"
    folder=$(adlds_folder "$1")
    logical=${folder//\\/_}
    multi_sz() { # NAME TEXT...: as such a file wants it
        local name=$1 bytes
        shift
        bytes=$({ printf '%s\0' "$@" && printf '\0'; } | od -An -v -tx1 |
            tr -s ' \n' ',' | sed 's/^,//; s/,$//')
        printf '"%s"=hex(7):%s\r\n' "$name" "$bytes"
    }
    printf 'REGEDIT4\r\n'
    printf '\r\n[%s]\r\n' "$system\\Services\\ADAM_$1"
    printf '"DisplayName"="%s"\r\n"ObjectName"="LocalSystem"\r\n' "$1"
    printf '"ImagePath"="C:\\\\ntdslab\\\\ntds-service.exe ADAM_%s"\r\n' "$1"
    printf '"Type"=dword:10\r\n"Start"=dword:3\r\n"ErrorControl"=dword:1\r\n'
    printf '\r\n[%s]\r\n' "$system\\Services\\ADAM_$1\\Parameters"
    printf '"DSA Database file"="%s\\\\adamntds.dit"\r\n' "${folder//\\/\\\\}"
    printf '"Database log files path"="%s"\r\n' "${folder//\\/\\\\}"
    printf '"DSA Working Directory"="%s"\r\n' "${folder//\\/\\\\}"
    printf '\r\n[%s]\r\n' "$writer"
    printf '"WriterId"="{dd846aaa-a1b6-42a8-aaf8-03dcb6114bfd}"\r\n'
    printf '"Name"="ADAM (%s) Writer"\r\n"Service"="ADAM_%s"\r\n' "$1" "$1"
    printf '"SourceType"=dword:1\r\n"FreezeEvents"="Lds-%s"\r\n' "$1"
    printf '"BackupMetadata"="2099-12-31T00:00:00Z"\r\n'
    printf '\r\n[%s]\r\n' "$writer\\Components\\adamntds"
    printf '"Type"="database"\r\n"LogicalPath"="%s"\r\n"Flags"=dword:3\r\n' "$logical"
    multi_sz DatabaseFiles "$folder|adamntds.dit"
    multi_sz LogFiles "$folder|edb*.log" "$folder|edb.chk"
}

# add_adlds INSTANCE [FILE]: an instance in a lab that was not started yet; its database is
# generated, or a copy of FILE.
add_adlds() {
    local path make=$STAGE/lab/host/ese-make logs
    path=$(adlds_path "$1")
    mkdir -p "$path"
    logs=(--log-dir "$path" --logs 2 --reserves --checkpoint "$path/edb.chk")
    if [ -n "${2-}" ]; then
        cp --no-preserve=mode "$2" "$path/adamntds.dit"
        "$make" --from "$path/adamntds.dit" "${logs[@]}" >/dev/null
    else
        "$make" --database "$path/adamntds.dit" --page-size 8192 --dirty "${logs[@]}" >/dev/null
    fi
    adlds_registry "$1" >"$prefix/drive_c/ntdslab/adlds.reg"
    "$LAB" exec "$prefix" 'C:\windows\regedit.exe' /S 'C:\ntdslab\adlds.reg'
    # Services are read when the machine is switched on.
    "$LAB" off "$prefix"
}

adlds_service() { # start|stop|state INSTANCE
    "$LAB" exec "$prefix" lab-service "$1" "ADAM_$2" | tr -d '\r'
}
