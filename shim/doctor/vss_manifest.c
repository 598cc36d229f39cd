/*
 * vss_manifest.c - takes backup.txt apart, and compares files with it.
 */
#include "vss_manifest.h"

#include "common/format.h"
#include "common/volumes.h"
#include "host/clock.h"
#include "record/record_file.h"
#include "record/record_text.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define FIRST_LINE     L"ntdsvss-backup 2"
#define FIRST_LINE_1   L"ntdsvss-backup 1"
#define TEXT_BYTES_MAX (64u * 1024 * 1024)
#define PIECE_BYTES    (1024u * 1024)
#define NAME_CHARS     256

static bool take_name(wchar_t *line, const wchar_t *key, wchar_t *name, size_t chars)
{
    const wchar_t *value = record_text_value(line, key);

    return value && value[0] && format_text(name, chars, L"%ls", value);
}

static bool take_head(struct vss_manifest *manifest, wchar_t **text, bool *has_forms)
{
    struct backup_record *record = &manifest->record;
    const wchar_t *first = record_text_line(text);
    const wchar_t *expires;
    wchar_t *line;

    *has_forms = first && wcscmp(first, FIRST_LINE) == 0;
    if (!first || (!*has_forms && wcscmp(first, FIRST_LINE_1) != 0) ||
        !take_name(record_text_line(text), L"id", record->id, BACKUP_RECORD_ID_CHARS) ||
        !take_name(record_text_line(text), L"computer", record->computer, BACKUP_RECORD_NAME_CHARS))
        return false;
    line = record_text_line(text);
    if (take_name(line, L"instance", manifest->instance, BACKUP_RECORD_NAME_CHARS))
        line = record_text_line(text);
    expires = record_text_value(line, L"expires");
    return expires && clock_parse(expires, &record->expires);
}

/* Version 1 had no word for what a digest is of: it always was of all bytes. */
static bool take_form(wchar_t **text, bool has_forms, enum backup_record_digest *digest_of)
{
    static const wchar_t *const forms[] = {
        [BACKUP_RECORD_OF_SUMS] = L"sums",
        [BACKUP_RECORD_OF_BYTES] = L"bytes",
    };
    size_t form =
        has_forms ? record_text_word(text, forms, ARRAYSIZE(forms)) : BACKUP_RECORD_OF_BYTES;

    *digest_of = (enum backup_record_digest)form;
    return form < ARRAYSIZE(forms);
}

static int compare_names(const wchar_t *one, const wchar_t *other)
{
    return CompareStringOrdinal(one, -1, other, -1, TRUE) - CSTR_EQUAL;
}

/* vss-restore's rule: it leads nowhere else. */
static bool is_name(const struct backup_record_file *file)
{
    const wchar_t *name = vss_manifest_file_name(file);
    size_t chars = wcslen(name);

    if ((name == file->path) != (file->kind == VSS_MANIFEST_DOCUMENT))
        return false;
    return chars && chars < NAME_CHARS && !wcspbrk(name, L"/:*?\"<>|") &&
           !wcschr(L". ", name[chars - 1]) && compare_names(name, VSS_MANIFEST_NAME) != 0;
}

static int by_name(const void *a, const void *b)
{
    return compare_names(*(const wchar_t *const *)a, *(const wchar_t *const *)b);
}

/* vss-restore's rule, too: no two files have one name by the rules of Windows. */
static legacy_result refuse_double(const struct backup_record *record)
{
    const wchar_t **names = malloc((record->file_count + 1) * sizeof(*names));
    legacy_result hr = S_OK;
    size_t i;

    if (!names)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (i = 0; i < record->file_count; i++)
        names[i] = vss_manifest_file_name(&record->files[i]);
    qsort(names, record->file_count, sizeof(*names), by_name);
    for (i = 1; i < record->file_count && hr == S_OK; i++) {
        if (compare_names(names[i - 1], names[i]) == 0)
            hr = ERROR_INVALID_DATA;
    }
    free(names);
    return hr;
}

