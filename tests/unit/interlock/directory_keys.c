/*
 * directory_keys.c - reads and writes the registry keys of a restore.
 */
#include "directory_keys.h"

#include <stdio.h>
#include <wchar.h>

const struct ntdsvss_registration test_registration = {
    .checkpoint_folder = L"\\\\dc\\C$\\Windows\\NTDS",
    .log_folder = L"\\\\dc\\E$\\Logs \u00fc",
    .backup_log_folder = L"\\\\dc\\E$\\Logs \u00fc",
    .map = L"C:\\old\\ntds.dit>D:\\new\\ntds.dit\nx>y",
    .backup_id = L"00112233445566778899aabbccddeeff",
    .generation_low = 1,
    .generation_high = 0xfffffffe,
};

void directory_keys_clear(void)
{
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, INTERLOCK_KEY);
    RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, PARAMETERS_KEY, MARKER);
    RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, PARAMETERS_KEY, EPOCH);
}

bool directory_keys_exist(const wchar_t *key)
{
    HKEY opened;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_QUERY_VALUE, &opened) != ERROR_SUCCESS)
        return false;
    RegCloseKey(opened);
    return true;
}

int64_t directory_keys_number(const wchar_t *key, const wchar_t *name)
{
    DWORD number = 0xcccccccc;
    DWORD byte_count = sizeof(number);

    if (RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_DWORD, NULL, &number, &byte_count) !=
        ERROR_SUCCESS)
        return -1;
    return number;
}

void directory_keys_set_number(const wchar_t *key, const wchar_t *name, DWORD number)
{
    assert_int_equal(
        RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, name, REG_DWORD, &number, sizeof(number)),
        ERROR_SUCCESS);
}

const wchar_t *directory_keys_text(const wchar_t *key, const wchar_t *name)
{
    static wchar_t text[512];
    DWORD byte_count = sizeof(text);

    if (RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, NULL, text, &byte_count) !=
        ERROR_SUCCESS)
        return L"(none)";
    return text;
}

void directory_keys_set_text(const wchar_t *key, const wchar_t *name, const wchar_t *text)
{
    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, name, REG_SZ, text,
                                     (DWORD)((wcslen(text) + 1) * sizeof(*text))),
                     ERROR_SUCCESS);
}

DWORD directory_keys_value_count(const wchar_t *key)
{
    DWORD subkeys = 0, values = 0;
    HKEY opened;

    assert_int_equal(RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_QUERY_VALUE, &opened),
                     ERROR_SUCCESS);
    assert_int_equal(RegQueryInfoKeyW(opened, NULL, NULL, NULL, &subkeys, NULL, NULL, &values, NULL,
                                      NULL, NULL, NULL),
                     ERROR_SUCCESS);
    RegCloseKey(opened);
    return subkeys + values;
}

/* This program anew, and never let run. */
HANDLE directory_keys_start_process(void)
{
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION created;
    wchar_t path[MAX_PATH];

    assert_true(GetModuleFileNameW(NULL, path, MAX_PATH) < MAX_PATH);
    assert_true(CreateProcessW(path, NULL, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL,
                               &startup, &created));
    assert_int_equal(SuspendThread(created.hThread), 1);
    CloseHandle(created.hThread);
    return created.hProcess;
}

void directory_keys_end_process(HANDLE process)
{
    assert_true(TerminateProcess(process, 0));
    assert_int_equal(WaitForSingleObject(process, 10000), WAIT_OBJECT_0);
}

void directory_keys_set_owner(HANDLE process, int64_t start_offset)
{
    FILETIME created, exited, kernel, user;
    uint64_t start;

    assert_true(GetProcessTimes(process, &created, &exited, &kernel, &user));
    start =
        ((uint64_t)created.dwHighDateTime << 32 | created.dwLowDateTime) + (uint64_t)start_offset;
    directory_keys_set_number(RECORD_KEY, L"Owner", GetProcessId(process));
    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, RECORD_KEY, L"OwnerStart", REG_QWORD,
                                     &start, sizeof(start)),
                     ERROR_SUCCESS);
}
