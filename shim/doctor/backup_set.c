/*
 * backup_set.c - takes the files from the lists of legacy-backup, from backup.txt of vss-backup, or
 * by what their names and headers say.
 */
#include "backup_set.h"

#include "common/array.h"
#include "common/volumes.h"
#include "ese/ese_database.h"
#include "ese/ese_names.h"
#include "list_file.h"
#include "whole_file.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define TOKEN_NAME L"token.bin"
#define NO_FILE    ((enum ntdsvss_file_kind)0)
/* Folders whose path is longer are named so that Windows takes file names in them of any length. */
#define SHORT_CHARS 150u

#define NEXT_FOLDER                                                                                \
    L"Specify the folder of a backup that ended well. For files that another product kept, "       \
    L"specify the token too: --check-backup --token FILE FILE..."
#define NEXT_ACCESS L"Run ntdsdoctor as an account that can read the files of the backup."
#define NEXT_COPY   L"Copy the file again from where the backup was kept, or use another backup."
#define NEXT_TOKEN  L"Specify the file in which the backup program saved the expiry token."

static void add_problem(struct findings *findings, const wchar_t *next, const wchar_t *path,
                        const wchar_t *problem)
{
    findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.files", next, L"%ls %ls.", path,
                 problem);
}

static void add_unread(struct findings *findings, const wchar_t *path, legacy_result hr)
{
    findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.files", NEXT_ACCESS,
                 L"%ls cannot be read: Win32 error %ld.", path, hr);
}

static bool is_missing(legacy_result hr)
{
    return hr == ERROR_FILE_NOT_FOUND || hr == ERROR_PATH_NOT_FOUND;
}

bool backup_set_has_database(const struct backup_set *set)
{
    return set->file_count && set->files[0].kind == NTDSVSS_FILE_DATABASE;
}

/* Takes ownership of path; NULL: there was no memory for it. */
static void add(struct backup_set *set, struct findings *findings, enum ntdsvss_file_kind kind,
                wchar_t *path)
{
    struct ntdsvss_file first;

    if (!path ||
        !array_grow(&set->files, &set->file_capacity, set->file_count, sizeof(*set->files))) {
        findings->is_incomplete = true;
        free(path);
        return;
    }
    if (kind == NTDSVSS_FILE_DATABASE && backup_set_has_database(set))
        add_problem(findings, L"Specify the files of one backup only.", path,
                    L"is a second database: a backup has one");
    set->files[set->file_count] = (struct ntdsvss_file){.kind = kind, .path = path};
    if (kind == NTDSVSS_FILE_DATABASE) {
        first = set->files[0];
        set->files[0] = set->files[set->file_count];
        set->files[set->file_count] = first;
    }
    set->file_count++;
}

/* A file that the backup says it has. */
static void add_listed(struct backup_set *set, struct findings *findings,
                       enum ntdsvss_file_kind kind, const wchar_t *name, const wchar_t *list)
{
    wchar_t *path = path_join(set->folder, name);

    if (path && GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES &&
        is_missing(result_last_error())) {
        findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.files", NEXT_COPY,
                     L"%ls is missing, but %ls lists it.", path, list);
        free(path);
    } else if (kind == VSS_MANIFEST_DOCUMENT && path) {
        free(path);
    } else {
        add(set, findings, kind, path);
    }
}

/* --- by name and content --------------------------------------------------------------------- */

static legacy_result is_database(const wchar_t *path, bool *is_one)
{
    struct ese_database_header header;
    enum ese_verdict verdict;
    DWORD got = 0;
    uint8_t *head;
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    legacy_result hr = S_OK;

    if (file == INVALID_HANDLE_VALUE)
        return result_last_error();
    head = malloc(ESE_DATABASE_HEAD_BYTES);
    if (!head)
        hr = ERROR_NOT_ENOUGH_MEMORY;
    else if (!ReadFile(file, head, ESE_DATABASE_HEAD_BYTES, &got, NULL))
        hr = result_last_error();
    CloseHandle(file);
    if (hr == S_OK) {
        verdict = ese_database_parse(head, got, &header);
        *is_one = verdict == ESE_GOOD || verdict == ESE_BAD_CHECKSUM;
    }
    free(head);
    return hr;
}

