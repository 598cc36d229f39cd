/*
 * test_security_names.c - no spelling of a name opens what is not in the session's own lists.
 */
#include "conformance.h"

#include <stdio.h>
#include <wchar.h>

/* %1 is "X:\folder", %2 the file's name, %3 this computer's name, %4 the drive's letter. */
struct row
{
    const char *label;
    const wchar_t *spelling;
};

static const struct row refused[] = {
    {"nothing", L""},
    {"a blank", L" "},
    {"a BFT character only", L"D"},
    {"the file's name", L"%2"},
    {"no folder", L"%4:%2"},
    {"the folder", L"%1"},
    {"the folder, backslash", L"%1\\"},
    {"backslash at its end", L"%1\\%2\\"},
    {"dot at its end", L"%1\\%2."},
    {"blank at its end", L"%1\\%2 "},
    {"default stream", L"%1\\%2::$DATA"},
    {"a stream", L"%1\\%2:secret"},
    {"index stream of the folder", L"%1::$INDEX_ALLOCATION\\%2"},
    {"8.3", L"%1\\NTDS~1.DIT"},
    {"slashes", L"%1/%2"},
    {"slash before the name", L"%4:/Windows/NTDS/%2"},
    {"two backslashes", L"%1\\\\%2"},
    {"folder and back", L"%1\\x\\..\\%2"},
    {"this folder", L"%1\\.\\%2"},
    {"a wildcard", L"%1\\*.dit"},
    {"question mark", L"%1\\%2?"},
    {"DOS wildcard", L"%1\\<.dit"},
    {"win32 file name space", L"\\\\?\\%1\\%2"},
    {"win32 device name space", L"\\\\.\\%1\\%2"},
    {"NT name space", L"\\??\\%1\\%2"},
    {"global root", L"\\\\?\\GLOBALROOT\\DosDevices\\%1\\%2"},
    {"shadow copy", L"\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\Windows\\NTDS\\%2"},
    {"volume name", L"\\\\?\\Volume{00000000-0000-0000-0000-000000000000}\\Windows\\NTDS\\%2"},
    {"UNC by file name space", L"\\\\?\\UNC\\%3\\%4$\\Windows\\NTDS\\%2"},
    {"UNC of localhost", L"\\\\localhost\\%4$\\Windows\\NTDS\\%2"},
    {"UNC of an address", L"\\\\127.0.0.1\\%4$\\Windows\\NTDS\\%2"},
    {"UNC of a dot", L"\\\\.\\%4$\\Windows\\NTDS\\%2"},
    {"UNC of another share", L"\\\\%3\\ADMIN$\\NTDS\\%2"},
    {"UNC with a port", L"\\\\%3@80\\%4$\\Windows\\NTDS\\%2"},
    {"UNC of a longer name", L"\\\\%3x\\%4$\\Windows\\NTDS\\%2"},
    {"UNC without the dollar", L"\\\\%3\\%4\\Windows\\NTDS\\%2"},
    {"UNC with slashes", L"//%3/%4$/Windows/NTDS/%2"},
    {"a device", L"NUL"},
    {"a device in the folder", L"%1\\NUL"},
    {"a device with a colon", L"COM1:"},
    {"console", L"\\\\.\\CONIN$"},
    {"a disk", L"\\\\.\\PhysicalDrive0"},
    {"a pipe", L"\\\\.\\pipe\\ntdsbcli"},
    {"a file that is there", L"C:\\Windows\\system.ini"},
    {"the same, by UNC", L"\\\\%3\\C$\\Windows\\system.ini"},
    {"from the list's folder to another", L"%1\\..\\system.ini"},
    {"the registry", L"C:\\Windows\\System32\\config\\SAM"},
    {"full-width letter", L"\uFF23:\\Windows\\NTDS\\%2"},
    {"two BFT characters", L"DD%1\\%2"},
};

