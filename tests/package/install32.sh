#!/usr/bin/env bash
# The installer on a 32-bit Windows.
. "$(dirname "$0")/lib/setup.sh"

need_32bit "setup__on_32_bit_windows__installs"
make_package
make_lab --generate --win32
cp "$PACKAGE/ntdsbcli-$package_version-setup.exe" "$prefix/drive_c/setup.exe"
mkdir -p "$(on_c ProgramData)"
old_program old "$STAGE/x86/legacy-backup.exe"
before=$(picture old)
check "setup__on_32_bit_windows__succeeds" setup old
check "setup__on_32_bit_windows__brings_its_broker" \
    cmp "$PACKAGE/trees/setup/x86/ntdsbroker32.exe" "$(on_c old)/ntdsbroker32.exe"
check "backup__with_what_was_installed__succeeds" \
    program 'C:\old\backup.exe' "$(server)" 'C:\backup-32'
check "backup__its_files__verify" verifies "$(on_c backup-32)"
check "doctor__that_was_installed__finds_the_program_good" \
    program 'C:\old\ntdsdoctor.exe' --program 'C:\old\backup.exe'
check "remove__on_32_bit_windows__succeeds" setup old /REMOVE
check_equal "remove__on_32_bit_windows__folder_is_as_before" "$before" "$(picture old)"
old_program new "$STAGE/x64/legacy-backup.exe"
check_exit 4 "setup__64_bit_program_on_32_bit_windows__is_refused" setup new
keep_output
check "setup__64_bit_program_on_32_bit_windows__says_why" kept_output_has 'this is a 32-bit Windows'
