/*
 * restore_folders.c - behind restore_folders.h.
 */
#include "restore_folders.h"

#include "host/directory.h"

#include <stdlib.h>
#include <wchar.h>

#define ROOT_CHARS 3u /* "C:\" */

/* Cuts the name of a file off, and backslashes at the end. */
static void make_folder(wchar_t *path, enum directory_location which)
{
    wchar_t *name = which == DIRECTORY_DATABASE_FILE ? wcsrchr(path, L'\\') : NULL;
    size_t end = name ? (size_t)(name + 1 - path) : wcslen(path);

    while (end > ROOT_CHARS && path[end - 1] == L'\\')
        end--;
    path[end] = 0;
}

static legacy_result look_at(const wchar_t *folder)
{
    DWORD attributes = GetFileAttributesW(folder);
    legacy_result hr = S_OK;

    if (attributes == INVALID_FILE_ATTRIBUTES)
        hr = result_last_error();
    else if (!(attributes & FILE_ATTRIBUTE_DIRECTORY))
        hr = ERROR_DIRECTORY;
    return hr == ERROR_FILE_NOT_FOUND ? ERROR_PATH_NOT_FOUND : hr;
}

static legacy_result find(struct restore_folders *folders, enum directory_location which,
                          struct restore_record *record)
{
    static const wchar_t *const holds[RESTORE_FOLDER_COUNT] = {L"database", L"logs", L"checkpoint"};
    legacy_result hr = directory_location(which, &folders->paths[which]);

    if (hr != S_OK) {
        restore_record_line(record, LOG_ERROR,
                            L"It is not known in which folder the directory service looks for its "
                            L"%ls: Win32 error %ld",
                            holds[which], hr);
        return hr;
    }
    make_folder(folders->paths[which], which);
    hr = look_at(folders->paths[which]);
    if (hr != S_OK)
        restore_record_line(record, LOG_ERROR,
                            L"The directory service will not start: the folder of its %ls, %ls, "
                            L"cannot be used: Win32 error %ld. Create it, then restore again",
                            holds[which], folders->paths[which], hr);
    return hr;
}

legacy_result restore_folders_find(struct restore_folders *folders, struct restore_record *record)
{
    legacy_result first = S_OK;
    int which;

    for (which = 0; which < RESTORE_FOLDER_COUNT; which++) {
        legacy_result hr = find(folders, which, record);

        first = first == S_OK ? hr : first;
    }
    return first;
}

void restore_folders_fini(struct restore_folders *folders)
{
    int which;

    for (which = 0; which < RESTORE_FOLDER_COUNT; which++)
        free(folders->paths[which]);
    *folders = (struct restore_folders){{NULL}};
}
