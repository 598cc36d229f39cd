/*
 * proof_files.c - writes, copies and deletes.
 */
#include "proof_files.h"

#include "proof.h"

#include "common/format.h"
#include "private_folder.h"

#include <windows.h>

#define REMOVE_TRIES   600
#define REMOVE_STEP_MS 100u

bool proof_write_file(const wchar_t *path, const char *bytes, size_t count)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written = 0;
    bool done;

    if (file == INVALID_HANDLE_VALUE)
        return false;
    done = WriteFile(file, bytes, (DWORD)count, &written, NULL) && written == count;
    CloseHandle(file);
    return done;
}

static bool is_dots(const wchar_t *name)
{
    return wcscmp(name, L".") == 0 || wcscmp(name, L"..") == 0;
}

static HANDLE find_first(const wchar_t *folder, WIN32_FIND_DATAW *found)
{
    wchar_t pattern[PROOF_PATH_CHARS];

    format_text(pattern, PROOF_PATH_CHARS, L"%ls\\*", folder);
    return FindFirstFileW(pattern, found);
}

static bool ends_with(const wchar_t *name, const wchar_t *suffix)
{
    size_t chars = wcslen(name), suffix_chars = wcslen(suffix);

    return chars >= suffix_chars && _wcsicmp(name + chars - suffix_chars, suffix) == 0;
}

bool proof_copy_files(const wchar_t *from, const wchar_t *suffix, const wchar_t *folder)
{
    wchar_t source[PROOF_PATH_CHARS], target[PROOF_PATH_CHARS];
    WIN32_FIND_DATAW found;
    HANDLE search = find_first(from, &found);
    bool done = search != INVALID_HANDLE_VALUE;

    if (!done)
        return false;
    do {
        if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) ||
            !ends_with(found.cFileName, suffix))
            continue;
        format_text(source, PROOF_PATH_CHARS, L"%ls\\%ls", from, found.cFileName);
        format_text(target, PROOF_PATH_CHARS, L"%ls\\%ls", folder, found.cFileName);
        done = CopyFileW(source, target, FALSE);
    } while (done && FindNextFileW(search, &found));
    FindClose(search);
    return done;
}

bool proof_delete_file(const wchar_t *path)
{
    int tries_left = REMOVE_TRIES;

    while (!DeleteFileW(path) && GetLastError() != ERROR_FILE_NOT_FOUND) {
        if (--tries_left == 0)
            return false;
        Sleep(REMOVE_STEP_MS);
    }
    return true;
}

void proof_delete_files(const wchar_t *folder, const wchar_t *suffix)
{
    wchar_t path[PROOF_PATH_CHARS];
    WIN32_FIND_DATAW found;
    HANDLE search = find_first(folder, &found);

    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) ||
            !ends_with(found.cFileName, suffix))
            continue;
        format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", folder, found.cFileName);
        DeleteFileW(path);
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

bool proof_copy_folder(const wchar_t *from, const wchar_t *folder)
{
    return private_folder_create(folder) && proof_copy_files(from, L"", folder);
}

void proof_remove_tree(const wchar_t *folder)
{
    wchar_t path[PROOF_PATH_CHARS];
    WIN32_FIND_DATAW found;
    HANDLE search = find_first(folder, &found);

    if (search != INVALID_HANDLE_VALUE) {
        do {
            if (is_dots(found.cFileName))
                continue;
            format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", folder, found.cFileName);
            if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
                DeleteFileW(path);
            else if (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT)
                RemoveDirectoryW(path);
            else
                proof_remove_tree(path);
        } while (FindNextFileW(search, &found));
        FindClose(search);
    }
    RemoveDirectoryW(folder);
}

bool proof_remove_folder(const wchar_t *folder)
{
    int tries_left = REMOVE_TRIES;

    do {
        proof_remove_tree(folder);
        if (GetFileAttributesW(folder) == INVALID_FILE_ATTRIBUTES)
            return true;
        Sleep(REMOVE_STEP_MS);
    } while (--tries_left);
    return false;
}