static legacy_result find_kind(const wchar_t *path, enum ntdsvss_file_kind *kind)
{
    const wchar_t *last = wcsrchr(path, L'\\');
    struct ese_name name = ese_name_classify_wide(last ? last + 1 : path, ESE_NTDS_BASE_NAME);
    bool is_one = false;
    legacy_result hr = S_OK;

    *kind = NO_FILE;
    if (ese_name_is_backed_up_log(&name) || name.kind == ESE_NAME_TEMPORARY_LOG) {
        *kind = NTDSVSS_FILE_LOG;
    } else if (name.kind == ESE_NAME_CHECKPOINT) {
        *kind = NTDSVSS_FILE_CHECKPOINT;
    } else if (name.kind == ESE_NAME_OTHER) {
        hr = is_database(path, &is_one);
        if (is_one)
            *kind = NTDSVSS_FILE_DATABASE;
    }
    return hr;
}

/* Takes ownership of path. is_named: by the caller; other files of a folder are no surprise. */
static void add_by_content(struct backup_set *set, struct findings *findings, wchar_t *path,
                           bool is_named)
{
    enum ntdsvss_file_kind kind = NO_FILE;
    legacy_result hr = path ? find_kind(path, &kind) : S_OK;

    if (path && hr != S_OK) {
        add_unread(findings, path, hr);
    } else if (path && kind == NO_FILE) {
        if (is_named)
            findings_add(findings, AREA_BACKUP, FINDING_NOTE, L"backup.files", NULL,
                         L"%ls is neither a database nor a log or checkpoint: it is left out.",
                         path);
    } else {
        add(set, findings, kind, path);
        return;
    }
    free(path);
}

static void add_folder(struct backup_set *set, struct findings *findings)
{
    WIN32_FIND_DATAW found;
    wchar_t *pattern = path_join(set->folder, L"*");
    HANDLE search = pattern ? FindFirstFileW(pattern, &found) : INVALID_HANDLE_VALUE;

    free(pattern);
    if (search == INVALID_HANDLE_VALUE) {
        add_unread(findings, set->folder, result_last_error());
        return;
    }
    do {
        if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
            add_by_content(set, findings, path_join(set->folder, found.cFileName), false);
    } while (FindNextFileW(search, &found));
    if (GetLastError() != ERROR_NO_MORE_FILES)
        add_unread(findings, set->folder, result_last_error());
    FindClose(search);
}

/* --- a token --------------------------------------------------------------------------------- */

static bool read_token(struct backup_set *set, struct findings *findings, const wchar_t *path)
{
    DWORD byte_count = 0;
    legacy_result hr = whole_file_read(path, WHOLE_FILE_TOKEN_BYTES_MAX, &set->token, &byte_count);

    if (hr == S_OK && token_parse(set->token, byte_count, &set->fields) == S_OK &&
        set->fields.database_count == 1)
        return true;
    if (hr == S_OK || hr == ERROR_INVALID_DATA)
        findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.token", NEXT_TOKEN,
                     L"%ls is damaged, or is not an expiry token of this product: no restore is "
                     L"possible with it.",
                     path);
    else
        findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.token", NEXT_TOKEN,
                     L"The expiry token %ls cannot be read: Win32 error %ld.", path, hr);
    return false;
}

/* --- what the samples write ------------------------------------------------------------------ */

static legacy_result read_list(const struct backup_set *set, struct findings *findings,
                               const wchar_t *name, wchar_t **list)
{
    wchar_t *path = path_join(set->folder, name);
    legacy_result hr = path ? list_file_read(path, list) : ERROR_NOT_ENOUGH_MEMORY;

    if (path && hr != S_OK)
        findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.files", NEXT_COPY,
                     L"%ls is missing or damaged (Win32 error %ld): legacy-restore needs it.", path,
                     hr);
    free(path);
    return hr;
}

static void add_list(struct backup_set *set, struct findings *findings, const wchar_t *name,
                     enum ntdsvss_file_kind kind, const wchar_t *list)
{
    const wchar_t *entry;

    for (entry = list; *entry; entry += wcslen(entry) + 1) {
        const wchar_t *file = list_file_name(entry);
        bool is_checkpoint =
            ese_name_classify_wide(file, ESE_NTDS_BASE_NAME).kind == ESE_NAME_CHECKPOINT;

        add_listed(set, findings, is_checkpoint ? NTDSVSS_FILE_CHECKPOINT : kind, file, name);
    }
}

/* Without its lists the files are still there to be judged. */
static void add_legacy(struct backup_set *set, struct findings *findings)
{
    wchar_t *names = NULL, *logs = NULL, *locations = NULL;
    legacy_result hr = read_list(set, findings, L"names.bin", &names);
    legacy_result logs_hr = read_list(set, findings, L"logs.bin", &logs);

    read_list(set, findings, L"locations.bin", &locations);
    if (hr == S_OK && logs_hr == S_OK) {
        add_list(set, findings, L"names.bin", NTDSVSS_FILE_DATABASE, names);
        add_list(set, findings, L"logs.bin", NTDSVSS_FILE_LOG, logs);
    } else {
        add_folder(set, findings);
    }
    free(locations);
    free(logs);
    free(names);
}

