/* The folder that receives a backup. It must not know what is in the files. */
#include "folder.h"

#include <stdlib.h>
#include <wchar.h>

#include "console.h"

#define PART_SUFFIX L".part"
#define LONG_PREFIX L"\\\\?\\"
#define UNC_PREFIX  L"\\\\?\\UNC\\"

struct folder_file
{
    struct folder_file *next;
    wchar_t *part_path;
    wchar_t *final_path;
    bool published;
};

/* A and B and C in one string of the heap, NULL when there is no memory. */
static wchar_t *join(const wchar_t *a, const wchar_t *b, const wchar_t *c)
{
    size_t chars = wcslen(a) + wcslen(b) + wcslen(c) + 1;
    wchar_t *joined = malloc(chars * sizeof(*joined));

    if (joined) {
        wcscpy(joined, a);
        wcscat(joined, b);
        wcscat(joined, c);
    }
    return joined;
}

/* The full path in the form without a length limit; NULL with the last error set. */
static wchar_t *full_path(const wchar_t *shown)
{
    DWORD chars = GetFullPathNameW(shown, 0, NULL, NULL);
    wchar_t *plain = NULL;
    wchar_t *path = NULL;

    if (chars == 0)
        return NULL;
    plain = malloc(chars * sizeof(*plain));
    if (!plain || GetFullPathNameW(shown, chars, plain, NULL) == 0)
        goto out;
    /* "folder\" and "folder" are the same; the root of a drive keeps its backslash. */
    chars = (DWORD)wcslen(plain);
    if (chars > 3 && plain[chars - 1] == L'\\')
        plain[chars - 1] = L'\0';
    if (wcsncmp(plain, LONG_PREFIX, 4) == 0 || wcsncmp(plain, L"\\\\.\\", 4) == 0)
        path = join(plain, L"", L"");
    else if (wcsncmp(plain, L"\\\\", 2) == 0)
        path = join(UNC_PREFIX, plain + 2, L"");
    else
        path = join(LONG_PREFIX, plain, L"");
out:
    free(plain);
    if (!path)
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return path;
}

/* Where the part of PATH that can be created begins: after the drive, or server and share. */
static wchar_t *after_root(wchar_t *path)
{
    wchar_t *at = path;
    int components = wcsncmp(path, UNC_PREFIX, 8) == 0 ? 2 : 1;

    at += components == 2 ? 8 : 4;
    while (components-- > 0) {
        at += wcscspn(at, L"\\");
        if (*at)
            at++;
    }
    return at;
}

