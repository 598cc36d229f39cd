# What makes a clone of the template a domain controller: drives, registry, database, programs.
# Knows nothing about how the scripts are called, and nothing about backup.
# shellcheck shell=bash
. "${BASH_SOURCE[0]%/*}/facts.sh"

LAB_FOLDER=drive_c/ntdslab

# One of our own helpers, without the \r of its lines.
lab_program() { # PREFIX PROGRAM ARGS...
    local prefix=$1 program=$2
    shift 2
    WINEPREFIX=$prefix wine "C:\\ntdslab\\$program" "$@" | tr -d '\r'
}

drive_root() { # PREFIX LETTER
    printf '%s/drive_%s' "$1" "${2,,}"
}

# Where NTDS keeps its files on a drive, as Windows calls it and below the drive's root here.
ntds_folder() { # LETTER
    if [ "$1" = C ]; then printf 'C:\\Windows\\NTDS'; else printf '%s:\\NTDS' "$1"; fi
}
ntds_host_folder() { # PREFIX LETTER
    drive_root "$1" "$2"
    if [ "$2" = C ]; then printf '/windows/NTDS'; else printf '/NTDS'; fi
}

# Links have to be there before the first process of the prefix's server, else a drive gets no
# volume name.
directory_make_drives() { # PREFIX LETTER...
    local prefix=$1 letter
    shift
    for letter in "$@"; do
        mkdir -p "$(drive_root "$prefix" "$letter")"
        ln -sfn "../drive_${letter,,}" "$prefix/dosdevices/${letter,,}:"
    done
}

# Makes \\?\Volume{guid}\ and \\COMPUTER\X$\ open. Prints the computer's name.
directory_name_drives() { # PREFIX LETTER...
    local prefix=$1 facts computer letter guid
    shift
    facts=$(lab_program "$prefix" lab-machine.exe)
    computer=$(sed -n 's/^computer //p' <<<"$facts")
    [ -n "$computer" ] || die "Wine does not know the computer's name"
    mkdir -p "$prefix/dosdevices/unc/$computer"
    for letter in "$@"; do
        guid=$(sed -n "s/^volume $letter: //p" <<<"$facts")
        [ -n "$guid" ] || die "Wine gave drive $letter: no volume name"
        ln -sfn "../drive_${letter,,}" "$prefix/dosdevices/volume$guid"
        ln -sfn "../../../drive_${letter,,}" "$prefix/dosdevices/unc/$computer/$letter\$"
    done
    printf '%s\n' "$computer"
}

# The lab's own programs and, unless $2 is empty, the embedded VSS of each bitness. Copies, never
# links: a clone shares its files with the template. Called again at each start, so that what was
# built last is what runs.
directory_install() { # PREFIX [vss]
    local prefix=$1 system32=$1/drive_c/windows/system32 syswow64=$1/drive_c/windows/syswow64
    local file own=x64 needed
    [ "$WINDOWS_BITS" = 64 ] || own=x86
    needed=("lab/$own/ntds-service.exe" "lab/$own/lab-machine.exe")
    if [ -n "${2-}" ]; then
        needed+=("wine/$own/vssapi.dll")
        [ "$own" = x86 ] || ! runs_32bit || needed+=(wine/x86/vssapi.dll)
    fi
    for file in "${needed[@]}"; do
        [ -e "$STAGE/$file" ] || die "build/stage/$file is missing: run tests/lab/build.sh first"
    done
    mkdir -p "$prefix/$LAB_FOLDER"
    cp --remove-destination "$STAGE/lab/$own"/{ntds-service,lab-*}.exe "$prefix/$LAB_FOLDER/"
    if [ -n "${2-}" ]; then
        cp --remove-destination "$STAGE/wine/$own/vssapi.dll" "$system32/"
        [ "$own" = x86 ] || ! runs_32bit || cp --remove-destination "$STAGE/wine/x86/vssapi.dll" "$syswow64/"
        # Where the device names of shadow copies resolve.
        mkdir -p "$prefix/dosdevices/globalroot/Device"
    fi
}

reg_string() {
    printf '"%s"="%s"\r\n' "$1" "${2//\\/\\\\}"
}
reg_dword() {
    printf '"%s"=dword:%08x\r\n' "$1" "$2"
}
reg_key() {
    printf '\r\n[%s]\r\n' "$1"
}

# TEXT: one string.
reg_multi_string() {
    printf '"%s"=hex(7):%s,00,00\r\n' "$1" "$(printf '%s' "$2" | od -An -v -tx1 | tr -s ' \n' ',' | sed 's/^,//; s/,$//')"
}

