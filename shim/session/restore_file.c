/*
 * restore_file.c - opens them through the source, and looks them up in the record of the backup.
 */
#include "restore_file.h"

#include <ntdsbmsg.h>
#include <string.h>
#include <wchar.h>

/* Sources: Microsoft Learn, "File Attribute Constants"; an encrypted file is readable by the
 * account that encrypted it only, and the directory service is another. */
const wchar_t *restore_file_refusal(DWORD attributes)
{
    if (attributes & FILE_ATTRIBUTE_READONLY)
        return L"read-only";
    return attributes & FILE_ATTRIBUTE_ENCRYPTED ? L"encrypted" : NULL;
}

/* Of an open file. */
static legacy_result check_attributes(const struct restore_check *check, const wchar_t *path,
                                      HANDLE file)
{
    BY_HANDLE_FILE_INFORMATION info;
    const wchar_t *refusal;

    if (!GetFileInformationByHandle(file, &info))
        return result_last_error();
    refusal = restore_file_refusal(info.dwFileAttributes);
    if (refusal) {
        restore_record_line(check->record, LOG_ERROR,
                            L"%ls: the file is %ls: the directory service cannot open it. Remove "
                            L"the attribute and restore again",
                            path, refusal);
        return hrFileAccessDenied;
    }
    if (info.dwFileAttributes & (FILE_ATTRIBUTE_SPARSE_FILE | FILE_ATTRIBUTE_COMPRESSED))
        restore_record_line(
            check->record, LOG_WARNING,
            L"%ls: the file is %ls, which the directory's files should not be", path,
            info.dwFileAttributes & FILE_ATTRIBUTE_COMPRESSED ? L"compressed" : L"sparse");
    return S_OK;
}

legacy_result restore_file_open(const struct restore_check *check, uint32_t index, HANDLE *file,
                                uint64_t *bytes)
{
    const wchar_t *path = check->files[index].path;
    HANDLE opened;
    legacy_result hr = check->source->open(check->source->context, index, &opened, bytes);

    if (hr != S_OK) {
        restore_record_line(check->record, LOG_ERROR, L"%ls: cannot be opened: 0x%08lx", path,
                            (unsigned long)hr);
        return hr;
    }
    if (check->rights)
        restore_rights_note(check->rights, &check->files[index], opened);
    hr = check->is_kept ? S_OK : check_attributes(check, path, opened);
    if (hr == S_OK)
        *file = opened;
    else
        CloseHandle(opened);
    return hr;
}

legacy_result restore_file_reader(const struct restore_check *check, uint32_t index, HANDLE file,
                                  uint64_t bytes, enum file_check kind, struct file_reader **reader)
{
    struct file_reader *made = file_reader_create(file, bytes, kind, check->files[index].path);
    legacy_result hr = made ? S_OK : ERROR_NOT_ENOUGH_MEMORY;

    if (hr == S_OK && kind != FILE_CHECK_NONE)
        file_reader_for_recovery(made);
    if (hr == S_OK && check->backup)
        hr = file_reader_want_digest(made);
    if (hr == S_OK)
        *reader = made;
    else
        file_reader_destroy(made);
    return hr;
}

/* The database is the one of its kind, whatever it is called now. */
static const struct backup_record_file *find(const struct restore_check *check, uint32_t index)
{
    const wchar_t *name = wcsrchr(check->files[index].path, L'\\');
    size_t i;

    if (check->files[index].kind != NTDSVSS_FILE_DATABASE)
        return backup_record_find(check->backup, index, name ? name + 1 : check->files[index].path);
    for (i = 0; i < check->backup->file_count; i++) {
        if (check->backup->files[i].kind == NTDSVSS_FILE_DATABASE)
            return &check->backup->files[i];
    }
    return NULL;
}

/* Why the content cannot be compared; NULL: it can. */
static const wchar_t *why_not(const struct backup_record_file *expected, bool of_sums)
{
    if (!expected)
        return L"the record of this backup does not have it";
    if (expected->digest_of == BACKUP_RECORD_NO_DIGEST)
        return L"the record of this backup has no digest of it";
    if ((expected->digest_of == BACKUP_RECORD_OF_SUMS) != of_sums)
        return L"the record of this backup has a digest of another kind";
    return NULL;
}

/* Without a digest the record has the size if it is not zero. */
static bool is_size_known(const struct backup_record_file *expected)
{
    return expected && (expected->digest_of != BACKUP_RECORD_NO_DIGEST || expected->bytes);
}

legacy_result restore_file_compare(const struct restore_check *check, uint32_t index,
                                   uint64_t bytes, struct file_reader *reader,
                                   legacy_result different)
{
    const wchar_t *path = check->files[index].path;
    const struct backup_record_file *expected = check->backup ? find(check, index) : NULL;
    const wchar_t *reason = why_not(expected, file_reader_digest_is_of_sums(reader));
    uint8_t digest[HASH_BYTES];
    legacy_result hr;

    if (!check->backup)
        return S_OK;
    if (reason && (!is_size_known(expected) || expected->bytes == bytes)) {
        /* Of an unverified backup that is said once, for all files. */
        if (check->backup->verified || !expected || expected->digest_of == BACKUP_RECORD_NO_DIGEST)
            restore_record_line(check->record, LOG_WARNING,
                                L"%ls: the content is not compared with what was backed up: %ls",
                                path, reason);
        return S_OK;
    }
    hr = reason ? S_OK : file_reader_digest(reader, digest);
    if (hr != S_OK)
        return hr;
    if (!reason && expected->bytes == bytes && memcmp(digest, expected->digest, HASH_BYTES) == 0)
        return S_OK;
    restore_record_line(check->record, LOG_ERROR,
                        L"%ls: the content differs from what was backed up, although every %ls "
                        L"in it is good: pages were blanked or exchanged, or the file is another",
                        path, check->files[index].kind == NTDSVSS_FILE_LOG ? L"segment" : L"page");
    return different;
}
