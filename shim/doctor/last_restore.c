/*
 * last_restore.c - reads what session/restore_record.c appends: the local time, lines, an empty
 * line.
 */
#include "last_restore.h"

#include "common/format.h"
#include "host/clock.h"
#include "record/record_file.h"

#include <stdlib.h>
#include <wchar.h>

#define RECORD_BYTES_MAX (4u * 1024 * 1024)
#define NAME_START       L"restore-"
#define NAME_END         L".txt"

/* "2026-01-31 12:00:00", local time. */
static bool parse_head(const wchar_t *line, uint64_t *time)
{
    wchar_t text[CLOCK_TEXT_CHARS];
    FILETIME stored;
    SYSTEMTIME local, utc;

    if (wcslen(line) != 19 || line[10] != L' ')
        return false;
    format_text(text, CLOCK_TEXT_CHARS, L"%.10lsT%lsZ", line, line + 11);
    if (!clock_parse(text, time))
        return false;
    stored.dwLowDateTime = (DWORD)*time;
    stored.dwHighDateTime = (DWORD)(*time >> 32);
    if (!FileTimeToSystemTime(&stored, &local) ||
        !TzSpecificLocalTimeToSystemTime(NULL, &local, &utc) ||
        !SystemTimeToFileTime(&utc, &stored))
        return false;
    *time = (uint64_t)stored.dwHighDateTime << 32 | stored.dwLowDateTime;
    return true;
}

void last_restore_take(struct last_restore *restore, const wchar_t *backup_id, wchar_t *text)
{
    uint64_t ended = 0;
    bool succeeded = false;
    wchar_t *line, *rest;

    for (line = text; *line; line = rest) {
        rest = line + wcscspn(line, L"\r\n");
        if (*rest)
            *rest++ = 0;
        if (parse_head(line, &ended))
            succeeded = false;
        else if (wcsncmp(line, L"Result: 0x", 10) == 0)
            succeeded = wcstoul(line + 10, NULL, 16) == 0;
    }
    if (!ended)
        restore->unread_count++;
    if (ended <= restore->ended)
        return;
    restore->ended = ended;
    restore->succeeded = succeeded;
    format_text(restore->backup_id, BACKUP_RECORD_ID_CHARS, L"%ls", backup_id);
}

static void read_one(const wchar_t *folder, wchar_t *name, struct last_restore *restore)
{
    wchar_t *text = NULL;
    HANDLE file;
    legacy_result hr = record_file_open(folder, name, OPEN_EXISTING, &file, NULL, 0);

    if (hr == S_OK) {
        hr = record_file_read(file, RECORD_BYTES_MAX, &text);
        CloseHandle(file);
    }
    if (hr == S_OK) {
        name[wcslen(name) - wcslen(NAME_END)] = 0;
        last_restore_take(restore, name + wcslen(NAME_START), text);
    } else {
        restore->unread_count++;
    }
    free(text);
}

void last_restore_find(const wchar_t *folder, struct last_restore *restore)
{
    wchar_t pattern[RECORD_FILE_PATH_CHARS];
    WIN32_FIND_DATAW found;
    HANDLE search;

    memset(restore, 0, sizeof(*restore));
    format_text(pattern, RECORD_FILE_PATH_CHARS, L"%ls\\" NAME_START L"*" NAME_END, folder);
    search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE) {
        restore->error = GetLastError();
        if (restore->error == ERROR_FILE_NOT_FOUND || restore->error == ERROR_PATH_NOT_FOUND)
            restore->error = ERROR_SUCCESS;
        return;
    }
    do
        read_one(folder, found.cFileName, restore);
    while (FindNextFileW(search, &found));
    FindClose(search);
}
