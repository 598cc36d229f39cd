#!/usr/bin/env bash
# The guide for a restore, followed word by word: the commands of the package and of reg run in a
# lab, in the guide's order, and print what it says one sees. What only Windows has is listed here.
. "$(dirname "$0")/lib/package.sh"
. "$(dirname "$0")/../integration/lib/restore.sh"

make_package
"$LAB" create "$prefix" --generate --drive D
"$LAB" start "$prefix"
tree=$(unpack windows "$prefix/drive_c")
guide=$tree/guides/restore.md
followed=$TEST_FOLDER/followed
: >"$followed"

# --- the directory --------------------------------------------------------------------------------

epoch_value='DSA Database Epoch'
epoch_is_gone() {
    ! registry "$NTDS_KEY\\Parameters" /v "$epoch_value" 2>/dev/null
}
is_marked() {
    marker_is_set && epoch_is_gone
}
is_ready_to_start() {
    is_marked && no_interlock && is_restored ../drive_d/Backup
}
# Event 1109 since the last one, no 2542, and the marker is used up.
new_ids=0
directory_runs_anew() {
    "$LAB" status "$prefix" | grep -x 'directory RUNNING'
    [ "$(events 1109)" -eq "$new_ids" ]
    [ "$(events 2542)" -eq 0 ]
    [ -z "$(marker)" ]
}
events() { # ID: how many
    grep -cx "$1"$'\r' "$prefix/drive_c/ntdslab/events.log" || true
}
# What comes into force with the next start: a SYSTEM hive of the time of its own backup.
replace_hive() {
    "$LAB" exec "$prefix" reg delete "$NTDS_KEY\\Parameters" /v 'Database restored from backup' /f
    "$LAB" exec "$prefix" reg add "$NTDS_KEY\\Parameters" /v "$epoch_value" /t REG_DWORD /d 4711 /f
}
# What a restore leaves whose program was killed after it had copied everything.
leave_interlock() {
    local name
    for name in CheckpointFilePath LogPath BackupLogPath; do
        "$LAB" exec "$prefix" reg add "$INTERLOCK_KEY" /v "$name" /d "$(fact logs)" /f
    done
}

# --- what Wine does not have ----------------------------------------------------------------------

# Restarts and the modes of a start are imitated. A line that is not in the guide any more is one
# too many here.
sort >"$TEST_FOLDER/windows_only" <<'LINES'
bcdedit /deletevalue safeboot
bcdedit /set safeboot dsrepair
dcdiag
dcdiag /test:ridmanager /v
icacls D:\Backup /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" "*S-1-3-4:(OI)(CI)F"
klist -li 0x3e7 purge
manage-bde -protectors -disable C: -RebootCount 2
manage-bde -protectors -get C:
mkdir D:\Backup
net share
net start lanmanserver
net start ntfrs
net stop kdc
net stop ntfrs
net use \\FILESERVER\Backups /user:FILESERVER\reader *
netdom query fsmo
netdom resetpwd /s:DC2 /ud:EXAMPLE\Administrator /pd:*
netdom trust example.com /domain:trusted.example.org /reset /uo:Administrator /po:* /ud:TRUSTED\Administrator /pd:*
nltest /sc_verify:trusted.example.org
ntdsutil "activate instance ntds" "authoritative restore" "restore subtree OU=Lost,DC=example,DC=com" q q
ntdsutil "set dsrm password" "reset password on server null" q q
reg add "HKLM\SYSTEM\CurrentControlSet\Services\NtFrs\Parameters\Backup/Restore\Process at Startup" /v BurFlags /t REG_DWORD /d 0xD2 /f
reg query HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters /v AutoShareServer
repadmin /replsummary
rmdir /s /q D:\Before
robocopy C:\Windows\NTDS D:\Before /copyall
robocopy \\FILESERVER\Backups\DC1 D:\Backup
sc config kdc start= demand
shutdown /r /t 0
LINES
is_windows_only() { # LINE
    grep -qxF -- "$1" "$TEST_FOLDER/windows_only"
}

