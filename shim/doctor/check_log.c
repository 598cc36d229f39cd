/*
 * check_log.c - can the log be written, was it, and does Windows find the texts of the Event Log
 * entries?
 *
 * The check does not create the log folder: it comes with the first log.
 */
#include "checks.h"

#include "common/format.h"
#include "common/log_file.h"
#include "host/log_folder.h"
#include "host/settings.h"
#include "program_file.h"
#include "record/event_log.h"
#include "record/host_log.h"
#include "registry.h"

#include <stdlib.h>
#include <wchar.h>

#define PATH_CHARS 1024u

#define NEXT_FOLDER                                                                                \
    L"Remove what is there, or set another folder in HKLM\\SOFTWARE\\ntdsbcli, value LogFolder."

#define NEXT_UNSAFE                                                                                \
    L"As an administrator, move the folder away: the next log makes a new one that is safe. Copy " \
    L"back the records that you know (backup-*.txt, restore-*.txt). Or set another folder in "     \
    L"HKLM\\SOFTWARE\\ntdsbcli, value LogFolder."

/* --- the log of one program ------------------------------------------------------------------- */

struct newest
{
    const wchar_t *program;
    wchar_t path[PATH_CHARS];
    FILETIME written; /* 0: there is none */
};

static void take_newest(void *context, const wchar_t *folder)
{
    struct newest *newest = context;
    WIN32_FILE_ATTRIBUTE_DATA facts;
    wchar_t path[PATH_CHARS], name[MAX_PATH];
    unsigned int number;

    for (number = 1; number <= HOST_LOG_FILES_MAX; number++) {
        if (!host_log_name(newest->program, number, name) ||
            !format_text(path, PATH_CHARS, L"%ls\\%ls", folder, name) ||
            !GetFileAttributesExW(path, GetFileExInfoStandard, &facts) ||
            CompareFileTime(&facts.ftLastWriteTime, &newest->written) <= 0)
            continue;
        newest->written = facts.ftLastWriteTime;
        wcscpy(newest->path, path);
    }
}

/* Those beside the log folder that accounts have for themselves (host/log_folder.h). */
static legacy_result each_account_folder(const wchar_t *log_folder,
                                         void (*take)(void *context, const wchar_t *folder),
                                         void *context)
{
    wchar_t path[PATH_CHARS];
    WIN32_FIND_DATAW found;
    const wchar_t *name = wcsrchr(log_folder, L'\\');
    legacy_result hr = S_OK;
    HANDLE search;

    if (!name || !format_text(path, PATH_CHARS, L"%ls-S-1-*", log_folder))
        return S_OK;
    search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return GetLastError() == ERROR_FILE_NOT_FOUND || GetLastError() == ERROR_PATH_NOT_FOUND
                   ? S_OK
                   : result_last_error();
    do {
        if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) &&
            format_text(path, PATH_CHARS, L"%.*ls\\%ls", (int)(name - log_folder), log_folder,
                        found.cFileName))
            take(context, path);
    } while (FindNextFileW(search, &found));
    if (GetLastError() != ERROR_NO_MORE_FILES)
        hr = result_last_error();
    FindClose(search);
    return hr;
}

static void check_program_log(struct findings *findings, const wchar_t *folder,
                              const wchar_t *program)
{
    struct newest newest = {.program = program};
    wchar_t name[MAX_PATH];
    SYSTEMTIME written;

    take_newest(&newest, folder);
    each_account_folder(folder, take_newest, &newest);
    if (!newest.path[0]) {
        host_log_name(program, 1, name);
        findings_add(findings, AREA_LOG, FINDING_NOTE, L"log.program",
                     L"If the program has made a backup since this product was installed, it loads "
                     L"another ntdsbcli.dll.",
                     L"The program has no log yet: %ls\\%ls.", folder, name);
        return;
    }
    FileTimeToSystemTime(&newest.written, &written);
    findings_add(findings, AREA_LOG, FINDING_OK, L"log.program", NULL,
                 L"The program's log is %ls, last written %04u-%02u-%02uT%02u:%02u:%02uZ.",
                 newest.path, written.wYear, written.wMonth, written.wDay, written.wHour,
                 written.wMinute, written.wSecond);
}

/* --- the folder ------------------------------------------------------------------------------- */