static void add_vss(struct backup_set *set, struct findings *findings)
{
    const struct backup_record *record = &set->manifest.record;
    size_t i;

    set->has_manifest = true;
    for (i = 0; i < record->file_count; i++)
        add_listed(set, findings, record->files[i].kind, vss_manifest_file_name(&record->files[i]),
                   VSS_MANIFEST_NAME);
}

/* --- open ------------------------------------------------------------------------------------ */

/* In new memory; NULL: out of memory, or no path. */
static wchar_t *full_path(const wchar_t *given)
{
    static const wchar_t prefix[] = L"\\\\?\\UNC\\";
    DWORD chars = GetFullPathNameW(given, 0, NULL, NULL);
    wchar_t *path = malloc((chars + ARRAYSIZE(prefix)) * sizeof(*path));
    wchar_t *plain;

    if (!path || !chars)
        goto failed;
    plain = path + ARRAYSIZE(prefix) - 1;
    chars = GetFullPathNameW(given, chars, plain, NULL);
    if (!chars)
        goto failed;
    if (chars <= SHORT_CHARS || wcsncmp(plain, L"\\\\?\\", 4) == 0) {
        wmemmove(path, plain, chars + 1);
    } else if (wcsncmp(plain, L"\\\\", 2) == 0) {
        wmemcpy(path, prefix, ARRAYSIZE(prefix) - 1);
        wmemmove(path + ARRAYSIZE(prefix) - 1, plain + 2, chars - 1);
    } else {
        wmemcpy(path, prefix, 4);
        wmemmove(path + 4, plain, chars + 1);
    }
    return path;
failed:
    free(path);
    return NULL;
}

static bool open_folder(struct backup_set *set, struct findings *findings,
                        const wchar_t *token_file)
{
    wchar_t *token = path_join(set->folder, TOKEN_NAME);
    bool is_found = false;
    legacy_result hr;

    if (token_file) {
        is_found = read_token(set, findings, token_file);
        if (is_found)
            add_folder(set, findings);
    } else if (token && GetFileAttributesW(token) != INVALID_FILE_ATTRIBUTES) {
        is_found = read_token(set, findings, token);
        if (is_found)
            add_legacy(set, findings);
    } else {
        hr = vss_manifest_load(&set->manifest, set->folder);
        is_found = hr == S_OK;
        if (is_found)
            add_vss(set, findings);
        else if (is_missing(hr))
            add_problem(
                findings, NEXT_FOLDER, set->folder,
                L"is not a complete backup: it has "
                L"neither"
                L" " TOKEN_NAME L" of legacy-backup nor " VSS_MANIFEST_NAME L" of vss-backup");
        else
            add_problem(findings, NEXT_COPY, set->folder,
                        L"has a " VSS_MANIFEST_NAME L" that is damaged or cannot be read");
    }
    free(token);
    return is_found;
}

static bool open_files(struct backup_set *set, struct findings *findings, const wchar_t *token_file,
                       wchar_t **paths, size_t path_count)
{
    size_t i;

    if (!read_token(set, findings, token_file))
        return false;
    for (i = 0; i < path_count; i++)
        add_by_content(set, findings, full_path(paths[i]), true);
    return true;
}

bool backup_set_open(struct backup_set *set, struct findings *findings, const wchar_t *token_file,
                     wchar_t **paths, size_t path_count)
{
    wchar_t *path = full_path(paths[0]);
    DWORD attributes = path ? GetFileAttributesW(path) : INVALID_FILE_ATTRIBUTES;
    legacy_result hr = attributes == INVALID_FILE_ATTRIBUTES ? result_last_error() : S_OK;
    bool is_folder = hr == S_OK && (attributes & FILE_ATTRIBUTE_DIRECTORY);

    if (is_folder && path_count == 1) {
        set->folder = path;
        return open_folder(set, findings, token_file);
    }
    free(path);
    if (token_file)
        return open_files(set, findings, token_file, paths, path_count);
    if (hr != S_OK)
        add_unread(findings, paths[0], hr);
    else
        add_problem(findings, NEXT_FOLDER, paths[0], L"is not a folder");
    return false;
}

void backup_set_fini(struct backup_set *set)
{
    while (set->file_count)
        free((void *)set->files[--set->file_count].path);
    free(set->files);
    free(set->folder);
    free(set->token);
    vss_manifest_fini(&set->manifest);
    memset(set, 0, sizeof(*set));
}
