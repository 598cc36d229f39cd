/*
 * fuzz_manifest.c - backup.txt of a sample's backup, by both of its readers: vss-restore's, with
 * the plan that it makes of it, and the doctor's.
 */
#include "fuzz_files.h"
#include "fuzz_promise.h"
#include "fuzz_windows.h"

#include "common/volumes.h"
#include "doctor/vss_manifest.h"

#include "console.h"
#include "manifest.h"
#include "plan.h"
#include "progress.h"

/* --- what the modules ask for --------------------------------------------------------------------
 */

void messages_error(const wchar_t *format, ...)
{
    (void)format;
}

enum exit_code messages_no_memory(void)
{
    abort();
}

enum exit_code messages_file_failed(enum exit_code code, const wchar_t *doing, const wchar_t *path,
                                    DWORD error, const wchar_t *place)
{
    (void)doing;
    (void)path;
    (void)error;
    (void)place;
    return code;
}

void console_print(enum console_stream stream, const wchar_t *format, ...)
{
    (void)stream;
    (void)format;
}

void progress_size_text(uint64_t bytes, wchar_t *text)
{
    (void)bytes;
    text[0] = 0;
}

bool digest_open(struct digest *digest)
{
    (void)digest;
    return false;
}

bool digest_add(struct digest *digest, const void *data, DWORD bytes)
{
    (void)digest;
    (void)data;
    (void)bytes;
    return false;
}

bool digest_text(struct digest *digest, wchar_t *text)
{
    (void)digest;
    (void)text;
    return false;
}

void digest_close(struct digest *digest)
{
    (void)digest;
}

enum exit_code digest_failed(const wchar_t *what)
{
    (void)what;
    return EXIT_OTHER;
}

enum exit_code folder_create_file(struct folder *folder, const wchar_t *name, HANDLE *file)
{
    (void)folder;
    PROMISE(wcscmp(name, MANIFEST_FILE) == 0);
    *file = files_create();
    return EXIT_OK;
}

enum exit_code folder_write(const struct folder *folder, const wchar_t *name, HANDLE file,
                            const void *data, DWORD bytes)
{
    DWORD written;

    (void)folder;
    (void)name;
    files_write(file, data, bytes, &written);
    return EXIT_OK;
}

enum exit_code folder_flush(const struct folder *folder, const wchar_t *name, HANDLE file)
{
    (void)folder;
    (void)name;
    (void)file;
    return EXIT_OK;
}

enum exit_code folder_save(struct folder *folder, const wchar_t *name, const void *data,
                           DWORD bytes)
{
    (void)folder;
    (void)name;
    (void)data;
    (void)bytes;
    return EXIT_OTHER;
}

wchar_t *path_join(const wchar_t *folder, const wchar_t *name)
{
    (void)folder;
    return _wcsdup(name);
}

/* --- promises ------------------------------------------------------------------------------------
 */

static wchar_t folder_path[] = L"\\\\?\\E:\\backup";
static const struct source source = {.path = folder_path};

/* A name leads nowhere, and is in no other entry. */
static void check_entries(const struct manifest *manifest)
{
    const struct manifest_entry *entry, *other;

    PROMISE(manifest->id[0] && manifest->computer[0]);
    PROMISE(wcslen(manifest->expires) == EXPIRY_CHARS - 1);
    for (entry = manifest->entries; entry; entry = entry->next) {
        PROMISE(entry->kind <= NTDSVSS_FILE_CHECKPOINT && entry->name[0]);
        PROMISE(!wcspbrk(entry->name, L"\\/:*?\"<>|\r\n"));
        PROMISE(!paths_equal(entry->name, MANIFEST_FILE));
        PROMISE(wcslen(entry->digest.sha256) == DIGEST_TEXT_CHARS - 1);
        for (other = entry->next; other; other = other->next)
            PROMISE(!paths_equal(entry->name, other->name));
    }
}

