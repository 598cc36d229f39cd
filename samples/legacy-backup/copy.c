/* Copies the files of a list from the directory's backup into the backup folder. */
#include "copy.h"

#include <wchar.h>

#include "console.h"
#include "progress.h"
#include "stop.h"

#define LABEL_CHARS (FILE_NAME_CHARS + 32)

/* Reads the open file to its end; *done is what it gave. */
static enum exit_code copy_bytes(struct copy *copy, const wchar_t *name, HANDLE file,
                                 struct progress *progress, uint64_t *done)
{
    enum exit_code code = EXIT_OK;

    while (code == EXIT_OK) {
        DWORD read = 0;
        HRESULT hr;

        if (stop_requested())
            return EXIT_OTHER;
        hr = DsBackupRead(copy->hbc, copy->buffer, copy->buffer_bytes, &read);
        if (hr == ERROR_HANDLE_EOF)
            return EXIT_OK;
        /* Other Win32 codes are positive too: FAILED() would not see them. */
        if (hr != S_OK)
            return failures_report_call(L"DsBackupRead", name, hr, STEP_READ);
        *done += read;
        code = folder_write(copy->folder, name, file, copy->buffer, read);
        progress_update(progress, *done);
    }
    return code;
}

static enum exit_code report_short(const wchar_t *name, uint64_t done, uint64_t expected)
{
    console_print(
        CONSOLE_ERROR,
        L"legacy-backup: \"%ls\" ended after %I64u of %I64u bytes.\n  The server changed or "
        L"lost the file during the backup: run the backup again.\n",
        name, done, expected);
    return EXIT_READ;
}

/* The file is open in the API: copies it into a new file of the folder. */
static enum exit_code copy_open_file(struct copy *copy, const wchar_t *name, const wchar_t *label,
                                     uint64_t size)
{
    struct progress progress;
    uint64_t done = 0;
    HANDLE file;
    enum exit_code code = folder_create_file(copy->folder, name, &file);

    if (code != EXIT_OK)
        return code;
    progress_start(&progress, label, size);
    code = copy_bytes(copy, name, file, &progress, &done);
    if (code == EXIT_OK)
        code = folder_flush(copy->folder, name, file);
    CloseHandle(file);
    if (code != EXIT_OK)
        return code;
    if (done != size)
        return report_short(name, done, size);
    progress_finish(&progress, done);
    copy->file_count++;
    copy->total_bytes += done;
    return EXIT_OK;
}

static enum exit_code copy_entry(struct copy *copy, const struct name_list *list,
                                 const struct name_entry *entry, const wchar_t *label)
{
    LARGE_INTEGER size;
    enum exit_code code;
    HRESULT hr = calls_open_file(list, copy->hbc, entry, copy->buffer_bytes, &size);

    if (hr != S_OK)
        return failures_report_call(L"DsBackupOpenFile", entry->file_name, hr, STEP_READ);
    code = copy_open_file(copy, entry->file_name, label, (uint64_t)size.QuadPart);
    hr = DsBackupClose(copy->hbc);
    if (hr != S_OK && code == EXIT_OK)
        code = failures_report_call(L"DsBackupClose", entry->file_name, hr, STEP_READ);
    return code;
}

enum exit_code copy_list(struct copy *copy, const struct name_list *list)
{
    struct name_cursor cursor = {0};
    struct name_entry entry;
    bool valid = false;
    unsigned count = name_list_count(list);
    unsigned number = 0;
    enum exit_code code = EXIT_OK;

    while (code == EXIT_OK && name_list_next(list, &cursor, &entry, &valid)) {
        wchar_t label[LABEL_CHARS];

        number++;
        if (!valid) {
            console_print(CONSOLE_ERROR, L"legacy-backup: entry %u of the list is not a file.\n",
                          number);
            return EXIT_READ;
        }
        if (count > 1)
            swprintf(label, LABEL_CHARS, L"%ls (%u of %u)", entry.file_name, number, count);
        else
            swprintf(label, LABEL_CHARS, L"%ls", entry.file_name);
        code = copy_entry(copy, list, &entry, label);
    }
    return code;
}
