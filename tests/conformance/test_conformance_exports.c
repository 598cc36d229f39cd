/* The DLL offers exactly the documented functions under undecorated names, and texts for its codes.
 */
#include "conformance.h"

#include <stdio.h>
#include <string.h>
#include <vsserror.h>

static const char *const exports[] = {
    "DsBackupClose",
    "DsBackupEnd",
    "DsBackupFree",
    "DsBackupGetBackupLogsA",
    "DsBackupGetBackupLogsW",
    "DsBackupGetDatabaseNamesA",
    "DsBackupGetDatabaseNamesW",
    "DsBackupOpenFileA",
    "DsBackupOpenFileW",
    "DsBackupPrepareA",
    "DsBackupPrepareW",
    "DsBackupRead",
    "DsBackupTruncateLogs",
    "DsIsNTDSOnlineA",
    "DsIsNTDSOnlineW",
    "DsRestoreCheckExpiryToken",
    "DsRestoreEnd",
    "DsRestoreGetDatabaseLocationsA",
    "DsRestoreGetDatabaseLocationsW",
    "DsRestorePrepareA",
    "DsRestorePrepareW",
    "DsRestoreRegisterA",
    "DsRestoreRegisterComplete",
    "DsRestoreRegisterW",
    "DsSetAuthIdentityA",
    "DsSetAuthIdentityW",
    "DsSetCurrentBackupLogA",
    "DsSetCurrentBackupLogW",
};

_Static_assert(ARRAYSIZE(exports) == 28, "the original exports 28 names");

static const struct
{
    const char *name;
    HRESULT code;
} codes[] = {
/* { "hrName", hrName }, for every code of ntdsbmsg.h; made by CMakeLists.txt. */
#include "hr_codes.inc"
    {"VSS_E_BAD_STATE", VSS_E_BAD_STATE},
    {"VSS_E_UNEXPECTED", VSS_E_UNEXPECTED},
    {"VSS_E_PROVIDER_VETO", VSS_E_PROVIDER_VETO},
    {"VSS_E_VOLUME_NOT_SUPPORTED", VSS_E_VOLUME_NOT_SUPPORTED},
    {"VSS_E_SNAPSHOT_SET_IN_PROGRESS", VSS_E_SNAPSHOT_SET_IN_PROGRESS},
    {"VSS_E_INSUFFICIENT_STORAGE", VSS_E_INSUFFICIENT_STORAGE},
    {"VSS_E_FLUSH_WRITES_TIMEOUT", VSS_E_FLUSH_WRITES_TIMEOUT},
    {"VSS_E_HOLD_WRITES_TIMEOUT", VSS_E_HOLD_WRITES_TIMEOUT},
    {"VSS_E_UNEXPECTED_WRITER_ERROR", VSS_E_UNEXPECTED_WRITER_ERROR},
    {"VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT", VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT},
    {"VSS_E_WRITERERROR_OUTOFRESOURCES", VSS_E_WRITERERROR_OUTOFRESOURCES},
    {"VSS_E_WRITERERROR_TIMEOUT", VSS_E_WRITERERROR_TIMEOUT},
    {"VSS_E_WRITERERROR_RETRYABLE", VSS_E_WRITERERROR_RETRYABLE},
    {"VSS_E_WRITERERROR_NONRETRYABLE", VSS_E_WRITERERROR_NONRETRYABLE},
};

static HMODULE library(void)
{
    HMODULE module = GetModuleHandleW(L"ntdsbcli.dll");

    assert_non_null(module);
    return module;
}

static const IMAGE_EXPORT_DIRECTORY *export_directory(void)
{
    const char *base = (const char *)library();
    const IMAGE_DOS_HEADER *dos = (const IMAGE_DOS_HEADER *)base;
    const IMAGE_NT_HEADERS *nt = (const IMAGE_NT_HEADERS *)(base + dos->e_lfanew);
    DWORD offset = nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress;

    return (const IMAGE_EXPORT_DIRECTORY *)(base + offset);
}

