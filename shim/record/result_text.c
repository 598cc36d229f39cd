/*
 * result_text.c - names by table, texts by FormatMessage.
 */
#include "result_text.h"

#include "code_names.h"
#include "common/format.h"
#include "host/dll_instance.h"
#include "host/result.h"

#include <ntdsbmsg.h>
#include <ntdsvss.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>
#include <wchar.h>

#define NAME(code) {code, L"" #code},

/* All that messages.mc has a text for, and what the exports return besides. */
static const struct
{
    legacy_result hr;
    const wchar_t *name;
} names[] = {
    /* clang-format off */
    CODE_NAMES
    NAME(S_OK)
    NAME(ERROR_FILE_NOT_FOUND)
    NAME(ERROR_PATH_NOT_FOUND)
    NAME(ERROR_ACCESS_DENIED)
    NAME(ERROR_NOT_ENOUGH_MEMORY)
    NAME(ERROR_GEN_FAILURE)
    NAME(ERROR_SHARING_VIOLATION)
    NAME(ERROR_HANDLE_EOF)
    NAME(ERROR_INVALID_PARAMETER)
    NAME(ERROR_DISK_FULL)
    NAME(ERROR_NO_UNICODE_TRANSLATION)
    NAME(ERROR_CANCELLED)
    NAME(ERROR_LOGON_FAILURE)
    NAME(ERROR_TIME_SKEW)
    NAME(ERROR_TIMEOUT)
    NAME(RPC_S_INVALID_BINDING)
    NAME(RPC_S_CALL_FAILED)
    NAME(RPC_S_SERVER_UNAVAILABLE)
    /* clang-format on */
};

bool result_find(const wchar_t *name, legacy_result *hr)
{
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (_wcsicmp(names[i].name, name) == 0) {
            *hr = names[i].hr;
            return true;
        }
    }
    return false;
}

void result_name(legacy_result hr, wchar_t name[RESULT_NAME_CHARS])
{
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].hr == hr)
            break;
    }
    if (i < sizeof(names) / sizeof(names[0]))
        format_text(name, RESULT_NAME_CHARS, L"%ls (0x%08lx)", names[i].name, (unsigned long)hr);
    else
        format_text(name, RESULT_NAME_CHARS, L"0x%08lx", (unsigned long)hr);
}

void result_text(legacy_result hr, wchar_t text[RESULT_TEXT_CHARS])
{
    static const DWORD flags = FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_HMODULE | flags, dll_instance(), (DWORD)hr, 0,
                                  text, RESULT_TEXT_CHARS, NULL);

    if (!length)
        length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | flags, NULL, (DWORD)hr, 0, text,
                                RESULT_TEXT_CHARS, NULL);
    while (length && text[length - 1] <= L' ')
        length--;
    text[length] = 0;
}