static void report_account_folder(void *context, const wchar_t *folder)
{
    findings_add(
        context, AREA_LOG, FINDING_NOTE, L"log.account",
        L"To have that account's records at a restore by another account, and in "
        L"--backups, copy them into the log folder if you trust the account.",
        L"An account that may not write to the log folder has its logs and records in %ls.",
        folder);
}

static void report_folder(struct findings *findings, const struct log_folder *folder,
                          legacy_result hr)
{
    if (hr == S_OK)
        findings_add(findings, AREA_LOG, FINDING_OK, L"log.folder", NULL, L"The log folder is %ls.",
                     folder->path);
    else if (hr == ERROR_FILE_NOT_FOUND)
        findings_add(findings, AREA_LOG, FINDING_OK, L"log.folder", NULL,
                     L"The log folder is %ls; the first log creates it.", folder->path);
    else if (hr == ERROR_DIRECTORY)
        findings_add(findings, AREA_LOG, FINDING_ERROR, L"log.folder", NEXT_FOLDER,
                     L"The log folder %ls is a file: nothing can be logged.", folder->path);
    else if (hr != ERROR_ACCESS_DENIED)
        findings_add(findings, AREA_LOG, FINDING_ERROR, L"log.folder", NEXT_FOLDER,
                     L"The log folder %ls cannot be created or used: Win32 error %ld.",
                     folder->path, hr);
    else if (folder->why[0])
        findings_add(findings, AREA_LOG, FINDING_ERROR, L"log.folder-unsafe", NEXT_UNSAFE,
                     L"The log folder %ls cannot be trusted: %ls. Nothing is logged, and no record "
                     L"is written or read.",
                     folder->path, folder->why);
    else
        findings_add(findings, AREA_LOG, FINDING_NOTE, L"log.folder",
                     L"Run ntdsdoctor elevated, as an administrator, to check it.",
                     L"This account may not look into the log folder %ls. Its programs have one of "
                     L"their own beside it.",
                     folder->path);
}

static void check_folder(struct findings *findings, const struct settings *settings)
{
    struct log_folder folder;
    legacy_result hr;

    if (settings->log_level == LOG_OFF)
        findings_add(findings, AREA_LOG, FINDING_WARNING, L"log.level",
                     L"Set LogLevel to 3, so that failures can be diagnosed.",
                     L"LogLevel is 0: nothing is logged.");
    if (!settings->log_folder[0]) {
        findings_add(findings, AREA_LOG, FINDING_ERROR, L"log.folder", NEXT_FOLDER,
                     L"There is no log folder: %%ProgramData%% cannot be determined.");
        return;
    }
    hr = log_folder_open(settings->log_folder, LOG_FOLDER_READ, &folder);
    report_folder(findings, &folder, hr);
    log_folder_close(&folder);
    hr = each_account_folder(settings->log_folder, report_account_folder, findings);
    if (hr != S_OK)
        findings_add(findings, AREA_LOG, FINDING_WARNING, L"log.account", NEXT_ELEVATED,
                     L"Not known: whether other accounts have log folders of their own beside %ls. "
                     L"They cannot be listed: Win32 error %ld.",
                     settings->log_folder, hr);
}

static void check_source(struct findings *findings)
{
    LSTATUS status;
    HKEY key = registry_open(EVENT_LOG_SOURCE_KEY, &status);
    wchar_t *file = key ? registry_text(key, L"EventMessageFile") : NULL;

    if (!file)
        findings_add(findings, AREA_LOG, FINDING_NOTE, L"log.events",
                     L"Register it with 'ntdsdoctor --register-events'.",
                     L"The Event Log source " EVENT_LOG_SOURCE L" is not registered: its entries "
                     L"show their data without a text.");
    else if (!program_file_exists(file))
        findings_add(
            findings, AREA_LOG, FINDING_WARNING, L"log.events",
            L"Run 'ntdsdoctor --register-events' from the package in use.",
            L"The Event Log expects the texts of the entries in %ls, which does not exist.", file);
    else
        findings_add(findings, AREA_LOG, FINDING_OK, L"log.events", NULL,
                     L"The Event Log source " EVENT_LOG_SOURCE L" is registered, its texts are in "
                     L"%ls.",
                     file);
    free(file);
    if (key)
        RegCloseKey(key);
}

void check_log(struct findings *findings, const wchar_t *program)
{
    struct settings settings;

    settings_read(&settings);
    check_folder(findings, &settings);
    if (program && settings.log_folder[0])
        check_program_log(findings, settings.log_folder, program);
    check_source(findings);
}
