/*
 * host_log.c - opens the log and what follows it, and says in the Event Log if there is none.
 */
#include "host_log.h"

#include "common/format.h"
#include "common/log_file.h"
#include "event_log.h"
#include "host/folder_file.h"
#include "host/log_folder.h"
#include "host/os_name.h"

#include <wchar.h>

static struct
{
    SRWLOCK lock; /* guards what is below, but folder and name while a log is open */
    struct log_folder folder;
    wchar_t name[MAX_PATH];
    wchar_t path[HOST_LOG_CHARS]; /* "": none is open */
    bool begun, reported;
} opened = {.lock = SRWLOCK_INIT};

bool host_log_name(const wchar_t *program, unsigned int number, wchar_t name[MAX_PATH])
{
    const wchar_t *last = wcsrchr(program, L'\\');

    last = last ? last + 1 : program;
    return number == 1 ? format_text(name, MAX_PATH, L"%ls.log", last)
                       : format_text(name, MAX_PATH, L"%ls.%u.log", last, number);
}

/* A log_file_next, with the lock of log_file.c held. */
static HANDLE follow(HANDLE full)
{
    wchar_t why[WRITE_TRUST_WHY_CHARS];
    wchar_t old_name[MAX_PATH];
    HANDLE file;

    if (!format_text(old_name, MAX_PATH, L"%ls.old", opened.name) ||
        !folder_file_rename(full, opened.folder.handle, old_name) ||
        folder_file_open(opened.folder.handle, opened.name, FOLDER_FILE_CREATE, &file, why) != S_OK)
        return NULL;
    return file;
}

/* Not the command line: it may hold a password. */
static void write_head(const wchar_t *program)
{
    wchar_t system[OS_NAME_CHARS];

    os_name(system);
    log_head(L"ntdsbcli " NTDSBCLI_VERSION L", %d-bit, loaded into %ls; %ls",
             (int)sizeof(void *) * 8, program, system);
}

/* The first that this process can have to itself. why: of the first that it cannot. */
static legacy_result open_file(const wchar_t *program, HANDLE *file,
                               wchar_t why[WRITE_TRUST_WHY_CHARS])
{
    wchar_t reason[WRITE_TRUST_WHY_CHARS];
    legacy_result hr = ERROR_ACCESS_DENIED;
    unsigned int number;

    why[0] = 0;
    for (number = 1; number <= HOST_LOG_FILES_MAX; number++) {
        if (!host_log_name(program, number, opened.name))
            return ERROR_FILENAME_EXCED_RANGE;
        hr = folder_file_open(opened.folder.handle, opened.name, FOLDER_FILE_APPEND, file, reason);
        if (hr != ERROR_ACCESS_DENIED && hr != ERROR_SHARING_VIOLATION)
            return hr;
        if (reason[0] && !why[0])
            format_text(why, WRITE_TRUST_WHY_CHARS, L"%ls is not used: %ls", opened.name, reason);
    }
    return hr;
}

static legacy_result open_log(const struct settings *settings, wchar_t why[WRITE_TRUST_WHY_CHARS])
{
    wchar_t program[HOST_LOG_CHARS] = L"";
    HANDLE file = NULL;
    legacy_result hr = log_folder_open(settings->log_folder, LOG_FOLDER_WRITE, &opened.folder);

    wcscpy(why, opened.folder.why);
    if (hr != S_OK)
        return hr;
    GetModuleFileNameW(NULL, program, HOST_LOG_CHARS - 1);
    hr = open_file(program, &file, why);
    if (hr == S_OK &&
        !format_text(opened.path, HOST_LOG_CHARS, L"%ls\\%ls", opened.folder.path, opened.name)) {
        CloseHandle(file);
        hr = ERROR_FILENAME_EXCED_RANGE;
    }
    if (hr != S_OK) {
        opened.path[0] = 0;
        log_folder_close(&opened.folder);
        return hr;
    }
    log_file_use(file, (enum log_level)settings->log_level, follow);
    write_head(program);
    if (why[0])
        log_line(LOG_WARNING, L"%ls", why);
    return S_OK;
}

void host_log_open(const struct settings *settings)
{
    wchar_t why[WRITE_TRUST_WHY_CHARS];
    legacy_result hr;

    AcquireSRWLockExclusive(&opened.lock);
    opened.begun = true;
    if (!opened.path[0] && settings->log_level != LOG_OFF) {
        hr = open_log(settings, why);
        if (hr != S_OK && !opened.reported)
            event_log_no_log(opened.folder.path, hr, why);
        opened.reported = hr != S_OK;
    }
    ReleaseSRWLockExclusive(&opened.lock);
}

void host_log_begin(void)
{
    struct settings settings;
    bool begun;

    AcquireSRWLockShared(&opened.lock);
    begun = opened.begun;
    ReleaseSRWLockShared(&opened.lock);
    if (begun)
        return;
    settings_read(&settings);
    host_log_open(&settings);
}

void host_log_path(wchar_t path[HOST_LOG_CHARS])
{
    AcquireSRWLockShared(&opened.lock);
    wmemcpy(path, opened.path, HOST_LOG_CHARS);
    ReleaseSRWLockShared(&opened.lock);
}

void host_log_close(void)
{
    AcquireSRWLockExclusive(&opened.lock);
    log_file_close();
    log_folder_close(&opened.folder);
    opened.path[0] = 0;
    opened.begun = opened.reported = false;
    ReleaseSRWLockExclusive(&opened.lock);
}
