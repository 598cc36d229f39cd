# The kit in a lab: unpacks it, puts stand-ins in the place of Windows' own programs, runs prove.cmd
# and reads what it wrote. Knows no check.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/package.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../../doctor/lib/doctor.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../../integration/lib/adlds.sh"

# In the system folder, for a Windows of that bitness.
stand_ins() { # ARCHITECTURE
    local tool
    for tool in vssadmin esentutl schtasks diskshadow; do
        cp --remove-destination "$STAGE/lab/$1/stand-in-$tool.exe" "$system/$tool.exe"
    done
    # Wine has a schtasks of its own, which knows no /run; its file is linked from a template.
    reg_set 'HKCU\Software\Wine\DllOverrides' schtasks.exe REG_SZ native
}
# Of the lab in $prefix: sets $kit, $system and $out.
unpack_kit() {
    kit=$(unpack proof "$prefix/drive_c")
    system=$(on_c windows/system32)
    out=$(on_c proof)
    mkdir -p "$out"
    stand_ins x64
}
# A lab that is a server and no domain controller, with AD LDS instances that are not started.
make_server() { # INSTANCE...
    local instance
    prefix=$(test_prefix server)
    "$LAB" create "$prefix" --generate
    for instance in "$@"; do
        add_adlds "$instance"
        mv "$prefix/drive_c/ntdslab/adlds.reg" "$prefix/drive_c/ntdslab/ADAM_$instance.reg"
    done
    reg_set 'HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions' ProductType REG_SZ ServerNT
    reg_remove_key 'HKLM\SYSTEM\CurrentControlSet\Services\NTDS'
    unpack_kit
}
prove() { # [ARGUMENT...]
    "$LAB" exec "$prefix" cmd /c "$(windows_path "$kit/prove.cmd")" "$@" '/out:C:\proof' </dev/null
}

# What the last run says of a claim, and of one of its checks.
outcome() { # CLAIM
    "$LAB" exec "$prefix" json-lines 'C:\proof\proof.json' </dev/null | tr -d '\r' >"$TEST_FOLDER/lines"
    awk -v id="$1" '$1 == wanted { sub(/^[^ ]+ /, ""); print }
        $2 == id && $1 ~ /^claims\.[0-9]+\.id$/ { sub(/id$/, "outcome", $1); wanted = $1 }' \
        "$TEST_FOLDER/lines"
}
says() { # CLAIM OUTCOME
    local found
    found=$(outcome "$1")
    [ "$found" = "$2" ] || {
        grep -A4 "$1" "$out/proof.json" || true
        echo "$1 is '$found', expected '$2'"
        return 1
    }
}
page_has() { # ID WORDS
    grep -q "^| $1 |.*| $2 |\$" "$out/proof.md"
}

# What esentutl says.
header() { # STATE LOGS
    printf '0\n     State: %s\n  Log Required: %s (0x1-0x3)\n' "$1" "$2" >"$system/esentutl.txt"
}
# The same of a database, or the lab's.
header_of_database() { # [FILE]
    local required first last
    required=$("$STAGE/lab/host/ese-verify" "${1:-$(fact database_path)}" |
        sed -nE 's/.*needs 0x([0-9a-f]+) to 0x([0-9a-f]+),.*/\1 \2/p')
    read -r first last <<<"$required"
    header 'Dirty Shutdown' "$((16#$first))-$((16#$last))"
}
