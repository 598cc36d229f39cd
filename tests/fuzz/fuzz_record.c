/*
 * fuzz_record.c - the record of a backup, which the DLL keeps and compares a restore with.
 */
#include "fuzz_files.h"
#include "fuzz_promise.h"
#include "fuzz_windows.h"

#include "host/log_folder.h"
#include "host/system_crypt.h"
#include "record/backup_record.h"
#include "record/record_file.h"

/* --- what the modules ask for --------------------------------------------------------------------
 */

static wchar_t opened_name[64];

legacy_result log_folder_open(const wchar_t *configured, enum log_folder_use use,
                              struct log_folder *folder)
{
    (void)use;
    wcscpy(folder->path, configured);
    folder->why[0] = 0;
    return S_OK;
}

void log_folder_close(struct log_folder *folder)
{
    (void)folder;
}

legacy_result folder_file_open(HANDLE folder, const wchar_t *name, enum folder_file_use use,
                               HANDLE *file, wchar_t why[WRITE_TRUST_WHY_CHARS])
{
    (void)folder;
    (void)why;
    PROMISE(wcslen(name) < ARRAYSIZE(opened_name));
    wcscpy(opened_name, name);
    *file = use == FOLDER_FILE_READ ? files_open() : files_create();
    return S_OK;
}

bool folder_file_delete(HANDLE file)
{
    (void)file;
    return true;
}

legacy_result result_last_error(void)
{
    return ERROR_GEN_FAILURE;
}

legacy_result system_crypt(const struct system_crypt **functions)
{
    (void)functions;
    return ERROR_GEN_FAILURE;
}

/* --- promises ------------------------------------------------------------------------------------
 */

static wchar_t folder[] = L"C:\\logs";

/* The id of the input's second line, or another one: the one that is asked for. */
static void take_id(const uint8_t *data, size_t bytes, wchar_t id[BACKUP_RECORD_ID_CHARS])
{
    static const char before[] = "ntdsbcli-backup 1\r\nid ";
    size_t i, start = sizeof(before) - 1;

    for (i = 0; i < BACKUP_RECORD_ID_CHARS - 1; i++)
        id[i] = start + i < bytes && data[start + i] ? data[start + i] : L'0';
    id[i] = 0;
}

/* It becomes part of a file's name. */
static void check_record(const struct backup_record *record)
{
    size_t i;

    PROMISE(wcsspn(record->id, L"0123456789abcdef") == BACKUP_RECORD_ID_CHARS - 1);
    PROMISE(wcslen(record->id) == BACKUP_RECORD_ID_CHARS - 1);
    for (i = 0; i < record->file_count; i++) {
        const struct backup_record_file *file = &record->files[i];
        const wchar_t *last = wcsrchr(file->path, L'\\');

        PROMISE(file->kind >= NTDSVSS_FILE_DATABASE && file->kind <= NTDSVSS_FILE_CHECKPOINT);
        PROMISE(file->digest_of <= BACKUP_RECORD_OF_BYTES && file->path[0]);
        PROMISE(backup_record_find(record, i + 1, last ? last + 1 : file->path));
    }
}

/* What was read is written, read and written again the same. */
static void check_written(const struct backup_record *record)
{
    struct backup_record read = {0};
    const uint8_t *bytes;
    uint8_t *once;
    size_t byte_count, count;

    PROMISE(backup_record_save(record, folder) == S_OK);
    PROMISE(wcsncmp(opened_name + 7, record->id, BACKUP_RECORD_ID_CHARS - 1) == 0);
    bytes = files_bytes(&byte_count);
    once = malloc(byte_count);
    PROMISE(once);
    memcpy(once, bytes, byte_count);
    PROMISE(backup_record_load(&read, folder, record->id) == S_OK);
    PROMISE(read.file_count == record->file_count && read.verified == record->verified);
    PROMISE(read.prepared == record->prepared && read.expires == record->expires);
    PROMISE(backup_record_save(&read, folder) == S_OK);
    bytes = files_bytes(&count);
    PROMISE(count == byte_count && memcmp(bytes, once, count) == 0);
    backup_record_fini(&read);
    free(once);
}

void fuzz_record(const uint8_t *data, size_t bytes)
{
    struct backup_record record = {0};
    wchar_t id[BACKUP_RECORD_ID_CHARS];

    files_put(data, bytes);
    take_id(data, bytes, id);
    if (backup_record_load(&record, folder, id) == S_OK) {
        PROMISE(!memchr(data, 0, bytes));
        check_record(&record);
        check_written(&record);
    }
    backup_record_fini(&record);
}
