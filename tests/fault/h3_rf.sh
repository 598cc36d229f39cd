. "$(dirname "$0")/lib/fault.sh"
make_restored_lab --generate
program_folder programs64 64 >/dev/null
report_cases t "$LAB" exec "$prefix" "$TEST_FOLDER/programs64/fault-table.exe" restore "C:\\good" quick
report_cases w "$LAB" exec "$prefix" "$TEST_FOLDER/programs64/fault-table.exe" restore "C:\\good" slow
