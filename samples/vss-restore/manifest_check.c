/* Checks the files of a backup and compares them with backup.txt. */
#include "manifest_check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>

#include "set_check.h"
#include "vss_failures.h"

static enum exit_code report_other(const struct manifest_entry *entry, const wchar_t *place)
{
    messages_error(L"\"%ls\" in the %ls is not what was backed up.\n  It was damaged or replaced. "
                   L"Use another backup, or check the disk.\n",
                   entry->name, place);
    return EXIT_READ;
}

/* FILE has BYTES and should be that of ENTRY. */
static enum exit_code compare(struct set_check *check, const struct manifest_entry *entry,
                              HANDLE file, uint64_t bytes)
{
    struct file_digest digest;
    struct file_digest_text found;
    enum exit_code code;

    if (bytes != entry->bytes)
        return report_other(entry, check->place);
    set_check_begin_file(check, entry->name, entry->kind == NTDSVSS_FILE_DATABASE, bytes);
    code = file_digest_begin(&digest, check->pass, entry->name, !entry->digest.of_sums);
    if (code == EXIT_OK)
        code = set_check_read(check, file);
    if (code == EXIT_OK)
        code = file_digest_text(&digest, &found);
    if (code == EXIT_OK && !file_digest_equal(&found, &entry->digest))
        code = report_other(entry, check->place);
    file_digest_end(&digest);
    return code;
}

static enum exit_code check_source(struct set_check *check, const struct manifest *manifest,
                                   const struct plan *plan, const struct source *source)
{
    const struct manifest_entry *entry;
    enum exit_code code = EXIT_OK;
    uint64_t bytes;
    HANDLE file;

    for (entry = manifest->entries; entry && code == EXIT_OK; entry = entry->next) {
        if (entry->kind == MANIFEST_RECORD)
            continue; /* compared when it was read */
        code = source_open_file(source, entry->name, &file, &bytes);
        if (code != EXIT_OK)
            break;
        code = compare(check, entry, file, bytes);
        CloseHandle(file);
    }
    if (code == EXIT_OK)
        code = set_check_end(check);
    return code == EXIT_OK ? set_check_place(check, plan) : code;
}

enum exit_code manifest_check_backup(const struct manifest *manifest, const struct plan *plan,
                                     const struct source *source, DWORD buffer_bytes)
{
    struct set_check check;
    enum exit_code code = set_check_begin(&check, MESSAGES_BACKUP_FOLDER, buffer_bytes);

    if (code == EXIT_OK)
        code = check_source(&check, manifest, plan, source);
    set_check_free(&check);
    return code;
}

/* Where the directory has a file of the backup. */
struct place
{
    const wchar_t *path;
    const struct manifest_entry *entry;
    bool is_checked;
};

static int by_path(const void *a, const void *b)
{
    return paths_compare(((const struct place *)a)->path, ((const struct place *)b)->path);
}

/* In the order of their paths, plan->item_count of them; on the heap. NULL if memory ran out. The
 * plan has the files in the order of the manifest. */
static struct place *new_places(const struct manifest *manifest, const struct plan *plan)
{
    struct place *places = malloc((plan->item_count + 1) * sizeof(*places));
    const struct manifest_entry *entry = manifest->entries;
    const struct plan_item *item;
    size_t count = 0;

    for (item = places ? plan->items : NULL; item; item = item->next) {
        while (!paths_equal(entry->name, item->name))
            entry = entry->next;
        places[count++] = (struct place){item->new_path, entry, false};
    }
    if (places)
        qsort(places, count, sizeof(*places), by_path);
    return places;
}

static enum exit_code report_foreign(const wchar_t *path)
{
    messages_error(L"\"%ls\" does not belong to the backup.\n  Another program wrote it during the "
                   L"restore. End that program, then restore again.\n",
                   path);
    return EXIT_READ;
}

static enum exit_code report_gone(const struct place *place)
{
    messages_error(L"\"%ls\" was restored to \"%ls\", where the directory does not find it.\n"
                   L"  Another program removed it, the directory's folders have changed since, or "
                   L"it is no file of this directory. Restore again, or use another backup.\n",
                   place->entry->name, place->path);
    return EXIT_READ;
}

/* An encrypted file is readable for the account that made it, which the directory has not. */
static enum exit_code check_attributes(const struct manifest_entry *entry, HANDLE file)
{
    BY_HANDLE_FILE_INFORMATION facts;

    if (!GetFileInformationByHandle(file, &facts))
        return messages_file_failed(EXIT_READ, L"read the attributes of", entry->name,
                                    GetLastError(), MESSAGES_DIRECTORY);
    if (!(facts.dwFileAttributes & (FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_ENCRYPTED)))
        return EXIT_OK;
    messages_error(L"\"%ls\" in the directory is %ls: the directory could not open it.\n  Remove "
                   L"that attribute from its folder, then restore again.\n",
                   entry->name,
                   facts.dwFileAttributes & FILE_ATTRIBUTE_READONLY ? L"read-only" : L"encrypted");
    return EXIT_WRITE;
}

static enum exit_code check_one(struct set_check *check, const struct manifest_entry *entry,
                                struct ntdsvss_restore *restore, size_t index)
{
    enum exit_code code;
    uint64_t bytes;
    HANDLE file;
    HRESULT hr = ntdsvss_restore_open_file(restore, index, &file, &bytes);

    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_restore_open_file", entry->name, hr, FAILURES_CHECK);
    code = check_attributes(entry, file);
    if (code == EXIT_OK)
        code = compare(check, entry, file, bytes);
    CloseHandle(file);
    return code;
}

static enum exit_code check_copies(struct set_check *check, const struct manifest *manifest,
                                   const struct plan *plan, struct ntdsvss_restore *restore)
{
    const struct ntdsvss_file *files;
    struct place *places;
    enum exit_code code = EXIT_OK;
    size_t count = 0;
    size_t i;
    HRESULT hr = ntdsvss_restore_files(restore, &files, &count);

    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_restore_files", NULL, hr, FAILURES_CHECK);
    places = new_places(manifest, plan);
    if (!places)
        return messages_no_memory();
    for (i = 0; i < count && code == EXIT_OK; i++) {
        const struct place key = {.path = files[i].path};
        struct place *place = bsearch(&key, places, plan->item_count, sizeof(*places), by_path);

        code = place ? check_one(check, place->entry, restore, i) : report_foreign(files[i].path);
        if (place)
            place->is_checked = true;
    }
    for (i = 0; i < plan->item_count && code == EXIT_OK; i++) {
        if (!places[i].is_checked)
            code = report_gone(&places[i]);
    }
    free(places);
    return code;
}

enum exit_code manifest_check_restored(const struct manifest *manifest, const struct plan *plan,
                                       struct ntdsvss_restore *restore, DWORD buffer_bytes)
{
    struct set_check check;
    enum exit_code code = set_check_begin(&check, MESSAGES_DIRECTORY, buffer_bytes);

    if (code == EXIT_OK)
        code = check_copies(&check, manifest, plan, restore);
    set_check_free(&check);
    return code;
}
