/* Copies the files of a list from the directory's backup into the backup folder. */
#include "legacy_copy.h"

#include "backup_failures.h"

/* The file that is open in the API. */
struct open_file
{
    HBC hbc;
    const wchar_t *name;
};

static enum exit_code read_open_file(void *context, void *buffer, DWORD buffer_bytes, DWORD *read)
{
    const struct open_file *file = context;
    HRESULT hr = DsBackupRead(file->hbc, buffer, buffer_bytes, read);

    if (hr == ERROR_HANDLE_EOF)
        *read = 0;
    /* Not FAILED(): the Win32 codes of this API are positive. */
    else if (hr != S_OK)
        return backup_failures_report(L"DsBackupRead", file->name, hr, STEP_READ);
    return EXIT_OK;
}

static enum exit_code copy_entry(struct copy_in *copy, HBC hbc, const struct name_list *list,
                                 const struct name_entry *entry, struct copy_in_file *file)
{
    struct open_file open = {hbc, entry->file_name};
    LARGE_INTEGER size;
    enum exit_code code;
    HRESULT hr = backup_calls_open_file(list, hbc, entry, copy->buffer_bytes, &size);

    if (hr != S_OK)
        return backup_failures_report(L"DsBackupOpenFile", entry->file_name, hr, STEP_READ);
    file->name = entry->file_name;
    file->bytes = (uint64_t)size.QuadPart;
    file->context = &open;
    code = copy_in_file(copy, file);
    hr = DsBackupClose(hbc);
    if (hr != S_OK && code == EXIT_OK)
        code = backup_failures_report(L"DsBackupClose", entry->file_name, hr, STEP_READ);
    return code;
}

enum exit_code legacy_copy_list(struct copy_in *copy, HBC hbc, const struct name_list *list)
{
    struct name_cursor cursor = {0};
    struct name_entry entry;
    bool valid = false;
    struct copy_in_file file = {.count = name_list_count(list), .read = read_open_file};
    enum exit_code code = EXIT_OK;

    while (code == EXIT_OK && name_list_next(list, &cursor, &entry, &valid)) {
        file.number++;
        if (!valid) {
            messages_error(L"entry %u of the server's list is not the path of a file.\n  Please "
                           L"report this.\n",
                           file.number);
            return EXIT_READ;
        }
        code = copy_entry(copy, hbc, list, &entry, &file);
    }
    return code;
}