/* Each file goes into one of the directory's folders, to a place of its own. */
static void check_items(const struct plan *plan)
{
    const struct plan_item *item, *other;

    for (item = plan->items; item; item = item->next) {
        PROMISE(wcsncmp(item->new_path, plan->log_folder, wcslen(plan->log_folder)) == 0);
        PROMISE(wcsrchr(item->new_path, L'\\') == item->new_path + wcslen(plan->log_folder));
        PROMISE(!item->database || item == plan->database_item);
        for (other = item->next; other; other = other->next)
            PROMISE(!paths_equal(item->new_path, other->new_path));
    }
    PROMISE(plan->generation_low <= plan->generation_high);
}

static void check_plan(const struct manifest *manifest)
{
    const struct manifest_entry *entry;
    enum exit_code code = EXIT_OK;
    struct plan plan;

    plan_init(&plan);
    plan.database = _wcsdup(L"C:\\n\\ntds.dit");
    plan.log_folder = _wcsdup(L"C:\\n");
    plan.checkpoint_folder = _wcsdup(L"C:\\n");
    for (entry = manifest->entries; entry && code == EXIT_OK; entry = entry->next) {
        if (entry->kind != MANIFEST_RECORD)
            code = plan_add(&plan, &source, entry->name, entry->kind == NTDSVSS_FILE_DATABASE,
                            _wcsdup(entry->path));
    }
    if (code == EXIT_OK && plan_check(&plan) == EXIT_OK)
        check_items(&plan);
    plan_free(&plan);
}

/* The doctor reads the same: it would call another backup good than the one that is restored. */
static void check_doctor(const struct manifest *manifest)
{
    const struct manifest_entry *entry = manifest->entries;
    const struct backup_record_file *file;
    struct vss_manifest read = {0};
    wchar_t digest[2 * HASH_BYTES + 1];
    size_t i;

    PROMISE(vss_manifest_load(&read, folder_path) == S_OK);
    PROMISE(wcscmp(read.record.id, manifest->id) == 0);
    PROMISE(wcscmp(read.record.computer, manifest->computer) == 0);
    PROMISE(wcscmp(read.instance, manifest->instance) == 0);
    for (i = 0; i < read.record.file_count && entry; i++, entry = entry->next) {
        file = &read.record.files[i];
        hash_format(file->digest, HASH_BYTES, digest);
        PROMISE((unsigned)file->kind == entry->kind && file->bytes == entry->bytes);
        PROMISE((file->digest_of == BACKUP_RECORD_OF_SUMS) == entry->digest.of_sums);
        PROMISE(wcscmp(file->path, entry->path) == 0);
        PROMISE(wcscmp(digest, entry->digest.sha256) == 0);
    }
    PROMISE(i == read.record.file_count && !entry);
    vss_manifest_fini(&read);
}

/* Whatever was read is written as it was, but for the older version and how a number is spelled. */
static void check_written(const struct manifest *manifest)
{
    struct folder folder = {0};
    struct manifest read;
    const uint8_t *bytes;
    uint8_t *once;
    size_t byte_count, count;

    PROMISE(manifest_save(manifest, &folder) == EXIT_OK);
    bytes = files_bytes(&byte_count);
    once = malloc(byte_count);
    PROMISE(once);
    memcpy(once, bytes, byte_count);
    manifest_init(&read);
    PROMISE(manifest_read(&read, &source) == EXIT_OK);
    check_doctor(&read);
    PROMISE(manifest_save(&read, &folder) == EXIT_OK);
    bytes = files_bytes(&count);
    PROMISE(count == byte_count && memcmp(bytes, once, count) == 0);
    manifest_free(&read);
    free(once);
}

void fuzz_manifest(const uint8_t *data, size_t bytes)
{
    struct vss_manifest other = {0};
    struct manifest manifest;

    files_put(data, bytes);
    manifest_init(&manifest);
    if (manifest_read(&manifest, &source) == EXIT_OK) {
        PROMISE(!memchr(data, 0, bytes));
        check_entries(&manifest);
        check_plan(&manifest);
        check_doctor(&manifest);
        check_written(&manifest);
    } else {
        (void)vss_manifest_load(&other, folder_path);
        vss_manifest_fini(&other);
    }
    manifest_free(&manifest);
}