boot_option='HKLM\SYSTEM\CurrentControlSet\Control\SafeBoot\Option'
boots_to=normal
hive=kept
restart() {
    directory='C:\'
    "$LAB" stop "$prefix"
    [ "$hive" = kept ] || replace_hive
    hive=kept
    "$LAB" off "$prefix"
    if [ "$boots_to" = dsrm ]; then
        export SAFEBOOT_OPTION=DSREPAIR
        "$LAB" exec "$prefix" reg add "$boot_option" /f >/dev/null
    else
        unset SAFEBOOT_OPTION
        "$LAB" exec "$prefix" reg delete "$boot_option" /f >/dev/null || true
        "$LAB" start "$prefix"
    fi
}

# --- following ------------------------------------------------------------------------------------

# The part of the guide below a heading: "cmd LINE", "text LINE" and "end" for each block, and
# "step NAME" for the headings within.
blocks() { # HEADING
    awk -v heading="$1" '
        function level(line) { match(line, /^#+ /); return RLENGTH }
        !fence && /^#+ / {
            if ($0 == heading) { on = level($0); print "step " substr($0, on + 1); next }
            if (on && level($0) <= on) exit
            if (on) print "step " substr($0, level($0) + 1)
        }
        /^```/ {
            if (on && fence) print "end " fence
            fence = fence ? "" : (length($0) > 3 ? substr($0, 4) : "plain")
            next
        }
        on && (fence == "cmd" || fence == "text") { print fence " " $0 }' "$guide"
}

# One command at the prompt, where the last cd went. What it prints is kept for what one sees.
directory='C:\'
type_in() { # LINE
    local code=0
    printf 'cd /d %s\r\n%s\r\n' "$directory" "$1" >"$prefix/drive_c/typed.bat"
    timeout 120 "$LAB" exec "$prefix" cmd /c 'C:\typed.bat' >"$TEST_FOLDER/typed" 2>&1 </dev/null || code=$?
    tr -d '\r' <"$TEST_FOLDER/typed" | tee -a "$TEST_FOLDER/seen"
    # The doctor found something to say; Wine never shares SYSVOL.
    [ "$code" -eq 0 ] || [[ $code -eq 3 && $1 == ntdsdoctor* || $code -eq 23 && $1 == *--after-restore ]]
}
go_to() { # LINE
    directory=${1#cd /d }
    [ -d "$(on_c "$(tr '\\' '/' <<<"${directory#C:\\}")")" ]
}
obey() { # LINE
    printf '%s\n' "$1" >>"$followed"
    case $1 in
    'cd /d '*) go_to "$1" ;;
    'bcdedit /set safeboot dsrepair') boots_to=dsrm ;;
    'bcdedit /deletevalue safeboot') boots_to=normal && is_ready_to_start ;;
    'shutdown /r /t 0') restart ;;
    *) is_windows_only "$1" || { before "$1" && type_in "$1" && after "$1"; } ;;
    esac
}

# Every line that the guide promises is there; "..." stands for anything.
as_glob() { # TEXT
    local rest=$1 glob=''
    while [[ $rest == *...* ]]; do
        glob+=$(sed 's/[^A-Za-z0-9]/\\&/g' <<<"${rest%%...*}")'*'
        rest=${rest#*...}
    done
    printf '%s%s' "$glob" "$(sed 's/[^A-Za-z0-9]/\\&/g' <<<"$rest")"
}
one_sees() { # FILE
    local promised glob line
    while IFS= read -r promised; do
        glob=$(as_glob "$promised")
        while IFS= read -r line; do
            # shellcheck disable=SC2053 # a pattern
            [[ $line != $glob ]] || continue 2
        done <"$TEST_FOLDER/seen"
        echo "not seen: $promised"
        cat "$TEST_FOLDER/seen"
        return 1
    done <"$1"
}

slug() { # TEXT
    tr -cs 'A-Za-z0-9' '_' <<<"$1" | tr 'A-Z' 'a-z' | sed 's/^_*//; s/_*$//'
}
# follow HEADING: all of it, each command and each promise a check.
follow() {
    local entry kind line last='' step='' number=0
    : >"$TEST_FOLDER/promised"
    while IFS= read -r entry <&9; do
        kind=${entry%% *} line=${entry#* }
        case $kind in
        step) step=$(slug "$line") ;;
        cmd)
            [ "$last" = cmd ] || : >"$TEST_FOLDER/seen"
            number=$((number + 1))
            check_here "${step}__command_${number}__succeeds" obey "$line"
            ;;
        text) printf '%s\n' "$line" >>"$TEST_FOLDER/promised" ;;
        end)
            [ "$line" != text ] || {
                check "${step}__what_one_sees_$number" one_sees "$TEST_FOLDER/promised"
                : >"$TEST_FOLDER/promised"
            }
            ;;
        esac
        last=$kind
    done 9< <(blocks "$1")
    check "$(slug "$1")__commands__are_found" test "$number" -gt 0
}
# What the guide's words between two commands are about.
before() { # LINE
    case $1 in
    # The other way to do the same.
    'reg add'*'Database restored from backup'*) replace_hive ;;
    # "Another product has restored since."
    *--fix-restore-lock*) leave_interlock ;;
    # "Do steps 5 to 9."
    'net start ntds') restore_backup && is_ready_to_start ;;
    esac
}
after() { # LINE
    [ "$1" != 'ntdsdoctor --mark-restored' ] || is_marked
}
restore_backup() {
    directory=$programs
    type_in 'legacy-restore %COMPUTERNAME% D:\Backup'
    : >"$TEST_FOLDER/seen"
}
# In this shell, for it changes where the prompt is and how the machine was started.
check_here() { # NAME CMD...
    if "${@:2}" >"$TEST_FOLDER/output" 2>&1 9>&-; then
        test_note pass "$1"
    else
        test_note fail "$1" "${*:2}"
        sed 's/^/    /' "$TEST_FOLDER/output"
    fi
}

# --- a restore ------------------------------------------------------------------------------------

programs='C:\'$(basename "$tree")'\x64'
directory=$programs
check "backup__to_restore_from__is_made" type_in 'legacy-backup %COMPUTERNAME% D:\Backup'
directory='C:\'
follow '## The restore'
new_ids=1
check "the_restore__in_the_end__the_directory_runs" directory_runs_anew

# --- what is rare ---------------------------------------------------------------------------------

follow '### Without DSRM'
new_ids=2
check "without_dsrm__in_the_end__the_directory_runs" directory_runs_anew

# In DSRM, after step 8.
step_8_is_done() {
    boots_to=dsrm
    restart
    restore_backup
}
check_here "hive_replaced__restore__is_complete" step_8_is_done
hive=replaced
follow '### The SYSTEM hive was replaced'
check "hive_replaced__in_the_end__is_marked" is_ready_to_start
boots_to=normal new_ids=3
check_here "hive_replaced__restart__succeeds" restart
check "hive_replaced__in_the_end__the_directory_runs" directory_runs_anew

check_here "interlock__restore__is_complete" step_8_is_done
follow '### The interlock stays'
check "interlock__in_the_end__is_gone" is_ready_to_start
directory=$programs
follow '### Refused backups'

# What only Windows shows is at least what the doctor can say.
doctors_words() {
    cat "$ROOT"/shim/doctor/*.c | tr -d '\n' | sed -E 's/" *L"//g; s/%[0-9.*]*[a-z]+/\n/g'
}
doctors_words >"$TEST_FOLDER/words"
said_nowhere() {
    local line part
    while IFS= read -r line; do
        while IFS= read -r part; do
            grep -qF -- "$part" "$TEST_FOLDER/words" || printf '%s\n' "$part"
        done < <(sed 's/^[^:]*: //; s/ *\.\.\. */\n/g' <<<"$line" | grep '[a-z]')
    done < <(sed -n '/^```windows$/,/^```$/p' "$guide" | sed '/^```/d')
}
check_equal "guide__what_only_windows_shows__is_in_the_doctor" "" "$(said_nowhere)"

# --- all of it ------------------------------------------------------------------------------------

all_commands() {
    sed -n '/^```cmd$/,/^```$/p' "$guide" | sed '/^```/d' | sort -u
}
check_equal "guide__commands_of_windows__are_those_listed_here" "" "$(
    comm -13 <(all_commands) "$TEST_FOLDER/windows_only")"
check_equal "guide__every_other_command__was_followed" "" "$(
    comm -23 <(all_commands) <(sort -u "$followed" "$TEST_FOLDER/windows_only"))"