static const struct row accepted[] = {
    {"local", L"%1\\%2"},
    {"with a BFT character", L"D%1\\%2"},
    {"with another BFT character", L"!%1\\%2"},
    {"UNC", L"\\\\%3\\%4$\\Windows\\NTDS\\%2"},
    {"UNC with a BFT character", L"D\\\\%3\\%4$\\Windows\\NTDS\\%2"},
    {"upper case", L"%1\\NTDS.DIT"},
};

/* What the first entry of the database list says. */
static struct
{
    wchar_t folder[MAX_PATH], name[MAX_PATH], letter[2];
} known;

static void learn(HBC hbc)
{
    DWORD bytes;
    wchar_t *list = database_list(hbc, &bytes);
    const wchar_t *share = wcschr(list + 3, L'\\');
    wchar_t *name;

    assert_non_null(share);
    known.letter[0] = share[1];
    _snwprintf(known.folder, MAX_PATH, L"%lc:%ls", (wint_t)share[1], share + 3);
    name = wcsrchr(known.folder, L'\\');
    assert_non_null(name);
    wcscpy(known.name, name + 1);
    *name = 0;
    /* What the table takes for granted. */
    assert_int_equal(_wcsicmp(known.folder + 1, L":\\Windows\\NTDS"), 0);
    assert_int_equal(_wcsicmp(known.name, L"ntds.dit"), 0);
    DsBackupFree(list);
}

static void spell(const wchar_t *spelling, wchar_t out[1024])
{
    const wchar_t *const parts[] = {known.folder, known.name, computer_name(), known.letter};

    for (out[0] = 0; *spelling; spelling++) {
        size_t used = wcslen(out);

        if (spelling[0] == L'%' && spelling[1] >= L'1' && spelling[1] <= L'4') {
            wcscpy(out + used, parts[*++spelling - L'1']);
        } else {
            out[used] = *spelling;
            out[used + 1] = 0;
        }
    }
}

static HRESULT open_ansi(HBC hbc, const wchar_t *name, LARGE_INTEGER *size)
{
    BOOL replaced = FALSE;
    char ansi[1024];

    if (!WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, name, -1, ansi, sizeof(ansi), NULL,
                             &replaced) ||
        replaced)
        return ERROR_INVALID_PARAMETER;
    return DsBackupOpenFileA(hbc, ansi, 4096, size);
}

static void open_file__any_other_spelling__is_refused(void **state)
{
    HBC hbc = context_handle(state);
    wchar_t name[1024];
    size_t i;

    learn(hbc);
    for (i = 0; i < ARRAYSIZE(refused); i++) {
        LARGE_INTEGER size = {.QuadPart = POISON_SIZE};

        spell(refused[i].spelling, name);
        assert_result(refused[i].label, DsBackupOpenFileW(hbc, name, 4096, &size),
                      ERROR_INVALID_PARAMETER);
        assert_int_equal(size.QuadPart, 0);
        assert_result(refused[i].label, open_ansi(hbc, name, &size), ERROR_INVALID_PARAMETER);
    }
}

static void open_file__after_refusals__spellings_of_the_list_open_the_file(void **state)
{
    HBC hbc = context_handle(state);
    LARGE_INTEGER first = {.QuadPart = 0};
    wchar_t name[1024];
    size_t i;

    learn(hbc);
    for (i = 0; i < ARRAYSIZE(accepted); i++) {
        LARGE_INTEGER size = {.QuadPart = POISON_SIZE};

        spell(accepted[i].spelling, name);
        assert_result(accepted[i].label, DsBackupOpenFileW(hbc, name, 4096, &size), S_OK);
        assert_result(accepted[i].label, DsBackupClose(hbc), S_OK);
        if (!i)
            first = size;
        assert_true(size.QuadPart > 0 && size.QuadPart == first.QuadPart);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_file__any_other_spelling__is_refused),
        cmocka_unit_test(open_file__after_refusals__spellings_of_the_list_open_the_file),
    };

    return cmocka_run_group_tests_name("security of names", tests, context_begin, context_end);
}
