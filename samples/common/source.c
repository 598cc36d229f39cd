/* The folder of a backup, for reading. */
#include "source.h"

#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>

#include "console.h"
#include "paths.h"

/* More than any list, token or document has; a database under a wrong name has more. */
#define RECORD_BYTES_MAX (64u * 1024u * 1024u)

static enum exit_code report(const wchar_t *doing, const wchar_t *path, DWORD error)
{
    return messages_file_failed(EXIT_READ, doing, path, error, MESSAGES_BACKUP_FOLDER);
}

enum exit_code source_report_useless(const wchar_t *name, const wchar_t *problem)
{
    messages_error(
        L"\"%ls\" in the backup folder %ls.\n  This backup cannot be restored. Use another one.\n",
        name, problem);
    return EXIT_READ;
}

enum exit_code source_open_file(const struct source *source, const wchar_t *name, HANDLE *file,
                                uint64_t *bytes)
{
    wchar_t *path = paths_join(source->path, name);
    enum exit_code code = EXIT_OK;
    LARGE_INTEGER size;

    *file = INVALID_HANDLE_VALUE;
    if (path)
        *file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                            FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    else
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    if (*file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_FILE_NOT_FOUND) {
        code = source_report_useless(name, L"is missing");
    } else if (*file == INVALID_HANDLE_VALUE || !GetFileSizeEx(*file, &size)) {
        code = report(L"open", path ? path : name, GetLastError());
        if (*file != INVALID_HANDLE_VALUE)
            CloseHandle(*file);
        *file = INVALID_HANDLE_VALUE;
    } else {
        *bytes = (uint64_t)size.QuadPart;
    }
    free(path);
    return code;
}

enum exit_code source_read(const struct source *source, const wchar_t *name, void **data,
                           DWORD *bytes)
{
    char *found = NULL;
    HANDLE file;
    uint64_t size = 0;
    DWORD read = 0;
    enum exit_code code = source_open_file(source, name, &file, &size);

    *data = NULL;
    *bytes = 0;
    if (code != EXIT_OK)
        return code;
    if (size == 0 || size > RECORD_BYTES_MAX) {
        code =
            source_report_useless(name, size == 0 ? L"is empty" : L"is too large for such a file");
    } else {
        found = calloc(1, (size_t)size + sizeof(wchar_t));
        if (!found)
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        if (!found || !ReadFile(file, found, (DWORD)size, &read, NULL))
            code = report(L"read", name, GetLastError());
        else if (read != size)
            code = source_report_useless(name, L"cannot be read to its end");
    }
    CloseHandle(file);
    if (code != EXIT_OK) {
        free(found);
        return code;
    }
    *data = found;
    *bytes = read;
    return EXIT_OK;
}

static bool has_file(const struct source *source, const wchar_t *pattern)
{
    WIN32_FIND_DATAW found;
    wchar_t *path = paths_join(source->path, pattern);
    HANDLE search = path ? FindFirstFileW(path, &found) : INVALID_HANDLE_VALUE;

    free(path);
    if (search == INVALID_HANDLE_VALUE)
        return false;
    FindClose(search);
    return true;
}

static void refuse(const struct source *source, const wchar_t *what, const wchar_t *marker,
                   const wchar_t *program)
{
    messages_error(L"\"%ls\" is not a complete backup.\n  ", source->shown);
    if (what)
        console_print(CONSOLE_ERROR, L"%ls", what);
    else
        console_print(CONSOLE_ERROR, L"It has no %ls, which %ls writes last.", marker, program);
    console_print(CONSOLE_ERROR, L" Name the folder of a complete backup.\n");
}

enum exit_code source_open(struct source *source, const wchar_t *shown, const wchar_t *marker,
                           const wchar_t *program)
{
    const wchar_t *what = NULL;
    DWORD attributes;

    *source = (struct source){.shown = shown};
    source->path = paths_full(shown);
    if (!source->path)
        return report(L"open the folder", shown, GetLastError());
    attributes = GetFileAttributesW(source->path);
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return report(L"open the folder", shown, GetLastError());
    if (!(attributes & FILE_ATTRIBUTE_DIRECTORY))
        what = L"It is a file.";
    else if (has_file(source, marker))
        return EXIT_OK;
    else if (has_file(source, L"*.part"))
        what = MESSAGES_INTERRUPTED;
    refuse(source, what, marker, program);
    return EXIT_READ;
}

void source_close(struct source *source)
{
    free(source->path);
    *source = (struct source){0};
}
