/*
 * backup_files.c - keeps the files of a backup context.
 */
#include "backup_files.h"

#include "ese/ese_names.h"

#include <stdlib.h>
#include <wchar.h>

static enum ese_name_kind classify(const wchar_t *path)
{
    const wchar_t *name = wcsrchr(path, L'\\');

    return ese_name_classify_wide(name ? name + 1 : path, ESE_NTDS_BASE_NAME).kind;
}

/*
 * edb.chk goes as a patch file, so that a restore program puts it beside the logs. It does not
 * count for a complete backup, as the engine rebuilds it. edbtmp.log is listed only where there is
 * no edb.log, and then the engine reads no log without it; its content is half-written or stale,
 * and never matters.
 */
static void take_file(struct backup_files *files, const struct ntdsvss_file *file)
{
    size_t index = files->count++;
    bool temporary = classify(file->path) == ESE_NAME_TEMPORARY_LOG;

    files->names[index].local = file->path;
    files->kinds[index] = file->kind;
    switch (file->kind) {
    case NTDSVSS_FILE_DATABASE:
        files->names[index].bft = L'\x44'; /* BFT_NTDS_DATABASE */
        files->checks[index] = FILE_CHECK_DATABASE;
        files->required[index] = true;
        break;
    case NTDSVSS_FILE_LOG:
        files->names[index].bft = L'\x21'; /* BFT_LOG */
        files->checks[index] = temporary ? FILE_CHECK_NONE : FILE_CHECK_LOG;
        files->required[index] = true;
        break;
    default:
        files->names[index].bft = L'\x25'; /* BFT_PATCH_FILE */
        files->checks[index] = FILE_CHECK_NONE;
        break;
    }
}

static int compare_sorting(const void *left, const void *right)
{
    const struct name *const *a = left;
    const struct name *const *b = right;

    return names_compare((*a)->local, (*b)->local);
}

static legacy_result sort(struct backup_files *files)
{
    const struct name **pointers = malloc((files->count ? files->count : 1) * sizeof(*pointers));
    size_t i;

    if (!pointers)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (i = 0; i < files->count; i++)
        pointers[i] = &files->names[i];
    qsort(pointers, files->count, sizeof(*pointers), compare_sorting);
    for (i = 0; i < files->count; i++)
        files->sorted[i] = (size_t)(pointers[i] - files->names);
    free(pointers);
    return S_OK;
}

legacy_result backup_files_init(struct backup_files *files, const struct ntdsvss_file *databases,
                                size_t database_count, const struct ntdsvss_file *logs,
                                size_t log_count, bool verify)
{
    size_t count = database_count + log_count;
    size_t i;

    files->names = calloc(count + 1, sizeof(*files->names));
    files->kinds = calloc(count + 1, sizeof(*files->kinds));
    files->checks = calloc(count + 1, sizeof(*files->checks));
    files->required = calloc(count + 1, sizeof(*files->required));
    files->delivered = calloc(count + 1, sizeof(*files->delivered));
    files->sorted = calloc(count + 1, sizeof(*files->sorted));
    if (!files->names || !files->kinds || !files->checks || !files->required || !files->delivered ||
        !files->sorted)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (i = 0; i < database_count; i++)
        take_file(files, &databases[i]);
    files->database_count = files->count;
    for (i = 0; i < log_count; i++)
        take_file(files, &logs[i]);
    for (i = 0; !verify && i < files->count; i++)
        files->checks[i] = FILE_CHECK_NONE;
    return sort(files);
}

legacy_result backup_files_find(const struct backup_files *files, const wchar_t *given,
                                const wchar_t *host, size_t *index)
{
    wchar_t *local = names_to_local(given, host);
    size_t low = 0, high = files->count;
    legacy_result hr = ERROR_INVALID_PARAMETER;

    if (!local)
        return ERROR_NOT_ENOUGH_MEMORY;
    while (hr != S_OK && low < high) {
        size_t middle = low + (high - low) / 2;
        int order = names_compare(local, files->names[files->sorted[middle]].local);

        if (order == 0) {
            *index = files->sorted[middle];
            hr = S_OK;
        } else if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    free(local);
    return hr;
}

bool backup_files_needs_content(const struct backup_files *files, size_t index)
{
    return files->kinds[index] == NTDSVSS_FILE_LOG &&
           classify(files->names[index].local) != ESE_NAME_TEMPORARY_LOG;
}

bool backup_files_are_delivered(const struct backup_files *files, size_t first, size_t end)
{
    size_t i;

    for (i = first; i < end; i++) {
        if (files->required[i] && !files->delivered[i])
            return false;
    }
    return true;
}

void backup_files_fini(struct backup_files *files)
{
    free(files->names);
    free(files->kinds);
    free(files->checks);
    free(files->required);
    free(files->delivered);
    free(files->sorted);
    memset(files, 0, sizeof(*files));
}
