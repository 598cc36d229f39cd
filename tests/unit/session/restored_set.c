/*
 * restored_set.c - makes the files with the lab's generator, and their token as a backup does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>
#include <cmocka.h>

#include "restored_set.h"

#include "verify/file_reader.h"

#include "host/allocation.h"
#include "host/hash.h"
#include "make_database.h"

static void path_of(const struct restored_set *set, const char *name, char path[2 * MAX_PATH])
{
    snprintf(path, 2 * MAX_PATH, "%s\\%s", set->folder, name);
}

uint8_t *restored_set_load(const struct restored_set *set, const char *name, size_t *bytes)
{
    struct host_file file = {0};
    char path[2 * MAX_PATH];
    uint8_t *data;

    path_of(set, name, path);
    assert_true(host_file_open(&file, path, false));
    *bytes = (size_t)file.bytes;
    data = malloc(*bytes + 1);
    assert_non_null(data);
    assert_true(host_file_read(&file, 0, data, *bytes));
    assert_true(host_file_close(&file));
    return data;
}

void restored_set_store(const struct restored_set *set, const char *name, uint8_t *data,
                        size_t bytes)
{
    struct host_file file = {0};
    char path[2 * MAX_PATH];

    path_of(set, name, path);
    assert_true(host_file_create(&file, path));
    assert_true(bytes == 0 || host_file_write(&file, 0, data, bytes));
    assert_true(host_file_close(&file));
    free(data);
}

static struct make_logs log_options(uint32_t first, uint32_t count, uint64_t seed)
{
    return (struct make_logs){.first_generation = first,
                              .count = count,
                              .log_bytes = SET_LOG_BYTES,
                              .page_bytes = SET_PAGE_BYTES,
                              .seed = seed,
                              .signature = make_logs_signature(seed)};
}

void restored_set_make_logs(const struct restored_set *set, uint32_t first, uint32_t count,
                            uint64_t seed)
{
    const struct make_logs options = log_options(first, count, seed);

    assert_true(make_logs(set->folder, &options));
}

void restored_set_make_checkpoint(const struct restored_set *set, uint32_t generation,
                                  uint64_t seed)
{
    const struct make_logs options = log_options(SET_LOG_FIRST, SET_LOG_COUNT, seed);
    char path[2 * MAX_PATH];

    path_of(set, "edb.chk", path);
    assert_true(make_checkpoint(path, &options, generation));
}

void restored_set_make_database(const struct restored_set *set, bool dirty, uint64_t seed)
{
    const struct make_logs logs = log_options(SET_LOG_FIRST, SET_LOG_COUNT, seed);
    const struct make_database options = {.page_bytes = SET_PAGE_BYTES,
                                          .pages = SET_PAGES,
                                          .seed = seed,
                                          .dirty = dirty,
                                          .log_signature = logs.signature,
                                          .consistent = make_logs_end(&logs),
                                          .required_low = SET_NEEDED,
                                          .required_high = SET_LOG_LAST,
                                          .committed_high = SET_LOG_LAST,
                                          .committed_time = make_logs_time(SET_LOG_LAST)};
    struct host_file file = {0};
    char path[2 * MAX_PATH];

    path_of(set, "ntds.dit", path);
    assert_true(host_file_create(&file, path));
    assert_true(make_database(&file, &options, NULL));
    assert_true(host_file_close(&file));
}

static void hash_file(const struct restored_set *set, const char *name, uint8_t hash[HASH_BYTES])
{
    size_t bytes;
    uint8_t *data = restored_set_load(set, name, &bytes);

    assert_int_equal(hash_bytes(data, bytes, hash), S_OK);
    free(data);
}

/* What identifies a log, as a backup finds it. */
static void identify_log(const struct restored_set *set, const char *name, uint8_t hash[HASH_BYTES])
{
    struct file_reader *reader;
    char path[2 * MAX_PATH];
    LARGE_INTEGER size;
    HANDLE file;

    path_of(set, name, path);
    file = CreateFileA(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE && GetFileSizeEx(file, &size));
    reader = file_reader_create(file, (uint64_t)size.QuadPart, FILE_CHECK_LOG, L"edb.log");
    assert_non_null(reader);
    assert_int_equal(file_reader_identify(reader, hash), S_OK);
    file_reader_destroy(reader);
}

