/*
 * test_messages.c - the message table of the built DLL: every code of the two headers has a text of
 * its own there, and nothing else has. The rows are made from the headers by CMake.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "message_rows.h"
#include "messages.h"
#include "host/result.h"

#include <ntdsbmsg.h>
#include <ntdsvss.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>

#define TEXT_CHARS 1024

/* Engine error -569, which no header names. */
#define hrMissingFileToBackup ((HRESULT)0xC8000239L)

struct row
{
    const char *label;
    HRESULT code;
    HRESULT message; /* the number that messages.mc gives the text; S_OK where it has none */
};

#define ROW(name)              {#name, name, MSG_##name},
#define ROW_WITHOUT_TEXT(name) {#name, name, S_OK},

static const struct row rows[] = {
    /* clang-format off */
    MESSAGE_ROWS
    ROW(hrAttachedDatabaseMismatch)
    ROW(hrMissingFileToBackup)
    ROW(hrLogReadVerifyFailure)
    ROW(hrLogFileNotCopied)
    ROW(hrOtherInstallation)
    ROW(NTDSVSS_E_UNAVAILABLE)
    /* clang-format on */
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* Today's count: fewer means that the headers were not read. */
_Static_assert(ROW_COUNT >= 270, "names of ntdsbmsg.h or vsserror.h are missing");

static HMODULE dll;
static wchar_t texts[ROW_COUNT][TEXT_CHARS];

static DWORD get_text(DWORD code, DWORD language, wchar_t text[TEXT_CHARS])
{
    wmemset(text, L'?', TEXT_CHARS);
    SetLastError(0xDEADBEEF);
    return FormatMessageW(FORMAT_MESSAGE_FROM_HMODULE, dll, code, language, text, TEXT_CHARS, NULL);
}

static int load_dll(void **state)
{
    (void)state;
    dll = LoadLibraryExW(L"ntdsbcli.dll", NULL, LOAD_LIBRARY_AS_DATAFILE);
    if (!dll)
        print_error("ntdsbcli.dll does not load: error %lu\n", GetLastError());
    return dll ? 0 : -1;
}

static int free_dll(void **state)
{
    (void)state;
    return FreeLibrary(dll) ? 0 : -1;
}

static void every_code__has_a_text__that_is_one_line_and_ends_in_a_full_stop(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ROW_COUNT; i++) {
        DWORD length = get_text((DWORD)rows[i].code, 0, texts[i]);

        if (length == 0)
            fail_msg("%s (0x%08lx): no text, error %lu", rows[i].label, (unsigned long)rows[i].code,
                     GetLastError());
        if (length != wcslen(texts[i]))
            fail_msg("%s: %lu characters announced, not %u", rows[i].label, length,
                     (unsigned int)wcslen(texts[i]));
        if (length < 10 || wcscmp(texts[i] + length - 3, L".\r\n") != 0)
            fail_msg("%s: does not end in a full stop and a line end: '%ls'", rows[i].label,
                     texts[i]);
        if (wcscspn(texts[i], L"\r\n") != length - 2)
            fail_msg("%s: more than one line: '%ls'", rows[i].label, texts[i]);
    }
}

static int compare_texts(const void *a, const void *b)
{
    return wcscmp(texts[*(const size_t *)a], texts[*(const size_t *)b]);
}

static void no_two_codes__share_a_text(void **state)
{
    size_t order[ROW_COUNT], i;

    (void)state;
    for (i = 0; i < ROW_COUNT; i++) {
        order[i] = i;
        assert_int_not_equal(get_text((DWORD)rows[i].code, 0, texts[i]), 0);
    }
    qsort(order, ROW_COUNT, sizeof(order[0]), compare_texts);
    for (i = 1; i < ROW_COUNT; i++) {
        if (compare_texts(&order[i - 1], &order[i]) == 0)
            fail_msg("%s and %s: '%ls'", rows[order[i - 1]].label, rows[order[i]].label,
                     texts[order[i]]);
    }
}

static void every_text__stands_under_its_own_code(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ROW_COUNT; i++) {
        if (rows[i].message != rows[i].code)
            fail_msg("%s is 0x%08lx, but 0x%08lx in messages.mc", rows[i].label,
                     (unsigned long)rows[i].code, (unsigned long)rows[i].message);
    }
    if (MESSAGE_COUNT != ROW_COUNT)
        fail_msg("messages.mc has %d texts for %u codes", MESSAGE_COUNT, (unsigned int)ROW_COUNT);
}

static void texts__are_found__whatever_language_is_asked_for_and_in_ansi(void **state)
{
    static const struct
    {
        const char *label;
        DWORD language;
    } languages[] = {
        {"neutral", 0},
        {"user's default", MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT)},
        {"English (United States)", MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US)},
    };
    wchar_t expected[TEXT_CHARS], text[TEXT_CHARS];
    char ansi[TEXT_CHARS];
    size_t i;

    (void)state;
    assert_int_not_equal(get_text((DWORD)hrDiskIO, 0, expected), 0);
    for (i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
        if (!get_text((DWORD)hrDiskIO, languages[i].language, text))
            fail_msg("%s: no text, error %lu", languages[i].label, GetLastError());
        if (wcscmp(text, expected) != 0)
            fail_msg("%s: '%ls'", languages[i].label, text);
    }
    memset(ansi, '?', sizeof(ansi));
    assert_int_not_equal(FormatMessageA(FORMAT_MESSAGE_FROM_HMODULE, dll, (DWORD)hrDiskIO, 0, ansi,
                                        sizeof(ansi), NULL),
                         0);
    assert_int_equal(MultiByteToWideChar(CP_ACP, 0, ansi, -1, text, TEXT_CHARS),
                     wcslen(expected) + 1);
    assert_int_equal(wcscmp(text, expected), 0);
}

static void code_without_a_text__is_not_found(void **state)
{
    static const struct
    {
        const char *label;
        DWORD code;
    } unknown[] = {
        {"success", S_OK},
        {"Win32 code, which Windows has a text for", ERROR_ACCESS_DENIED},
        {"RPC code", (DWORD)hrAlreadyListening},
        {"end of the backup interface's codes", 0xC7FF0012},
        {"same number as hrInvalidParam, other severity", 0x87FF0001},
        {"same number as hrDiskIO, other severity", 0x880003FE},
        {"gap in the VSS codes", 0x80042305},
    };
    wchar_t text[TEXT_CHARS];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        if (get_text(unknown[i].code, 0, text))
            fail_msg("%s: '%ls'", unknown[i].label, text);
        if (GetLastError() != ERROR_MR_MID_NOT_FOUND)
            fail_msg("%s: error %lu", unknown[i].label, GetLastError());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code__has_a_text__that_is_one_line_and_ends_in_a_full_stop),
        cmocka_unit_test(no_two_codes__share_a_text),
        cmocka_unit_test(every_text__stands_under_its_own_code),
        cmocka_unit_test(texts__are_found__whatever_language_is_asked_for_and_in_ansi),
        cmocka_unit_test(code_without_a_text__is_not_found),
    };

    return cmocka_run_group_tests_name("messages", tests, load_dll, free_dll);
}
