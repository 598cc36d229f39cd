/* The folder that holds a backup, as legacy-backup left it. It must not know what is in the files
 * but the lists. */
#include "backup.h"

#include <stdlib.h>
#include <wchar.h>

#include "console.h"
#include "paths.h"

/* No list and no token is anywhere near as large; a database under a wrong name is. */
#define RECORD_BYTES_MAX (64u * 1024u * 1024u)

static enum exit_code report_useless(const wchar_t *name, const wchar_t *problem)
{
    console_print(CONSOLE_ERROR,
                  L"%ls: \"%ls\" in the backup folder %ls.\n  The backup cannot be restored: use "
                  L"another one.\n",
                  messages_program, name, problem);
    return EXIT_READ;
}

enum exit_code backup_open_file(const struct backup *backup, const wchar_t *name, HANDLE *file,
                                uint64_t *bytes)
{
    wchar_t *path = paths_join(backup->path, L"\\", name);
    enum exit_code code = EXIT_OK;
    LARGE_INTEGER size;

    *file = INVALID_HANDLE_VALUE;
    if (path)
        *file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                            FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    else
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    if (*file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_FILE_NOT_FOUND) {
        code = report_useless(name, L"is missing");
    } else if (*file == INVALID_HANDLE_VALUE || !GetFileSizeEx(*file, &size)) {
        code = failures_report_read(L"open", path ? path : name, GetLastError());
        if (*file != INVALID_HANDLE_VALUE)
            CloseHandle(*file);
        *file = INVALID_HANDLE_VALUE;
    } else {
        *bytes = (uint64_t)size.QuadPart;
    }
    free(path);
    return code;
}

static enum exit_code read_record(const struct backup *backup, const wchar_t *name, void **data,
                                  DWORD *bytes)
{
    HANDLE file;
    uint64_t size = 0;
    DWORD read = 0;
    enum exit_code code = backup_open_file(backup, name, &file, &size);

    *data = NULL;
    *bytes = 0;
    if (code != EXIT_OK)
        return code;
    if (size == 0 || size > RECORD_BYTES_MAX) {
        code = report_useless(name, size == 0 ? L"is empty" : L"is too large to be what it says");
    } else {
        *data = malloc((size_t)size);
        if (!*data)
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        if (!*data || !ReadFile(file, *data, (DWORD)size, &read, NULL))
            code = failures_report_read(L"read", name, GetLastError());
        else if (read != size)
            code = report_useless(name, L"ended early");
        *bytes = read;
    }
    CloseHandle(file);
    return code;
}

static enum exit_code read_list(const struct backup *backup, const wchar_t *name, bool may_be_empty,
                                struct name_list *list)
{
    struct name_cursor cursor = {0};
    struct name_entry entry;
    bool valid = false;
    enum exit_code code = read_record(backup, name, &list->data, &list->bytes);

    if (code != EXIT_OK)
        return code;
    list->ansi = name_list_looks_ansi(list->data, list->bytes);
    while (name_list_next(list, &cursor, &entry, &valid)) {
        if (!valid)
            return report_useless(name, L"names something that is not a file");
    }
    if (cursor.offset_bytes == 0 && !may_be_empty)
        return report_useless(name, L"is no list of files");
    return EXIT_OK;
}

static bool has_file(const struct backup *backup, const wchar_t *pattern)
{
    WIN32_FIND_DATAW found;
    wchar_t *path = paths_join(backup->path, L"\\", pattern);
    HANDLE search = path ? FindFirstFileW(path, &found) : INVALID_HANDLE_VALUE;

    free(path);
    if (search == INVALID_HANDLE_VALUE)
        return false;
    FindClose(search);
    return true;
}

/* token.bin gets its name last: a folder without it is not a backup. */
static enum exit_code check_complete(const struct backup *backup)
{
    DWORD attributes = GetFileAttributesW(backup->path);
    const wchar_t *what = L"It has no token.bin, which legacy-backup writes last.";

    if (attributes == INVALID_FILE_ATTRIBUTES)
        return failures_report_read(L"open the folder", backup->shown, GetLastError());
    if (!(attributes & FILE_ATTRIBUTE_DIRECTORY))
        what = L"It is a file.";
    else if (has_file(backup, L"token.bin"))
        return EXIT_OK;
    else if (has_file(backup, L"*.part"))
        what = L"It holds what an interrupted backup left (*.part), which is of no use.";
    console_print(CONSOLE_ERROR,
                  L"%ls: \"%ls\" is not a complete backup.\n  %ls Name the folder of a backup that "
                  L"ended well.\n",
                  messages_program, backup->shown, what);
    return EXIT_READ;
}

enum exit_code backup_open(struct backup *backup, const wchar_t *shown)
{
    enum exit_code code;

    *backup = (struct backup){.shown = shown};
    backup->path = paths_full(shown);
    if (!backup->path)
        return failures_report_read(L"open the folder", shown, GetLastError());
    code = check_complete(backup);
    if (code == EXIT_OK)
        code = read_record(backup, L"token.bin", &backup->token, &backup->token_bytes);
    if (code == EXIT_OK)
        code = read_list(backup, L"names.bin", false, &backup->databases);
    if (code == EXIT_OK)
        code = read_list(backup, L"logs.bin", true, &backup->logs);
    if (code == EXIT_OK)
        code = read_list(backup, L"locations.bin", false, &backup->locations);
    return code;
}

void backup_close(struct backup *backup)
{
    free(backup->locations.data);
    free(backup->logs.data);
    free(backup->databases.data);
    free(backup->token);
    free(backup->path);
    *backup = (struct backup){0};
}
