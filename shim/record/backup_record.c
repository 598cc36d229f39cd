/*
 * backup_record.c - writes records as text, and takes text apart with suspicion: files in
 * the folder may be damaged.
 */
#include "backup_record.h"

#include "common/array.h"
#include "common/format.h"
#include "common/log_file.h"
#include "host/clock.h"
#include "record_file.h"
#include "record_text.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define FIRST_LINE     L"ntdsbcli-backup 1"
#define TEXT_BYTES_MAX (64u * 1024 * 1024) /* a hundred thousand files, and more */
#define LINE_CHARS     (32767u + 256u)     /* a path, and the facts before it */
#define NAME_PATTERN   L"backup-*.txt"

static const wchar_t *const kinds[] = {
    [NTDSVSS_FILE_DATABASE] = L"database",
    [NTDSVSS_FILE_LOG] = L"log",
    [NTDSVSS_FILE_CHECKPOINT] = L"checkpoint",
};

static const wchar_t *const digests[] = {
    [BACKUP_RECORD_NO_DIGEST] = L"none",
    [BACKUP_RECORD_OF_SUMS] = L"sums",
    [BACKUP_RECORD_OF_BYTES] = L"bytes",
};

legacy_result backup_record_add(struct backup_record *record, enum ntdsvss_file_kind kind,
                                const wchar_t *path, struct backup_record_file **file)
{
    struct backup_record_file added = {.kind = kind, .path = _wcsdup(path)};

    if (!added.path || !array_grow(&record->files, &record->file_capacity, record->file_count,
                                   sizeof(*record->files))) {
        free(added.path);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    record->files[record->file_count] = added;
    *file = &record->files[record->file_count++];
    return S_OK;
}

/* --- writing ------------------------------------------------------------------------------ */

static legacy_result write_line(HANDLE file, wchar_t *line, const wchar_t *format, ...)
{
    va_list args;
    bool fits;

    va_start(args, format);
    fits = format_text_va(line, LINE_CHARS, format, args);
    va_end(args);
    return fits ? record_file_write(file, line, wcslen(line)) : ERROR_FILENAME_EXCED_RANGE;
}

static legacy_result write_head(HANDLE file, wchar_t *line, const struct backup_record *record)
{
    wchar_t prepared[CLOCK_TEXT_CHARS], completed[CLOCK_TEXT_CHARS], expires[CLOCK_TEXT_CHARS];

    clock_format(record->prepared, prepared);
    clock_format(record->completed, completed);
    clock_format(record->expires, expires);
    return write_line(file, line,
                      FIRST_LINE L"\r\nid %ls\r\ncomputer %ls\r\nprogram %ls\r\nprepared %ls\r\n"
                                 L"completed %ls\r\nexpires %ls\r\nverified %ls\r\n",
                      record->id, record->computer, record->program, prepared, completed, expires,
                      record->verified ? L"yes" : L"no");
}

static legacy_result write_file(HANDLE file, wchar_t *line, const struct backup_record_file *entry)
{
    wchar_t digest[2 * HASH_BYTES + 1];

    hash_format(entry->digest, HASH_BYTES, digest);
    return write_line(file, line, L"file %ls %llu %ls %ls %ls\r\n", kinds[entry->kind],
                      (unsigned long long)entry->bytes, digests[entry->digest_of], digest,
                      entry->path);
}

static legacy_result write_record(HANDLE file, const struct backup_record *record)
{
    wchar_t *line = malloc(LINE_CHARS * sizeof(*line));
    legacy_result hr;
    size_t i;

    if (!line)
        return ERROR_NOT_ENOUGH_MEMORY;
    hr = write_head(file, line, record);
    for (i = 0; hr == S_OK && i < record->file_count; i++)
        hr = write_file(file, line, &record->files[i]);
    if (hr == S_OK)
        hr = record_file_write(file, L"end\r\n", 5);
    if (hr == S_OK && !FlushFileBuffers(file))
        hr = result_last_error();
    free(line);
    return hr;
}

static bool build_name(wchar_t *name, size_t chars, const wchar_t *id)
{
    return format_text(name, chars, L"backup-%ls.txt", id);
}

/* --- reading ------------------------------------------------------------------------------ */

static bool take_name(wchar_t **text, const wchar_t *key, wchar_t *name, size_t chars)
{
    const wchar_t *value = record_text_value(record_text_line(text), key);

    return value && format_text(name, chars, L"%ls", value);
}

static bool take_time(wchar_t **text, const wchar_t *key, uint64_t *time)
{
    const wchar_t *value = record_text_value(record_text_line(text), key);

    return value && clock_parse(value, time);
}

/* It becomes part of a file's name. */
static bool is_id(const wchar_t *id)
{
    return wcslen(id) == BACKUP_RECORD_ID_CHARS - 1 &&
           wcsspn(id, L"0123456789abcdef") == BACKUP_RECORD_ID_CHARS - 1;
}

static bool take_head(struct backup_record *record, wchar_t **text)
{
    const wchar_t *first = record_text_line(text);
    const wchar_t *verified;

    if (!first || wcscmp(first, FIRST_LINE) != 0 ||
        !take_name(text, L"id", record->id, BACKUP_RECORD_ID_CHARS) || !is_id(record->id) ||
        !take_name(text, L"computer", record->computer, BACKUP_RECORD_NAME_CHARS) ||
        !take_name(text, L"program", record->program, BACKUP_RECORD_NAME_CHARS) ||
        !take_time(text, L"prepared", &record->prepared) ||
        !take_time(text, L"completed", &record->completed) ||
        !take_time(text, L"expires", &record->expires))
        return false;
    verified = record_text_value(record_text_line(text), L"verified");
    record->verified = verified && wcscmp(verified, L"yes") == 0;
    return verified != NULL;
}

static legacy_result take_file(struct backup_record *record, wchar_t *line)
{
    struct backup_record_file *file;
    struct backup_record_file read = {0};
    size_t kind = record_text_word(&line, kinds, ARRAYSIZE(kinds));
    size_t digest;
    wchar_t *end;
    legacy_result hr;

    read.bytes = wcstoull(line, &end, 10);
    if (kind == ARRAYSIZE(kinds) || end == line || *end++ != L' ')
        return ERROR_INVALID_DATA;
    digest = record_text_word(&end, digests, ARRAYSIZE(digests));
    if (digest == ARRAYSIZE(digests) || !hash_parse(end, read.digest, HASH_BYTES) ||
        end[2 * HASH_BYTES] != L' ' || !end[2 * HASH_BYTES + 1])
        return ERROR_INVALID_DATA;
    hr = backup_record_add(record, (enum ntdsvss_file_kind)kind, end + 2 * HASH_BYTES + 1, &file);
    if (hr != S_OK)
        return hr;
    file->bytes = read.bytes;
    file->digest_of = (enum backup_record_digest)digest;
    memcpy(file->digest, read.digest, HASH_BYTES);
    return S_OK;
}

static legacy_result parse(struct backup_record *record, wchar_t *text)
{
    legacy_result hr = take_head(record, &text) ? S_OK : ERROR_INVALID_DATA;
    wchar_t *line = NULL;

    while (hr == S_OK && (line = record_text_line(&text)) != NULL && wcscmp(line, L"end") != 0) {
        wchar_t *value = record_text_value(line, L"file");

        hr = value ? take_file(record, value) : ERROR_INVALID_DATA;
    }
    /* Without its end it was cut short; behind it there is nothing. */
    return hr == S_OK && (!line || text[0]) ? ERROR_INVALID_DATA : hr;
}

static legacy_result load(struct backup_record *record, const wchar_t *folder, const wchar_t *name)
{
    wchar_t *text = NULL;
    HANDLE file;
    legacy_result hr = record_file_open(folder, name, FOLDER_FILE_READ, &file, NULL, 0);

    if (hr != S_OK)
        return hr;
    hr = record_file_read(file, TEXT_BYTES_MAX, &text);
    CloseHandle(file);
    if (hr == S_OK)
        hr = parse(record, text);
    free(text);
    return hr;
}

legacy_result backup_record_load(struct backup_record *record, const wchar_t *folder,
                                 const wchar_t *id)
{
    wchar_t name[MAX_PATH];
    legacy_result hr =
        build_name(name, MAX_PATH, id) ? load(record, folder, name) : ERROR_FILE_NOT_FOUND;

    return hr == S_OK && _wcsicmp(record->id, id) != 0 ? ERROR_INVALID_DATA : hr;
}

/* --- all of a folder ---------------------------------------------------------------------- */

struct reading
{
    const wchar_t *folder;
    bool (*each)(void *context, const struct backup_record *record);
    void *context;
    size_t unread_count;
};

static bool read_one(void *context, const wchar_t *name, uint64_t changed)
{
    struct backup_record record = {0};
    struct reading *reading = context;
    bool goes_on = true;

    (void)changed;
    if (load(&record, reading->folder, name) == S_OK)
        goes_on = reading->each(reading->context, &record);
    else
        reading->unread_count++;
    backup_record_fini(&record);
    return goes_on;
}

legacy_result backup_record_each(const wchar_t *folder,
                                 bool (*each)(void *context, const struct backup_record *record),
                                 void *context, size_t *unread_count)
{
    struct reading reading = {folder, each, context, 0};
    legacy_result hr = record_file_each(folder, NAME_PATTERN, read_one, &reading);

    *unread_count = reading.unread_count;
    return hr;
}

static void delete_record(const wchar_t *folder, const wchar_t *name, const wchar_t *id)
{
    HANDLE file;

    if (record_file_open(folder, name, FOLDER_FILE_APPEND, &file, NULL, 0) != S_OK)
        return;
    if (folder_file_delete(file))
        log_line(LOG_INFO, L"The record of backup %ls, which has expired, is deleted", id);
    CloseHandle(file);
}

/* One that is this young is not opened: of backups every hour there are thousands, and no backup
 * expires before it is made. */
static bool delete_if_past(void *context, const wchar_t *name, uint64_t changed)
{
    const uint64_t kept = BACKUP_RECORD_KEPT_DAYS * CLOCK_DAY;
    const wchar_t *folder = context;
    struct backup_record record = {0};
    uint64_t now = clock_now();

    if (now <= changed + kept)
        return true;
    if (load(&record, folder, name) == S_OK && now > record.expires + kept)
        delete_record(folder, name, record.id);
    backup_record_fini(&record);
    return true;
}

legacy_result backup_record_save(const struct backup_record *record, const wchar_t *folder)
{
    wchar_t path[RECORD_FILE_PATH_CHARS] = L"";
    wchar_t name[MAX_PATH];
    HANDLE file;
    legacy_result hr = ERROR_BAD_PATHNAME;

    if (build_name(name, MAX_PATH, record->id))
        hr = record_file_open(folder, name, FOLDER_FILE_CREATE, &file, path, ARRAYSIZE(path));
    if (hr == S_OK) {
        hr = write_record(file, record);
        if (hr != S_OK)
            folder_file_delete(file);
        CloseHandle(file);
    }
    if (hr == S_OK)
        log_line(LOG_INFO, L"The record of this backup is in %ls", path);
    else
        log_line(LOG_WARNING,
                 L"The record of this backup was not written (%ls): Win32 error %ld. A restore "
                 L"cannot detect blanked pages without it",
                 path, hr);
    record_file_each(folder, NAME_PATTERN, delete_if_past, (void *)folder);
    return hr;
}

const struct backup_record_file *backup_record_find(const struct backup_record *record,
                                                    size_t first, const wchar_t *name)
{
    size_t i;

    for (i = 0; i < record->file_count; i++) {
        const struct backup_record_file *file = &record->files[(first + i) % record->file_count];
        const wchar_t *last = wcsrchr(file->path, L'\\');

        if (_wcsicmp(last ? last + 1 : file->path, name) == 0)
            return file;
    }
    return NULL;
}

void backup_record_fini(struct backup_record *record)
{
    size_t i;

    for (i = 0; i < record->file_count; i++)
        free(record->files[i].path);
    free(record->files);
    memset(record, 0, sizeof(*record));
}