static void exports__by_name__are_the_28_of_the_original(void **state)
{
    const char *base = (const char *)library();
    const IMAGE_EXPORT_DIRECTORY *directory = export_directory();
    const DWORD *names = (const DWORD *)(base + directory->AddressOfNames);
    DWORD i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(exports); i++) {
        if (!GetProcAddress(library(), exports[i]))
            fail_msg("%s is not exported", exports[i]);
    }
    /* The loader wants the names sorted, as they are above: more or other ones show here. */
    for (i = 0; i < directory->NumberOfNames && i < ARRAYSIZE(exports); i++)
        assert_string_equal(base + names[i], exports[i]);
    assert_int_equal(directory->NumberOfNames, ARRAYSIZE(exports));
    assert_int_equal(directory->NumberOfFunctions, ARRAYSIZE(exports));
}

static void export_directory__name_of_the_dll__is_the_original(void **state)
{
    const char *base = (const char *)library();

    (void)state;
    assert_int_equal(_stricmp(base + export_directory()->Name, "ntdsbcli.dll"), 0);
}

static void import_library__functions__are_the_exports(void **state)
{
    const struct
    {
        const char *name;
        uintptr_t imported;
    } rows[] = {
        {"DsIsNTDSOnlineA", (uintptr_t)DsIsNTDSOnlineA},
        {"DsBackupPrepareW", (uintptr_t)DsBackupPrepareW},
        {"DsBackupRead", (uintptr_t)DsBackupRead},
        {"DsBackupFree", (uintptr_t)DsBackupFree},
        {"DsRestoreRegisterW", (uintptr_t)DsRestoreRegisterW},
        {"DsRestoreCheckExpiryToken", (uintptr_t)DsRestoreCheckExpiryToken},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        if (rows[i].imported != (uintptr_t)GetProcAddress(library(), rows[i].name))
            fail_msg("%s is imported from elsewhere", rows[i].name);
    }
}

static void format_message__codes_of_the_interface__have_a_text(void **state)
{
    unsigned without_text = 0;
    size_t i;

    (void)state;
    assert_in_range(ARRAYSIZE(codes), 150, 1000);
    for (i = 0; i < ARRAYSIZE(codes); i++) {
        wchar_t text[1024];
        /* Success and raw Win32 codes are Windows' own. */
        bool ours = codes[i].code < 0;
        DWORD chars = FormatMessageW(
            (ours ? FORMAT_MESSAGE_FROM_HMODULE : FORMAT_MESSAGE_FROM_SYSTEM) |
                FORMAT_MESSAGE_IGNORE_INSERTS,
            ours ? library() : NULL, (DWORD)codes[i].code, 0, text, ARRAYSIZE(text), NULL);

        if (chars < 5) {
            print_error("%s (0x%08lX) has no text\n", codes[i].name, (unsigned long)codes[i].code);
            without_text++;
        }
    }
    assert_int_equal(without_text, 0);
}

static void format_message__ansi_lookup__has_the_same_text(void **state)
{
    wchar_t wide[1024];
    char ansi[1024], converted[1024];
    const DWORD flags = FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_IGNORE_INSERTS;

    (void)state;
    assert_true(FormatMessageW(flags, library(), (DWORD)hrCouldNotConnect, 0, wide, ARRAYSIZE(wide),
                               NULL) > 0);
    assert_true(FormatMessageA(flags, library(), (DWORD)hrCouldNotConnect, 0, ansi, sizeof(ansi),
                               NULL) > 0);
    assert_true(WideCharToMultiByte(CP_ACP, 0, wide, -1, converted, sizeof(converted), NULL, NULL) >
                0);
    assert_string_equal(ansi, converted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exports__by_name__are_the_28_of_the_original),
        cmocka_unit_test(export_directory__name_of_the_dll__is_the_original),
        cmocka_unit_test(import_library__functions__are_the_exports),
        cmocka_unit_test(format_message__codes_of_the_interface__have_a_text),
        cmocka_unit_test(format_message__ansi_lookup__has_the_same_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
