/* Error messages and exit codes. */
#include "messages.h"

#include <stdarg.h>
#include <wchar.h>

#include "console.h"
#include "paths.h"
#include "program_main.h"

#define TEXT_CHARS 1024

static const struct messages_advice general_advices[] = {
    {ERROR_TIMEOUT, MESSAGES_TIMEOUT},
    {ERROR_NO_UNICODE_TRANSLATION, L"The ANSI code page lacks a letter of a name of the directory. "
                                   L"Run this program without --ansi."},
    {ERROR_NOT_ENOUGH_MEMORY, MESSAGES_NO_MEMORY},
};

void messages_error(const wchar_t *format, ...)
{
    va_list arguments;

    console_print(CONSOLE_ERROR, L"%ls: ", this_program.name);
    va_start(arguments, format);
    console_print_list(CONSOLE_ERROR, format, arguments);
    va_end(arguments);
}

static const wchar_t *find_in(HRESULT hr, const struct messages_advice *table, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (table[i].hr == hr)
            return table[i].text;
    }
    return NULL;
}

const wchar_t *messages_find_advice(HRESULT hr, const struct messages_advice *table, size_t count)
{
    const wchar_t *advice = find_in(hr, table, count);

    return advice ? advice : find_in(hr, general_advices, ARRAYSIZE(general_advices));
}

/* The text of a code, without its line end. False if MODULE (NULL: Windows) has none. */
static bool text_from(HMODULE module, HRESULT hr, wchar_t *text)
{
    DWORD flags = FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
    DWORD chars;

    flags |= module ? FORMAT_MESSAGE_FROM_HMODULE : FORMAT_MESSAGE_FROM_SYSTEM;
    chars = FormatMessageW(flags, module, (DWORD)hr, 0, text, TEXT_CHARS, NULL);
    while (chars > 0 && wcschr(L" \r\n", text[chars - 1]))
        chars--;
    text[chars] = L'\0';
    return chars > 0;
}

/* The library's text, else that of Windows. True if it also says what to do. */
static bool text_of_code(HRESULT hr, wchar_t *text)
{
    HMODULE library = this_program.library ? GetModuleHandleW(this_program.library) : NULL;

    if (library && text_from(library, hr, text))
        /* Texts with advice have more than one sentence. */
        return wcsstr(text, L". ") != NULL;
    (void)text_from(NULL, hr, text);
    return false;
}

void messages_call_failed(const wchar_t *function, const wchar_t *what, HRESULT hr,
                          const wchar_t *advice)
{
    wchar_t text[TEXT_CHARS];
    bool with_advice = text_of_code(hr, text);

    messages_error(L"%ls", function);
    if (what)
        console_print(CONSOLE_ERROR, L" (%ls)", what);
    console_print(CONSOLE_ERROR, L" failed with 0x%08lX", (unsigned long)hr);
    if (*text)
        console_print(CONSOLE_ERROR, L": %ls", text);
    console_print(CONSOLE_ERROR, L"\n");
    if (!with_advice)
        console_print(CONSOLE_ERROR, L"  %ls\n", advice);
}

static void print_file_advice(DWORD error, const wchar_t *place)
{
    switch (error) {
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
        console_print(CONSOLE_ERROR,
                      L"  The disk of the %ls is full. Free some space there, then try again.\n",
                      place);
        break;
    case ERROR_FILE_TOO_LARGE:
        console_print(
            CONSOLE_ERROR,
            L"  The file system of the %ls cannot hold a file of this size. Use another disk.\n",
            place);
        break;
    case ERROR_ACCESS_DENIED:
    case ERROR_WRITE_PROTECT:
        console_print(CONSOLE_ERROR,
                      L"  Access to the %ls is denied. Change its permissions, or remove the write "
                      L"protection of its disk.\n",
                      place);
        break;
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS:
        console_print(CONSOLE_ERROR,
                      L"  A file of this name exists: another program writes to the %ls. End it, "
                      L"then try again.\n",
                      place);
        break;
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
        console_print(CONSOLE_ERROR,
                      L"  Another program has the file open. End it, then try again.\n");
        break;
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_BAD_PATHNAME:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
        console_print(
            CONSOLE_ERROR,
            L"  Check the spelling of the %ls, and that its drive or share is available.\n", place);
        break;
    default:
        console_print(CONSOLE_ERROR, L"  Check the disk of the %ls, then try again.\n", place);
    }
}

enum exit_code messages_file_failed(enum exit_code code, const wchar_t *doing, const wchar_t *path,
                                    DWORD error, const wchar_t *place)
{
    wchar_t text[TEXT_CHARS];
    const wchar_t *lead;
    const wchar_t *shown = paths_shown(path, &lead);

    messages_error(L"cannot %ls \"%ls%ls\": error %lu (0x%08lX)", doing, lead, shown,
                   (unsigned long)error, (unsigned long)error);
    if (text_from(NULL, (HRESULT)error, text))
        console_print(CONSOLE_ERROR, L": %ls", text);
    console_print(CONSOLE_ERROR, L"\n");
    print_file_advice(error, place);
    return code;
}

enum exit_code messages_no_memory(void)
{
    messages_error(L"out of memory.\n  " MESSAGES_NO_MEMORY L"\n");
    return EXIT_OTHER;
}

enum exit_code messages_no_buffer(DWORD bytes)
{
    messages_error(L"out of memory for a buffer of %lu bytes.\n  Use a smaller --buffer.\n",
                   (unsigned long)bytes);
    return EXIT_OTHER;
}
