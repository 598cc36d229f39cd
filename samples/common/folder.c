/* The folder that receives a backup. */
#include "folder.h"

#include <stdlib.h>
#include <wchar.h>

#include "file_writer.h"
#include "folder_rights.h"
#include "paths.h"
#include "text.h"

#define PART_SUFFIX L".part"

struct folder_file
{
    struct folder_file *next;
    wchar_t *part_path;
    wchar_t *final_path;
    bool published;
};

static enum exit_code report(const wchar_t *doing, const wchar_t *path, DWORD error)
{
    return messages_file_failed(EXIT_WRITE, doing, path, error, MESSAGES_BACKUP_FOLDER);
}

static bool has_suffix(const wchar_t *name, const wchar_t *suffix)
{
    size_t name_chars = wcslen(name);
    size_t suffix_chars = wcslen(suffix);

    return name_chars > suffix_chars && _wcsicmp(name + name_chars - suffix_chars, suffix) == 0;
}

/* Any file in the folder is a reason to refuse it; which ones decides only on the words. */
static enum exit_code refuse_contents(const struct folder *folder, bool complete, bool part)
{
    const wchar_t *what = L"It holds files, but not a backup of this program.";

    if (complete)
        what = L"It holds a complete backup.";
    else if (part)
        what = MESSAGES_INTERRUPTED;
    messages_error(L"the folder \"%ls\" is not empty.\n  %ls Nothing was changed. Name another "
                   L"folder, or empty this one.\n",
                   folder->shown, what);
    return EXIT_WRITE;
}

static enum exit_code check_empty(const struct folder *folder)
{
    WIN32_FIND_DATAW found;
    wchar_t *pattern = paths_join(folder->path, L"*");
    HANDLE search = INVALID_HANDLE_VALUE;
    bool any = false, complete = false, part = false;
    DWORD error;

    if (pattern)
        search = FindFirstFileW(pattern, &found);
    else
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    free(pattern);
    if (search == INVALID_HANDLE_VALUE) {
        /* The root of an empty drive does not even have "." and "..". */
        if (GetLastError() == ERROR_FILE_NOT_FOUND)
            return EXIT_OK;
        return report(L"look into", folder->shown, GetLastError());
    }
    do {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
            continue;
        any = true;
        complete = complete || _wcsicmp(found.cFileName, folder->marker) == 0;
        part = part || has_suffix(found.cFileName, PART_SUFFIX);
    } while (FindNextFileW(search, &found));
    error = GetLastError();
    FindClose(search);
    if (error != ERROR_NO_MORE_FILES)
        return report(L"look into", folder->shown, error);
    return any ? refuse_contents(folder, complete, part) : EXIT_OK;
}

enum exit_code folder_open(struct folder *folder, const wchar_t *shown, const wchar_t *marker)
{
    enum exit_code code;
    DWORD error;

    *folder = (struct folder){.shown = shown, .marker = marker};
    folder->path = paths_full(shown);
    if (!folder->path)
        return report(L"use the folder", shown, GetLastError());
    error = paths_create_folders(folder->path, &folder->created);
    if (error != ERROR_SUCCESS)
        return report(L"create the folder", shown, error);
    code = check_empty(folder);
    if (code == EXIT_OK)
        folder_rights_check(folder->path);
    return code;
}

static void free_file(struct folder_file *file)
{
    if (file) {
        free(file->part_path);
        free(file->final_path);
        free(file);
    }
}

enum exit_code folder_create_file(struct folder *folder, const wchar_t *name, HANDLE *file)
{
    struct folder_file *made = calloc(1, sizeof(*made));

    *file = INVALID_HANDLE_VALUE;
    if (made) {
        made->final_path = paths_join(folder->path, name);
        made->part_path = made->final_path ? text_new(L"%ls" PART_SUFFIX, made->final_path) : NULL;
    }
    if (!made || !made->part_path) {
        free_file(made);
        return report(L"create", name, ERROR_NOT_ENOUGH_MEMORY);
    }
    /* CREATE_NEW: two files of one name, or another program in this folder, must not mix. */
    *file = CreateFileW(made->part_path, GENERIC_WRITE, FILE_WRITER_SHARE, NULL, CREATE_NEW,
                        FILE_ATTRIBUTE_NORMAL | FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    if (*file == INVALID_HANDLE_VALUE) {
        enum exit_code code = report(L"create", made->part_path, GetLastError());

        free_file(made);
        return code;
    }
    if (folder->newest)
        folder->newest->next = made;
    else
        folder->files = made;
    folder->newest = made;
    return EXIT_OK;
}

static enum exit_code write_failed(const struct folder *folder, const wchar_t *name, DWORD error)
{
    wchar_t *path = paths_join(folder->shown, name);
    enum exit_code code = report(L"write", path ? path : name, error);

    free(path);
    return code;
}

const wchar_t *folder_part_path(const struct folder_file *file)
{
    return file->part_path;
}

enum exit_code folder_report_unwritten(const struct folder *folder, const struct folder_file *file,
                                       DWORD error)
{
    return write_failed(folder, wcsrchr(file->final_path, L'\\') + 1, error);
}

enum exit_code folder_write(const struct folder *folder, const wchar_t *name, HANDLE file,
                            const void *data, DWORD bytes)
{
    DWORD written = 0;

    if (!WriteFile(file, data, bytes, &written, NULL))
        return write_failed(folder, name, GetLastError());
    /* A disk that takes only a part of a write is full. */
    if (written != bytes)
        return write_failed(folder, name, ERROR_DISK_FULL);
    return EXIT_OK;
}

enum exit_code folder_flush(const struct folder *folder, const wchar_t *name, HANDLE file)
{
    if (!FlushFileBuffers(file))
        return write_failed(folder, name, GetLastError());
    return EXIT_OK;
}

enum exit_code folder_save(struct folder *folder, const wchar_t *name, const void *data,
                           DWORD bytes)
{
    HANDLE file;
    enum exit_code code = folder_create_file(folder, name, &file);

    if (code != EXIT_OK)
        return code;
    code = folder_write(folder, name, file, data, bytes);
    if (code == EXIT_OK)
        code = folder_flush(folder, name, file);
    CloseHandle(file);
    return code;
}

enum exit_code folder_publish(struct folder *folder)
{
    struct folder_file *file;

    for (file = folder->files; file; file = file->next) {
        if (!MoveFileExW(file->part_path, file->final_path, MOVEFILE_WRITE_THROUGH))
            return report(L"rename", file->part_path, GetLastError());
        file->published = true;
    }
    return EXIT_OK;
}

void folder_discard(struct folder *folder)
{
    const struct folder_file *file;

    for (file = folder->files; file; file = file->next) {
        const wchar_t *path = file->published ? file->final_path : file->part_path;

        if (!DeleteFileW(path))
            (void)report(L"delete the unfinished", path, GetLastError());
    }
    /* This fails, as it should, if another program has put a file there meanwhile. */
    if (folder->created)
        (void)RemoveDirectoryW(folder->path);
}

void folder_close(struct folder *folder)
{
    while (folder->files) {
        struct folder_file *file = folder->files;

        folder->files = file->next;
        free_file(file);
    }
    folder->newest = NULL;
    free(folder->path);
    folder->path = NULL;
}
