#!/usr/bin/env bash
# ntdsdoctor --backup-test --adlds NAME --read on a server with an AD LDS instance that is no domain
# controller: the whole path of a backup through the DLL's pipe, its broker and its verification.
. "$(dirname "$0")/lib/doctor.sh"
. "$(dirname "$0")/../integration/lib/adlds.sh"

"$LAB" create "$prefix" --generate
add_adlds instance1
# What makes it a domain controller; the writer of NTDS stays away while the service is stopped.
reg_set 'HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions' ProductType REG_SZ ServerNT
reg_remove_key 'HKLM\SYSTEM\CurrentControlSet\Services\NTDS'
adlds_service start instance1

test_of() { # BITS INSTANCE [ARGUMENT...]
    doctor "$1" --json --backup-test --adlds "$2" "${@:3}"
}

check "adlds__server__is_no_domain_controller" \
    finds 12 error directory.kind 'not a domain controller' doctor 64 --json
for bits in "${all_bits[@]}"; do
    check "adlds_${bits}__test_of_an_instance__exit_0" \
        finds 0 ok backup-test.result 'would work' test_of "$bits" instance1
    check "adlds_${bits}__with_read__reads_all_and_verifies_it" \
        finds 0 ok backup-test.read '[4-9] file.*verified' test_of "$bits" ADAM_instance1 --read
    check "adlds_${bits}__another_instance__is_refused_and_named" \
        finds 18 error backup-test.detail 'instance1' test_of "$bits" nobody
done

# A page that no checksum fits, where only reading finds it.
adlds_service stop instance1
database=$(adlds_path instance1)/adamntds.dit
dd if=/dev/zero of="$database" bs=1 seek=$(($(stat -c %s "$database") - 4096)) count=4 \
    conv=notrunc status=none
printf 'damage' | dd of="$database" bs=1 seek=$(($(stat -c %s "$database") - 4000)) \
    conv=notrunc status=none
adlds_service start instance1
check "adlds__damaged_page_without_read__is_not_looked_at" \
    finds 0 ok backup-test.result 'would work' test_of 64 instance1
check "adlds__damaged_page_with_read__is_found" \
    finds 18 error backup-test.result 'hrReadVerifyFailure' test_of 64 instance1 --read
check "adlds__afterwards__nothing_is_left" nothing_left 5
check_exit 2 "adlds__without_a_test__is_wrong_usage" doctor 64 --adlds instance1
check_exit 2 "read__without_a_test__is_wrong_usage" doctor 64 --read
