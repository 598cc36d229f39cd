/*
 * check_log.c - can the log be written, was it, and does Windows find the texts of the Event Log
 * entries?
 *
 * The check does not create the log folder: it comes with the first log.
 */
#include "checks.h"

#include "common/format.h"
#include "record/event_log.h"
#include "common/log_file.h"
#include "program_file.h"
#include "registry.h"
#include "host/settings.h"

#include <stdlib.h>
#include <wchar.h>

#define PATH_CHARS 1024u

#define NEXT_FOLDER                                                                                \
    L"Remove what is there, or set another folder in HKLM\\SOFTWARE\\ntdsbcli, value LogFolder."

static void check_program_log(struct findings *findings, const wchar_t *folder,
                              const wchar_t *program)
{
    const wchar_t *name = wcsrchr(program, L'\\');
    WIN32_FILE_ATTRIBUTE_DATA facts;
    wchar_t path[PATH_CHARS];
    SYSTEMTIME written;

    format_text(path, PATH_CHARS, L"%ls\\%ls.log", folder, name ? name + 1 : program);
    if (!GetFileAttributesExW(path, GetFileExInfoStandard, &facts)) {
        findings_add(findings, AREA_LOG, FINDING_NOTE, L"log.program",
                     L"If the program has made a backup since this product was installed, it loads "
                     L"another ntdsbcli.dll.",
                     L"The program has no log yet: %ls.", path);
        return;
    }
    FileTimeToSystemTime(&facts.ftLastWriteTime, &written);
    findings_add(findings, AREA_LOG, FINDING_OK, L"log.program", NULL,
                 L"The program's log is %ls, last written %04u-%02u-%02uT%02u:%02u:%02uZ.", path,
                 written.wYear, written.wMonth, written.wDay, written.wHour, written.wMinute,
                 written.wSecond);
}

static void check_folder(struct findings *findings, const struct settings *settings)
{
    const wchar_t *folder = settings->log_folder;
    DWORD attributes = folder[0] ? GetFileAttributesW(folder) : INVALID_FILE_ATTRIBUTES;
    DWORD error = GetLastError();

    if (settings->log_level == LOG_OFF)
        findings_add(findings, AREA_LOG, FINDING_WARNING, L"log.level",
                     L"Set LogLevel to 3, so that failures can be diagnosed.",
                     L"LogLevel is 0: nothing is logged.");
    if (!folder[0])
        findings_add(findings, AREA_LOG, FINDING_ERROR, L"log.folder", NEXT_FOLDER,
                     L"There is no log folder: %%ProgramData%% cannot be determined.");
    else if (attributes == INVALID_FILE_ATTRIBUTES && error == ERROR_FILE_NOT_FOUND)
        findings_add(findings, AREA_LOG, FINDING_OK, L"log.folder", NULL,
                     L"The log folder is %ls; the first log creates it.", folder);
    else if (attributes == INVALID_FILE_ATTRIBUTES)
        findings_add(findings, AREA_LOG, FINDING_ERROR, L"log.folder", NEXT_FOLDER,
                     L"The log folder %ls cannot be created or used: Win32 error %lu.", folder,
                     error);
    else if (!(attributes & FILE_ATTRIBUTE_DIRECTORY))
        findings_add(findings, AREA_LOG, FINDING_ERROR, L"log.folder", NEXT_FOLDER,
                     L"The log folder %ls is a file: nothing can be logged.", folder);
    else if (attributes & FILE_ATTRIBUTE_REPARSE_POINT)
        findings_add(
            findings, AREA_LOG, FINDING_ERROR, L"log.folder", NEXT_FOLDER,
            L"The log folder %ls is a link, and links are not followed: nothing is logged.",
            folder);
    else
        findings_add(findings, AREA_LOG, FINDING_OK, L"log.folder", NULL, L"The log folder is %ls.",
                     folder);
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