void restored_set_make_token(struct restored_set *set)
{
    static const struct installation nowhere;
    struct token_database database = {.path = L"C:\\NTDS\\ntds.dit"};
    struct token_content content = {.computer = L"DC1",
                                    .created = 1,
                                    .expires = UINT64_MAX,
                                    .databases = &database,
                                    .database_count = 1,
                                    .generation_low = SET_LOG_FIRST,
                                    .generation_high = SET_LOG_LAST - 1,
                                    .generation_current = SET_LOG_LAST,
                                    .components_document = L"<a/>",
                                    .writer_document = L"<b/>",
                                    .backup_metadata = L"",
                                    .installation = &nowhere};
    uint32_t token_bytes;
    size_t bytes;
    uint8_t *data = restored_set_load(set, "ntds.dit", &bytes);

    allocation_free(set->token);
    set->token = NULL;
    database.bytes = bytes;
    assert_int_equal(ese_database_parse(data, bytes, &database.header), ESE_GOOD);
    free(data);
    if (restored_set_has(set, "edb.log")) {
        content.current_log_of_sums = !set->has_old_token;
        (set->has_old_token ? hash_file : identify_log)(set, "edb.log", content.current_log_hash);
    } else {
        content.generation_high = SET_LOG_LAST;
        content.generation_current = 0;
    }
    hash_file(set, "edb.chk", content.checkpoint_hash);
    assert_int_equal(token_build(&content, &set->token, &token_bytes), S_OK);
    assert_int_equal(token_parse(set->token, token_bytes, &set->fields), S_OK);
}

void restored_set_make(struct restored_set *set, bool dirty)
{
    const struct make_logs logs = log_options(SET_LOG_FIRST, SET_LOG_COUNT, SET_SEED);
    char temp[MAX_PATH];

    memset(set, 0, sizeof(*set));
    GetTempPathA(MAX_PATH - 40, temp);
    snprintf(set->folder, sizeof(set->folder), "%srestored-%lu", temp, GetCurrentProcessId());
    CreateDirectoryA(set->folder, NULL);
    restored_set_make_database(set, dirty, SET_SEED);
    restored_set_make_logs(set, SET_LOG_FIRST, SET_LOG_COUNT, SET_SEED);
    assert_true(make_logs_beside(set->folder, &logs));
    restored_set_make_checkpoint(set, dirty ? SET_NEEDED : SET_LOG_LAST, SET_SEED);
    restored_set_make_token(set);
}

static void add_file(struct restored_set *set, enum ntdsvss_file_kind kind, const char *name)
{
    char path[2 * MAX_PATH];
    wchar_t *wide = calloc(2 * MAX_PATH, sizeof(*wide));

    set->files = realloc(set->files, (set->file_count + 1) * sizeof(*set->files));
    assert_non_null(set->files);
    assert_non_null(wide);
    path_of(set, name, path);
    MultiByteToWideChar(CP_ACP, 0, path, -1, wide, 2 * MAX_PATH);
    set->files[set->file_count].kind = kind;
    set->files[set->file_count++].path = wide;
}

static void forget_files(struct restored_set *set)
{
    while (set->file_count)
        free((void *)set->files[--set->file_count].path);
    free(set->files);
    set->files = NULL;
}

static void list_files(struct restored_set *set)
{
    WIN32_FIND_DATAA found;
    char pattern[2 * MAX_PATH];
    HANDLE find;

    forget_files(set);
    add_file(set, NTDSVSS_FILE_DATABASE, "ntds.dit");
    path_of(set, "*.log", pattern);
    find = FindFirstFileA(pattern, &found);
    if (find != INVALID_HANDLE_VALUE) {
        do {
            add_file(set, NTDSVSS_FILE_LOG, found.cFileName);
        } while (FindNextFileA(find, &found));
        FindClose(find);
    }
    if (restored_set_has(set, "edb.chk"))
        add_file(set, NTDSVSS_FILE_CHECKPOINT, "edb.chk");
}

static legacy_result open_file(void *context, uint32_t index, HANDLE *file, uint64_t *bytes)
{
    const struct restored_set *set = context;
    HANDLE opened = CreateFileW(set->files[index].path, GENERIC_READ, FILE_SHARE_READ, NULL,
                                OPEN_EXISTING, 0, NULL);
    LARGE_INTEGER size;

    if (opened == INVALID_HANDLE_VALUE)
        return (legacy_result)GetLastError();
    assert_true(GetFileSizeEx(opened, &size));
    *file = opened;
    *bytes = (uint64_t)size.QuadPart;
    return S_OK;
}

