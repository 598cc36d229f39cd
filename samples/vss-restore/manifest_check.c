/* Compares files with their hashes in backup.txt. */
#include "manifest_check.h"

#include <stdlib.h>
#include <wchar.h>

#include "vss_failures.h"
#include "progress.h"
#include "stop.h"

/* One file that is compared. */
struct reading
{
    const struct manifest_entry *entry;
    HANDLE file;
    uint64_t bytes;
    const wchar_t *place; /* for messages */
    void *buffer;
    DWORD buffer_bytes;
};

static enum exit_code hash_file(const struct reading *reading, struct digest *digest)
{
    struct progress progress;
    uint64_t done = 0;
    DWORD read = 1;

    progress_start(&progress, reading->entry->name, 1, 1, reading->bytes);
    while (read > 0) {
        if (stop_requested())
            return EXIT_OTHER;
        if (!ReadFile(reading->file, reading->buffer, reading->buffer_bytes, &read, NULL))
            return messages_file_failed(EXIT_READ, L"read", reading->entry->name, GetLastError(),
                                        reading->place);
        if (!digest_add(digest, reading->buffer, read))
            return digest_failed(reading->entry->name);
        done += read;
        progress_update(&progress, done);
    }
    progress_finish(&progress, done);
    return EXIT_OK;
}

static enum exit_code report_other(const struct reading *reading)
{
    messages_error(L"\"%ls\" in the %ls is not what was backed up.\n  It was damaged or replaced. "
                   L"Use another backup, or check the disk.\n",
                   reading->entry->name, reading->place);
    return EXIT_READ;
}

static enum exit_code compare(const struct reading *reading)
{
    wchar_t sha256[DIGEST_TEXT_CHARS];
    struct digest digest = {0};
    enum exit_code code = EXIT_OK;

    if (reading->bytes != reading->entry->bytes)
        return report_other(reading);
    if (!digest_open(&digest))
        code = digest_failed(reading->entry->name);
    if (code == EXIT_OK)
        code = hash_file(reading, &digest);
    if (code == EXIT_OK &&
        (!digest_text(&digest, sha256) || wcscmp(sha256, reading->entry->sha256) != 0))
        code = report_other(reading);
    digest_close(&digest);
    return code;
}

enum exit_code manifest_check_backup(const struct manifest *manifest, const struct source *source,
                                     DWORD buffer_bytes)
{
    struct reading reading = {.buffer_bytes = buffer_bytes, .place = MESSAGES_BACKUP_FOLDER};
    enum exit_code code = EXIT_OK;

    reading.buffer = malloc(buffer_bytes);
    if (!reading.buffer)
        return messages_no_buffer(buffer_bytes);
    for (reading.entry = manifest->entries; reading.entry && code == EXIT_OK;
         reading.entry = reading.entry->next) {
        if (reading.entry->kind == MANIFEST_RECORD)
            continue; /* compared when it was read */
        code = source_open_file(source, reading.entry->name, &reading.file, &reading.bytes);
        if (code != EXIT_OK)
            break;
        code = compare(&reading);
        CloseHandle(reading.file);
    }
    free(reading.buffer);
    return code;
}

static const struct manifest_entry *entry_of(const struct manifest *manifest,
                                             const struct plan *plan, const wchar_t *path)
{
    const struct plan_item *item;
    const struct manifest_entry *entry;

    for (item = plan->items; item && _wcsicmp(item->new_path, path) != 0;)
        item = item->next;
    for (entry = item ? manifest->entries : NULL; entry; entry = entry->next) {
        if (_wcsicmp(entry->name, item->name) == 0)
            return entry;
    }
    return NULL;
}

static enum exit_code report_foreign(const wchar_t *path)
{
    messages_error(L"\"%ls\" does not belong to the backup.\n  Another program wrote it during the "
                   L"restore. End that program, then restore again.\n",
                   path);
    return EXIT_READ;
}

static enum exit_code check_one(struct reading *reading, struct ntdsvss_restore *restore,
                                size_t index)
{
    enum exit_code code;
    HRESULT hr = ntdsvss_restore_open_file(restore, index, &reading->file, &reading->bytes);

    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_restore_open_file", reading->entry->name, hr,
                                   FAILURES_CHECK);
    code = compare(reading);
    CloseHandle(reading->file);
    return code;
}

enum exit_code manifest_check_restored(const struct manifest *manifest, const struct plan *plan,
                                       struct ntdsvss_restore *restore, DWORD buffer_bytes)
{
    struct reading reading = {.buffer_bytes = buffer_bytes, .place = MESSAGES_DIRECTORY};
    const struct ntdsvss_file *files;
    enum exit_code code = EXIT_OK;
    size_t count = 0;
    size_t i;
    HRESULT hr = ntdsvss_restore_files(restore, &files, &count);

    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_restore_files", NULL, hr, FAILURES_CHECK);
    reading.buffer = malloc(buffer_bytes);
    if (!reading.buffer)
        return messages_no_buffer(buffer_bytes);
    for (i = 0; i < count && code == EXIT_OK; i++) {
        reading.entry = entry_of(manifest, plan, files[i].path);
        code = reading.entry ? check_one(&reading, restore, i) : report_foreign(files[i].path);
    }
    free(reading.buffer);
    if (code == EXIT_OK && count != plan->item_count)
        code = plan_refuse(L"a restored file is not where the directory will look for it");
    return code;
}