/* Creates PATH and what is missing above it. *created tells whether PATH itself was missing. */
static DWORD create_folders(wchar_t *path, bool *created)
{
    wchar_t *at = after_root(path);
    DWORD error = ERROR_SUCCESS;
    DWORD attributes = GetFileAttributesW(path);

    *created = false;
    if (attributes != INVALID_FILE_ATTRIBUTES)
        return attributes & FILE_ATTRIBUTE_DIRECTORY ? ERROR_SUCCESS : ERROR_DIRECTORY;
    while (*at && error == ERROR_SUCCESS) {
        wchar_t end;

        at += wcscspn(at, L"\\");
        end = *at;
        *at = L'\0';
        *created = CreateDirectoryW(path, NULL) != 0;
        if (!*created && GetLastError() != ERROR_ALREADY_EXISTS)
            error = GetLastError();
        *at = end;
        if (end)
            at++;
    }
    /* A drive that is not there has nothing below its root to create. */
    if (error == ERROR_SUCCESS && GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
        error = GetLastError();
    return error;
}

static bool has_suffix(const wchar_t *name, const wchar_t *suffix)
{
    size_t name_chars = wcslen(name);
    size_t suffix_chars = wcslen(suffix);

    return name_chars > suffix_chars && _wcsicmp(name + name_chars - suffix_chars, suffix) == 0;
}

/* What is in the folder already decides only how the refusal is worded. */
static enum exit_code refuse_contents(const struct folder *folder, bool complete, bool part)
{
    const wchar_t *what = L"It holds files that are not a backup of this program.";

    if (complete)
        what = L"It holds a complete backup.";
    else if (part)
        what = L"It holds what an interrupted backup left (*.part), which is of no use.";
    console_print(
        CONSOLE_ERROR,
        L"legacy-backup: the folder \"%ls\" is not empty.\n  %ls Nothing was changed: empty "
        L"it, or name another folder.\n",
        folder->shown, what);
    return EXIT_WRITE;
}

static enum exit_code check_empty(const struct folder *folder)
{
    WIN32_FIND_DATAW found;
    wchar_t *pattern = join(folder->path, L"\\*", L"");
    HANDLE search = INVALID_HANDLE_VALUE;
    bool any = false, complete = false, part = false;

    if (pattern)
        search = FindFirstFileW(pattern, &found);
    else
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    free(pattern);
    if (search == INVALID_HANDLE_VALUE) {
        /* The root of an empty drive has not even "." and "..". */
        if (GetLastError() == ERROR_FILE_NOT_FOUND)
            return EXIT_OK;
        return messages_write_failed(L"look into", folder->shown, GetLastError());
    }
    do {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
            continue;
        any = true;
        complete = complete || _wcsicmp(found.cFileName, L"token.bin") == 0;
        part = part || has_suffix(found.cFileName, PART_SUFFIX);
    } while (FindNextFileW(search, &found));
    FindClose(search);
    return any ? refuse_contents(folder, complete, part) : EXIT_OK;
}

enum exit_code folder_open(struct folder *folder, const wchar_t *shown)
{
    DWORD error;

    *folder = (struct folder){.shown = shown, .end = &folder->files};
    folder->path = full_path(shown);
    if (!folder->path)
        return messages_write_failed(L"use the folder", shown, GetLastError());
    error = create_folders(folder->path, &folder->created);
    if (error != ERROR_SUCCESS)
        return messages_write_failed(L"create the folder", shown, error);
    return check_empty(folder);
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
        made->final_path = join(folder->path, L"\\", name);
        made->part_path = made->final_path ? join(made->final_path, PART_SUFFIX, L"") : NULL;
    }
    if (!made || !made->part_path) {
        free_file(made);
        return messages_write_failed(L"create", name, ERROR_NOT_ENOUGH_MEMORY);
    }
    /* CREATE_NEW: another program in this folder, or two files of one name, must not mix. */
    *file = CreateFileW(made->part_path, GENERIC_WRITE, 0, NULL, CREATE_NEW,
                        FILE_ATTRIBUTE_NORMAL | FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    if (*file == INVALID_HANDLE_VALUE) {
        enum exit_code code = messages_write_failed(L"create", made->part_path, GetLastError());

        free_file(made);
        return code;
    }
    *folder->end = made;
    folder->end = &made->next;
    return EXIT_OK;
}

static enum exit_code write_failed(const struct folder *folder, const wchar_t *name, DWORD error)
{
    wchar_t *path = join(folder->shown, L"\\", name);
    enum exit_code code = messages_write_failed(L"write", path ? path : name, error);

    free(path);
    return code;
}

enum exit_code folder_write(const struct folder *folder, const wchar_t *name, HANDLE file,
                            const void *data, DWORD bytes)
{
    DWORD written = 0;

    if (!WriteFile(file, data, bytes, &written, NULL))
        return write_failed(folder, name, GetLastError());
    /* A disk that takes a part of a write is full. */
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
            return messages_write_failed(L"rename", file->part_path, GetLastError());
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
            (void)messages_write_failed(L"delete the unfinished", path, GetLastError());
    }
    /* Fails where somebody else has put something there meanwhile, which is right. */
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
    free(folder->path);
    folder->path = NULL;
}