static legacy_result take_file(struct backup_record *record, wchar_t *line, bool has_forms)
{
    static const wchar_t *const kinds[] = {
        [VSS_MANIFEST_DOCUMENT] = L"record",
        [NTDSVSS_FILE_DATABASE] = L"database",
        [NTDSVSS_FILE_LOG] = L"log",
        [NTDSVSS_FILE_CHECKPOINT] = L"checkpoint",
    };
    struct backup_record_file read = {0};
    struct backup_record_file *file;
    size_t kind = record_text_word(&line, kinds, ARRAYSIZE(kinds));
    wchar_t *end;
    legacy_result hr;

    read.bytes = wcstoull(line, &end, 10);
    if (kind == ARRAYSIZE(kinds) || end == line || *end++ != L' ' ||
        !take_form(&end, has_forms, &read.digest_of) || !hash_parse(end, read.digest, HASH_BYTES) ||
        end[2 * HASH_BYTES] != L' ' || !end[2 * HASH_BYTES + 1])
        return ERROR_INVALID_DATA;
    hr = backup_record_add(record, (enum ntdsvss_file_kind)kind, end + 2 * HASH_BYTES + 1, &file);
    if (hr != S_OK)
        return hr;
    file->bytes = read.bytes;
    file->digest_of = read.digest_of;
    memcpy(file->digest, read.digest, HASH_BYTES);
    return is_name(file) ? S_OK : ERROR_INVALID_DATA;
}

static legacy_result parse(struct vss_manifest *manifest, wchar_t *text)
{
    bool has_forms;
    legacy_result hr = take_head(manifest, &text, &has_forms) ? S_OK : ERROR_INVALID_DATA;
    wchar_t *line = NULL;

    while (hr == S_OK && (line = record_text_line(&text)) != NULL && wcscmp(line, L"end") != 0) {
        wchar_t *value = record_text_value(line, L"file");

        hr = value ? take_file(&manifest->record, value, has_forms) : ERROR_INVALID_DATA;
    }
    /* Without its end it was cut short; behind it there is nothing. */
    if (hr == S_OK && (!line || text[0]))
        hr = ERROR_INVALID_DATA;
    return hr == S_OK ? refuse_double(&manifest->record) : hr;
}

static HANDLE open_file(const wchar_t *path)
{
    return CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                       FILE_FLAG_SEQUENTIAL_SCAN, NULL);
}

legacy_result vss_manifest_load(struct vss_manifest *manifest, const wchar_t *folder)
{
    wchar_t *path = path_join(folder, VSS_MANIFEST_NAME);
    HANDLE file = path ? open_file(path) : INVALID_HANDLE_VALUE;
    legacy_result hr = path ? S_OK : ERROR_NOT_ENOUGH_MEMORY;
    wchar_t *text = NULL;
    FILETIME written = {0};

    if (path && file == INVALID_HANDLE_VALUE)
        hr = result_last_error();
    if (hr == S_OK) {
        GetFileTime(file, NULL, NULL, &written);
        hr = record_file_read(file, TEXT_BYTES_MAX, &text);
        CloseHandle(file);
    }
    if (hr == S_OK)
        hr = parse(manifest, text);
    manifest->written = clock_of(written);
    free(text);
    free(path);
    return hr;
}

const wchar_t *vss_manifest_file_name(const struct backup_record_file *file)
{
    const wchar_t *last = wcsrchr(file->path, L'\\');

    return last ? last + 1 : file->path;
}

static legacy_result hash_rest(HANDLE file, uint8_t result[HASH_BYTES])
{
    struct hash *hash = NULL;
    void *piece = malloc(PIECE_BYTES);
    legacy_result hr = piece ? hash_create(&hash) : ERROR_NOT_ENOUGH_MEMORY;
    DWORD got = 1;

    while (hr == S_OK && got) {
        if (!ReadFile(file, piece, PIECE_BYTES, &got, NULL))
            hr = result_last_error();
        else
            hash_feed(hash, piece, got); /* a failure shows in hash_finish */
    }
    if (hr == S_OK && !hash_finish(hash, result))
        hr = ERROR_GEN_FAILURE;
    hash_destroy(hash);
    free(piece);
    return hr;
}

legacy_result vss_manifest_compare(const struct backup_record_file *file, const wchar_t *path)
{
    HANDLE opened = open_file(path);
    uint8_t digest[HASH_BYTES];
    LARGE_INTEGER size;
    legacy_result hr;

    if (opened == INVALID_HANDLE_VALUE)
        return result_last_error();
    if (!GetFileSizeEx(opened, &size))
        hr = result_last_error();
    else
        hr =
            (uint64_t)size.QuadPart == file->bytes ? hash_rest(opened, digest) : ERROR_INVALID_DATA;
    CloseHandle(opened);
    return hr == S_OK && memcmp(digest, file->digest, HASH_BYTES) != 0 ? ERROR_INVALID_DATA : hr;
}

void vss_manifest_fini(struct vss_manifest *manifest)
{
    backup_record_fini(&manifest->record);
    memset(manifest, 0, sizeof(*manifest));
}
