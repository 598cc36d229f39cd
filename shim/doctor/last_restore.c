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
    *time = clock_of(stored);
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

struct reading
{
    const wchar_t *folder;
    struct last_restore *restore;
};

static bool read_one(void *context, const wchar_t *name, uint64_t changed)
{
    const struct reading *reading = context;
    size_t id_chars = wcslen(name) - wcslen(NAME_START NAME_END);
    wchar_t *text = NULL;
    wchar_t id[MAX_PATH];
    HANDLE file;
    legacy_result hr = record_file_open(reading->folder, name, FOLDER_FILE_READ, &file, NULL, 0);

    (void)changed;
    if (hr == S_OK) {
        hr = record_file_read(file, RECORD_BYTES_MAX, &text);
        CloseHandle(file);
    }
    if (hr == S_OK) {
        format_text(id, MAX_PATH, L"%.*ls", (int)id_chars, name + wcslen(NAME_START));
        last_restore_take(reading->restore, id, text);
    } else {
        reading->restore->unread_count++;
    }
    free(text);
    return true;
}

void last_restore_find(const wchar_t *folder, struct last_restore *restore)
{
    struct reading reading = {folder, restore};

    memset(restore, 0, sizeof(*restore));
    restore->error = (DWORD)record_file_each(folder, NAME_START L"*" NAME_END, read_one, &reading);
}