# COMPUTER DRIVE-MAPPING DATABASE LOG-FOLDER CHECKPOINT-FOLDER RECOVERED [vss]
directory_registry() {
    local computer=$1 drive_mapping=$2 domain='DC=lab,DC=example'
    shift 2
    local system='HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet'
    printf 'REGEDIT4\r\n'
    reg_key "$system\\Control\\ProductOptions"
    reg_string ProductType LanmanNT
    reg_key "$system\\Services\\NTDS"
    reg_string DisplayName 'Active Directory Domain Services'
    reg_string ImagePath 'C:\ntdslab\ntds-service.exe'
    reg_string ObjectName LocalSystem
    reg_dword Type 16
    reg_dword Start 3
    reg_dword ErrorControl 1
    reg_key "$system\\Services\\NTDS\\Parameters"
    reg_string 'DSA Database file' "$1"
    reg_string 'Database log files path' "$2"
    reg_string 'DSA Working Directory' "$3"
    # What a real one has beside them. The service adds the epoch of its database.
    reg_string 'Machine DN Name' \
        "CN=NTDS Settings,CN=$computer,CN=Servers,CN=Lab,CN=Sites,CN=Configuration,$domain"
    reg_string 'Configuration NC' "CN=Configuration,$domain"
    reg_string 'Root Domain' "$domain"
    reg_string 'Database backup path' "$3\\dsadata.bak"
    reg_multi_string 'DS Drive Mappings' "$drive_mapping"
    reg_string 'Strict Replication Consistency' 1
    reg_dword 'System Schema Version' 88
    reg_dword 'Hierarchy Table Recalculation interval (minutes)' 720
    reg_key "$system\\Services\\VSS\\Embedded\\Writers\\NTDS"
    reg_string FreezeEvents NtdsLab
    reg_dword FreezeTimeoutMs 60000
    reg_dword Recovered "$4"
    if [ -n "${5-}" ]; then
        reg_key 'HKEY_CURRENT_USER\Software\Wine\DllOverrides'
        reg_string vssapi native
    fi
}

# Services are read from the registry when the server starts, so this comes before the server that
# is to know NTDS; the caller ends the present one.
# PREFIX COMPUTER DATABASE LOG-FOLDER CHECKPOINT-FOLDER RECOVERED [vss]
directory_register() {
    local prefix=$1 computer=$2 drive=${3%%:*} link mapping=
    shift 2
    for link in "$prefix"/dosdevices/volume*; do
        [ "$(readlink "$link")" != "../drive_${drive,,}" ] ||
            mapping="$drive:\\=\\\\?\\Volume${link##*/volume}\\"
    done
    directory_registry "$computer" "$mapping" "$@" >"$prefix/$LAB_FOLDER/lab.reg"
    WINEPREFIX=$prefix wine regedit /S 'C:\ntdslab\lab.reg'
    lab_program "$prefix" lab-machine.exe boot-key 0b0a0908 1f2e3d4c 55667788 c0ffee00
}

# What registering makes is the same for all labs of a kind, but starts the machine twice: it is kept
# beside the template. Prints the folder of such a kind, on this computer and by this recipe.
directory_kind() { # WHAT-DIFFERS...
    local sum
    sum=$({
        printf '%s\n' "$(uname -n)" "$@"
        cat "$ROOT/tests/lab/lib/directory.sh" "$ROOT/tests/lab/programs/lab_machine.c"
    } | sha256sum)
    printf '%s/kinds/%s' "$TEMPLATE" "${sum%% *}"
}

directory_remember() { # PREFIX KIND COMPUTER
    local new
    mkdir -p "$TEMPLATE/kinds"
    new=$(mktemp -d "$2.XXXXXX")
    cp -a "$1"/*.reg "$1/dosdevices" "$new/"
    echo "$3" >"$new/computer"
    # Another may have been quicker.
    mv -T "$new" "$2" 2>/dev/null || rm -rf "$new"
}

directory_recall() { # PREFIX KIND
    [ -d "$2" ] || return 1
    rm -rf "$1/dosdevices"
    cp -a "$2"/*.reg "$2/dosdevices" "$1/"
}

# The state of NTDS, without waking a machine that is off.
directory_state() { # PREFIX
    if server_running "$1"; then
        lab_program "$1" lab-service.exe state NTDS
    else
        echo OFF
    fi
}

# Shadow copies that exist on the drives, and the devices that lead to them, one a line.
directory_shadows() { # PREFIX
    # Neither folder need be there.
    { find "$1"/drive_*/"System Volume Information" "$1/dosdevices/globalroot/Device" \
        -mindepth 1 -maxdepth 1 2>/dev/null || true; } | sort
}

# Brokers that run, one "PID PARENT NAME" a line.
directory_brokers() { # PREFIX
    local processes
    if server_running "$1"; then
        processes=$(lab_program "$1" lab-ps.exe)
        grep -i ' ntdsbroker[0-9]*\.exe$' <<<"$processes" || true
    fi
}

# A database with logs and a checkpoint that belong to it. Generated ones are dirty, as a live
# directory's is; the service changes stamps only.
directory_database() { # DATABASE LOG-FOLDER CHECKPOINT-FOLDER LOG-COUNT PAGE-SIZE [FILE]
    local make=$STAGE/lab/host/ese-make
    local logs=(--log-dir "$2" --logs "$4" --reserves --checkpoint "$3/edb.chk")
    [ -x "$make" ] || die "build/stage/lab/host/ese-make is missing: run tests/lab/build.sh --host first"
    if [ -n "${6-}" ]; then
        cp --no-preserve=mode "$6" "$1"
        "$make" --from "$1" "${logs[@]}"
    else
        "$make" --database "$1" --page-size "$5" --dirty "${logs[@]}"
    fi >/dev/null
}
