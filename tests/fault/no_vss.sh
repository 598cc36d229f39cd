#!/usr/bin/env bash
# No VSS or half of one, no broker, or one that is none: an error that says so, at once, and nothing
# that hangs. A restore goes on without VSS (integration/restore_without_vss.sh), not without a broker.
. "$(dirname "$0")/lib/fault.sh"

could_not_connect=0xC7FF0007
communication_error=0xC7FF000D
declare -A folder
for bits in "${all_bits[@]}"; do
    folder[$bits]=$(program_folder "programs$bits" "$bits")
    folder[no-broker-$bits]=$(program_folder "no-broker-$bits" "$bits")
    rm "${folder[no-broker-$bits]}/ntdsbroker64.exe"
    # That of 32-bit Windows is no substitute.
    cp "$STAGE/x86/ntdsbroker32.exe" "${folder[no-broker-$bits]}/"
    folder[fake-$bits]=$(program_folder "fake-$bits" "$bits")
    cp "$STAGE/lab/x64/fault-broker.exe" "${folder[fake-$bits]}/ntdsbroker64.exe"
    folder[no-program-$bits]=$(program_folder "no-program-$bits" "$bits")
    echo 'no program' >"${folder[no-program-$bits]}/ntdsbroker64.exe"
done
host() { # FOLDER
    "$LAB" exec "$prefix" "${folder[$1]}/fault-host.exe"
}

# --- no VSS ---------------------------------------------------------------------------------------

prefix=$(test_prefix no-vss)
make_lab --no-vss
for bits in "${all_bits[@]}"; do
    check "no_vss_${bits}__backup__could_not_connect_and_a_log_that_says_why" host_fails \
        DsBackupPrepare $could_not_connect 'CreateVssBackupComponents .*Volume Shadow Copy' \
        host "$bits"
done
check "no_vss__afterwards__nothing_is_left" nothing_left 5
"$LAB" destroy "$prefix"

# --- a vssapi.dll that is none, or lacks functions ------------------------------------------------

# Then the directory runs again, for the backups.
prefix=$(test_prefix dc)
make_restored_lab --generate
system32=$(on_c windows/system32)
put_vssapi() { # KIND
    rm -f "$system32/vssapi.dll"
    case $1 in
    missing) ;;
    no-program) echo 'no program' >"$system32/vssapi.dll" ;;
    good) cp "$STAGE/wine/x64/vssapi.dll" "$system32/vssapi.dll" ;;
    *) cp "$STAGE/lab/x64/fault-vssapi-$1.dll" "$system32/vssapi.dll" ;;
    esac
}
restoring_host() { # FOLDER
    "$LAB" exec "$prefix" "${folder[$1]}/fault-host.exe" restore 'C:\good'
}
# A restore needs no VSS.
goes_on() {
    rm -f "$(product_log fault-host)"
    restoring_host 64
    grep 'Loading vssapi.dll from the system folder failed' "$(product_log fault-host)"
    grep ' W The restore goes on without VSS' "$(product_log fault-host)"
}
vssapi_kinds=(missing no-program refuses empty no-create no-free)
for kind in "${vssapi_kinds[@]}"; do
    put_vssapi "$kind"
    check "vssapi__${kind}__restore_goes_on_and_a_log_that_says_why" goes_on
done
put_vssapi good
check "vssapi__the_real_one_again__restore_succeeds" restoring_host 64
for bits in "${all_bits[@]}"; do
    check "broker_${bits}__missing__restore_fails" host_fails DsRestorePrepare \
        $communication_error 'ntdsbroker64\.exe.*error 2' restoring_host "no-broker-$bits"
done
"$LAB" start "$prefix"
for kind in "${vssapi_kinds[@]}"; do
    put_vssapi "$kind"
    check "vssapi__${kind}__backup_could_not_connect_and_a_log_that_says_why" host_fails \
        DsBackupPrepare $could_not_connect 'Loading vssapi.dll from the system folder failed' \
        host 64
done
put_vssapi good
check "vssapi__the_real_one_again__backup_succeeds" host 64

# --- no broker, or another program in its place ---------------------------------------------------

fake() { # MODE BITS
    FAULT_BROKER=$1 host "fake-$2"
}
# What the log says of each: an answer must fail for what is wrong with it.
declare -A why=(
    [end]='no answer|could not be sent' [right-then-end]='no answer|could not be sent'
    [cut-header]='no answer' [cut-payload]='the answer is cut short'
    [garbage]="of another version" [other-version]="of another version"
    [too-long]="of another version"
    [other-request]='the answer is to another request' [other-sequence]='the answer is to another request'
    [too-short]='the answer is malformed' [strange-success]='the answer is malformed'
)
for bits in "${all_bits[@]}"; do
    check "broker_${bits}__missing__communication_error_and_its_path_in_the_log" host_fails \
        DsBackupPrepare $communication_error 'ntdsbroker64\.exe.*error 2' host "no-broker-$bits"
    check "broker_${bits}__no_program__communication_error" host_fails \
        DsBackupPrepare $communication_error 'ntdsbroker64\.exe.*error' host "no-program-$bits"
    for mode in end garbage right-then-end other-version other-request other-sequence too-long \
        too-short strange-success cut-header cut-payload; do
        check "broker_${bits}__${mode}__communication_error" host_fails \
            DsBackupPrepare $communication_error "Lost contact with the broker .*(${why[$mode]})" \
            fake "$mode" "$bits"
        check "broker_${bits}__${mode}__nothing_is_left" nothing_left 5
    done
    if [ "${NTDSBCLI_TEST_LONG:-0}" = 1 ]; then
        check "broker_${bits}__silent__communication_error" host_fails \
            DsBackupPrepare $communication_error 'Lost contact with the broker' fake silent "$bits"
    else
        skip "broker_${bits}__silent__communication_error" "takes a minute: run.sh --long"
    fi
    check "broker_${bits}__the_real_one_again__backup_succeeds" host "$bits"
done
check "broker__afterwards__nothing_is_left" nothing_left 5
