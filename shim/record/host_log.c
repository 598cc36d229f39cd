/*
 * host_log.c - makes the log folder and opens the host's log in it.
 *
 * Programs of several accounts write there, so the folder gets a list of its own: administrators
 * and the system everything, everybody else may add files.
 */
#include "host_log.h"

#include "common/format.h"
#include "common/log_file.h"
#include "host/os_name.h"

#include <sddl.h>
#include <wchar.h>

static struct
{
    SRWLOCK lock; /* guards the path */
    wchar_t path[HOST_LOG_CHARS];
} opened = {.lock = SRWLOCK_INIT};

static void make_folder(const wchar_t *folder)
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};

    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(
            L"D:P(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;FA;;;CO)(A;CI;0x120001;;;AU)"
            L"(A;;0x2;;;AU)",
            SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL)) {
        CreateDirectoryW(folder, &attributes);
        LocalFree(attributes.lpSecurityDescriptor);
    }
}

HANDLE host_log_hold_folder(const wchar_t *folder)
{
    BY_HANDLE_FILE_INFORMATION info;
    HANDLE held;

    make_folder(folder);
    held = CreateFileW(folder, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES,
                       FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                       FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    if (held == INVALID_HANDLE_VALUE)
        return NULL;
    if (GetFileInformationByHandle(held, &info) &&
        (info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) &&
        !(info.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT))
        return held;
    CloseHandle(held);
    return NULL;
}

static void build_path(const wchar_t *folder, wchar_t path[HOST_LOG_CHARS])
{
    wchar_t program[HOST_LOG_CHARS];
    const wchar_t *name;
    DWORD length = GetModuleFileNameW(NULL, program, HOST_LOG_CHARS);

    path[0] = 0;
    if (!length || length >= HOST_LOG_CHARS || !folder[0])
        return;
    name = wcsrchr(program, L'\\');
    name = name ? name + 1 : program;
    if (!format_text(path, HOST_LOG_CHARS, L"%ls\\%ls.log", folder, name))
        path[0] = 0;
}

/* Not the command line: it may hold a password. */
static void write_head(void)
{
    wchar_t program[HOST_LOG_CHARS] = L"";
    wchar_t system[OS_NAME_CHARS];

    GetModuleFileNameW(NULL, program, HOST_LOG_CHARS - 1);
    os_name(system);
    log_head(L"ntdsbcli " NTDSBCLI_VERSION L", %d-bit, loaded into %ls; %ls",
             (int)sizeof(void *) * 8, program, system);
}

void host_log_path(wchar_t path[HOST_LOG_CHARS])
{
    AcquireSRWLockShared(&opened.lock);
    wmemcpy(path, opened.path, HOST_LOG_CHARS);
    ReleaseSRWLockShared(&opened.lock);
}

void host_log_open(const struct settings *settings, wchar_t path[HOST_LOG_CHARS])
{
    HANDLE folder;

    AcquireSRWLockExclusive(&opened.lock);
    if (!opened.path[0] && settings->log_level != LOG_OFF) {
        folder = settings->log_folder[0] ? host_log_hold_folder(settings->log_folder) : NULL;
        if (folder)
            build_path(settings->log_folder, opened.path);
        if (opened.path[0] && !log_file_open(opened.path, (enum log_level)settings->log_level))
            opened.path[0] = 0;
        if (folder)
            CloseHandle(folder);
        if (opened.path[0])
            write_head();
    }
    wmemcpy(path, opened.path, HOST_LOG_CHARS);
    ReleaseSRWLockExclusive(&opened.lock);
}
