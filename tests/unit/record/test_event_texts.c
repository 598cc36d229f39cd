/*
 * test_event_texts.c - the message table of the built ntdsbevents.dll has a text for each event,
 * with as many places as event_log.c has strings.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "record/event_log.h"
#include "messages.h"

static const struct
{
    const char *label;
    DWORD event, message;
    unsigned int string_count;
} rows[] = {
    {"restore started", EVENT_LOG_RESTORE_STARTED, (DWORD)EVENT_RESTORE_STARTED, 4},
    {"restore complete", EVENT_LOG_RESTORE_COMPLETE, (DWORD)EVENT_RESTORE_COMPLETE, 3},
    {"restore failed", EVENT_LOG_RESTORE_FAILED, (DWORD)EVENT_RESTORE_FAILED, 7},
    {"restore without VSS", EVENT_LOG_RESTORE_NO_VSS, (DWORD)EVENT_RESTORE_NO_VSS, 4},
    {"backup started", EVENT_LOG_BACKUP_STARTED, (DWORD)EVENT_BACKUP_STARTED, 2},
    {"backup complete", EVENT_LOG_BACKUP_COMPLETE, (DWORD)EVENT_BACKUP_COMPLETE, 6},
    {"backup failed", EVENT_LOG_BACKUP_FAILED, (DWORD)EVENT_BACKUP_FAILED, 6},
    {"file left out", EVENT_LOG_FILE_LEFT_OUT, (DWORD)EVENT_FILE_LEFT_OUT, 4},
    {"no log", EVENT_LOG_NO_LOG, (DWORD)EVENT_NO_LOG, 4},
    {"backup aborted", EVENT_LOG_BACKUP_ABORTED, (DWORD)EVENT_BACKUP_ABORTED, 5},
};

static void every_event__has_a_text__that_uses_all_its_strings(void **state)
{
    const wchar_t *strings[] = {L"<1>", L"<2>", L"<3>", L"<4>", L"<5>", L"<6>", L"<7>", L"<8>"};
    HMODULE dll = LoadLibraryExW(EVENT_LOG_FILE, NULL, LOAD_LIBRARY_AS_DATAFILE);
    wchar_t text[1024], mark[8];
    unsigned int k;
    size_t i;

    (void)state;
    assert_non_null(dll);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].event != rows[i].message)
            fail_msg("%s: 0x%08lx, but 0x%08lx in messages.mc", rows[i].label, rows[i].event,
                     rows[i].message);
        wmemset(text, L'?', 1024);
        if (!FormatMessageW(FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY, dll,
                            rows[i].event, 0, text, 1024, (va_list *)(void *)strings))
            fail_msg("%s: no text, error %lu", rows[i].label, GetLastError());
        for (k = 1; k <= 8; k++) {
            _snwprintf(mark, 8, L"<%u>", k);
            if ((wcsstr(text, mark) != NULL) != (k <= rows[i].string_count))
                fail_msg("%s: string %u: %ls", rows[i].label, k, text);
        }
        if (wcsncmp(text, L"<1> (<2>) ", 10) != 0)
            fail_msg("%s: does not begin with the program: %ls", rows[i].label, text);
    }
    FreeLibrary(dll);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event__has_a_text__that_uses_all_its_strings),
    };

    return cmocka_run_group_tests_name("event_texts", tests, NULL, NULL);
}
