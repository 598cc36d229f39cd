/* What went wrong, said to people, and the exit code that says it to programs. */
#include "messages.h"

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include <ntdsbcli.h>

#include "console.h"

#define TEXT_CHARS 1024

/* The engine behind the directory says with this one that not every log was read to its end. */
#define HR_LOG_FILE_NOT_COPIED ((HRESULT)0xC8000268)

struct advice
{
    HRESULT hr;
    const wchar_t *text;
};

static const struct advice advices[] = {
    {ERROR_ACCESS_DENIED,
     L"Run it elevated, as a member of Administrators or Backup Operators of this server."},
    {RPC_S_INVALID_BINDING,
     L"The directory can be backed up on its own server only: run this program there, or give the "
     L"name of this computer."},
    {hrCouldNotConnect,
     L"Check the name of the server, that it is a domain controller and that its service \"Active "
     L"Directory Domain Services\" (NTDS) is running."},
    {hrBackupInProgress,
     L"Another backup of this server is being started. Try again in some minutes."},
    {ERROR_DISK_FULL,
     L"The server has no room left for a backup. Free space on the volumes that hold the "
     L"directory's database and logs."},
    {ERROR_TIMEOUT,
     L"The server did not answer in time. Try again when it is less busy; if that does not help, "
     L"restart its Volume Shadow Copy service."},
    {ERROR_NO_UNICODE_TRANSLATION,
     L"A name of the directory has letters that the ANSI code page lacks: run it without --ansi."},
    {ERROR_NOT_ENOUGH_MEMORY, L"Close other programs and try again."},
    {hrCommunicationError,
     L"The backup service of the server could not be started or stopped answering. Check that all "
     L"files of ntdsbcli are beside this program, and try again."},
    {hrReadVerifyFailure,
     L"The file is damaged on the server. Keep your earlier backups, check the disk, and check the "
     L"database with \"esentutl /k\"."},
    {hrDiskIO,
     L"The server could not read the file to its end. Check its disks and the room for shadow "
     L"copies, then try again."},
    {HR_LOG_FILE_NOT_COPIED, L"Not every log file was read to its end. Run the backup again."},
    {hrInvalidBackupSequence,
     L"The calls of a backup came in an order the server does not accept: please report this."},
};

static const wchar_t *advice_for(HRESULT hr, enum backup_step step)
{
    size_t i;

    for (i = 0; i < ARRAYSIZE(advices); i++) {
        if (advices[i].hr == hr)
            return advices[i].text;
    }
    if (step == STEP_READ)
        return L"Check the disks of the server and its event log, then try again.";
    return L"See the server's event log for the cause, then try again.";
}

/* The text of a code without its line end; empty where MODULE (NULL: Windows) has none. */
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

/* From the DLL for the codes of the API, else Windows'. True where the DLL has told everything. */
static bool text_of_code(HRESULT hr, wchar_t *text)
{
    HMODULE library = GetModuleHandleW(L"ntdsbcli.dll");

    if (library && text_from(library, hr, text))
        /* More than one sentence: what happened and what to do. */
        return wcsstr(text, L". ") != NULL;
    (void)text_from(NULL, hr, text);
    return false;
}

static bool is_access_denied(HRESULT hr)
{
    return hr == ERROR_ACCESS_DENIED || hr == E_ACCESSDENIED || hr == hrAccessDenied;
}

/* The raw RPC codes, which winerror.h keeps between these two. */
static bool is_rpc_code(HRESULT hr)
{
    return hr >= RPC_S_INVALID_STRING_BINDING && hr <= RPC_X_BAD_STUB_DATA;
}

/* Codes that a service behind the API made, not the API itself. */
static bool is_service_code(HRESULT hr)
{
    return hr == hrCommunicationError || (FAILED(hr) && HRESULT_FACILITY(hr) == FACILITY_ITF);
}

static enum exit_code exit_code_for(HRESULT hr, enum backup_step step)
{
    if (step == STEP_READ)
        return is_service_code(hr) ? EXIT_SERVICE : EXIT_READ;
    if (is_access_denied(hr))
        return EXIT_ACCESS;
    if (hr == hrCouldNotConnect || is_rpc_code(hr))
        return EXIT_OFFLINE;
    if (hr == ERROR_INVALID_PARAMETER || hr == ERROR_NOT_ENOUGH_MEMORY || step == STEP_CONNECT)
        return EXIT_OTHER;
    return EXIT_SERVICE;
}

enum exit_code messages_call_failed(const wchar_t *function, const wchar_t *what, HRESULT hr,
                                    enum backup_step step)
{
    wchar_t text[TEXT_CHARS];
    bool with_advice = text_of_code(hr, text);

    console_print(CONSOLE_ERROR, L"legacy-backup: %ls", function);
    if (what)
        console_print(CONSOLE_ERROR, L" (%ls)", what);
    console_print(CONSOLE_ERROR, L" failed with 0x%08lX", (unsigned long)hr);
    if (*text)
        console_print(CONSOLE_ERROR, L": %ls", text);
    console_print(CONSOLE_ERROR, L"\n");
    if (!with_advice)
        console_print(CONSOLE_ERROR, L"  %ls\n", advice_for(hr, step));
    return exit_code_for(hr, step);
}

static const wchar_t *write_advice_for(DWORD error)
{
    switch (error) {
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
        return L"The disk of the backup folder is full. Free space there, or use another folder.";
    case ERROR_FILE_TOO_LARGE:
        return L"The disk of the backup folder cannot hold a file of this size.";
    case ERROR_ACCESS_DENIED:
    case ERROR_WRITE_PROTECT:
        return L"You may not write there. Use another folder, or change its permissions.";
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS:
        return L"A file of this name is there already: another program writes into this folder.";
    case ERROR_PATH_NOT_FOUND:
    case ERROR_BAD_PATHNAME:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
        return L"Check the spelling of the folder, and that its drive or share is there.";
    default:
        return L"Check the disk of the backup folder, or use another folder.";
    }
}

enum exit_code messages_write_failed(const wchar_t *doing, const wchar_t *path, DWORD error)
{
    wchar_t text[TEXT_CHARS];

    console_print(CONSOLE_ERROR, L"legacy-backup: cannot %ls \"%ls\": error %lu (0x%08lX)", doing,
                  path, (unsigned long)error, (unsigned long)error);
    if (text_from(NULL, (HRESULT)error, text))
        console_print(CONSOLE_ERROR, L": %ls", text);
    console_print(CONSOLE_ERROR, L"\n  %ls\n", write_advice_for(error));
    return EXIT_WRITE;
}