static legacy_result set_aside(void *context, uint32_t index)
{
    const struct restored_set *set = context;

    assert_int_equal(set->files[index].kind, NTDSVSS_FILE_CHECKPOINT);
    if (set->set_aside_result == S_OK)
        restored_set_rename(set, "edb.chk", "edb.chk.ntdsbcli");
    return set->set_aside_result;
}

void restored_set_make_record(struct restored_set *set)
{
    size_t i;

    set->backup.verified = true;
    list_files(set);
    for (i = 0; i < set->file_count; i++) {
        enum ntdsvss_file_kind kind = set->files[i].kind;
        bool is_temporary = wcsstr(set->files[i].path, L"edbtmp.log") != NULL;
        enum file_check check = kind == NTDSVSS_FILE_DATABASE               ? FILE_CHECK_DATABASE
                                : kind == NTDSVSS_FILE_LOG && !is_temporary ? FILE_CHECK_LOG
                                                                            : FILE_CHECK_NONE;
        struct backup_record_file *file;
        struct file_reader *reader;
        HANDLE handle;

        assert_int_equal(backup_record_add(&set->backup, kind, set->files[i].path, &file), S_OK);
        assert_int_equal(open_file(set, (uint32_t)i, &handle, &file->bytes), S_OK);
        reader = file_reader_create(handle, file->bytes, check, set->files[i].path);
        assert_non_null(reader);
        assert_int_equal(file_reader_want_digest(reader), S_OK);
        assert_int_equal(file_reader_verify(reader), S_OK);
        assert_int_equal(file_reader_digest(reader, file->digest), S_OK);
        file->digest_of =
            file_reader_digest_is_of_sums(reader) ? BACKUP_RECORD_OF_SUMS : BACKUP_RECORD_OF_BYTES;
        file_reader_destroy(reader);
    }
}

HRESULT restored_set_run(struct restored_set *set, bool headers_only)
{
    const struct restore_source source = {set, open_file, set_aside};
    struct restore_check check = {.source = &source,
                                  .token = set->without_token ? NULL : &set->fields,
                                  .headers_only = headers_only,
                                  .is_kept = set->is_kept,
                                  .record = &set->record};

    restore_record_fini(&set->record);
    list_files(set);
    check.files = set->files;
    check.file_count = set->file_count;
    check.backup = set->backup.file_count ? &set->backup : NULL;
    return restore_check(&check);
}

wchar_t *restored_set_text(const struct restored_set *set)
{
    wchar_t *text = calloc(set->record.char_count + 1, sizeof(*text));

    assert_non_null(text);
    if (set->record.char_count)
        wmemcpy(text, set->record.text, set->record.char_count);
    return text;
}

bool restored_set_says(const struct restored_set *set, const char *text)
{
    wchar_t *record = restored_set_text(set);
    wchar_t wide[200];
    bool found;

    MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, 200);
    found = wcsstr(record, wide) != NULL;
    if (!found)
        print_error("not in the record: '%s'; it says:\n%ls\n", text, record);
    free(record);
    return found;
}

bool restored_set_has(const struct restored_set *set, const char *name)
{
    char path[2 * MAX_PATH];

    path_of(set, name, path);
    return GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES;
}

void restored_set_delete(const struct restored_set *set, const char *name)
{
    char path[2 * MAX_PATH];

    path_of(set, name, path);
    assert_true(DeleteFileA(path));
}

void restored_set_rename(const struct restored_set *set, const char *from, const char *to)
{
    char old_path[2 * MAX_PATH], new_path[2 * MAX_PATH];

    path_of(set, from, old_path);
    path_of(set, to, new_path);
    assert_true(MoveFileExA(old_path, new_path, MOVEFILE_REPLACE_EXISTING));
}

void restored_set_remove(struct restored_set *set)
{
    WIN32_FIND_DATAA found;
    char pattern[2 * MAX_PATH];
    HANDLE find;

    path_of(set, "*", pattern);
    find = FindFirstFileA(pattern, &found);
    assert_true(find != INVALID_HANDLE_VALUE);
    do {
        if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
            restored_set_delete(set, found.cFileName);
    } while (FindNextFileA(find, &found));
    FindClose(find);
    assert_true(RemoveDirectoryA(set->folder));
    forget_files(set);
    restore_record_fini(&set->record);
    backup_record_fini(&set->backup);
    allocation_free(set->token);
    memset(set, 0, sizeof(*set));
}
