/*
 * folder_file.h - files of a folder that is held open, opened and renamed by handle.
 *
 * The folder's path is not walked again, so it does not matter what has taken its place since. No
 * link is followed, of any kind, and none is written to: a file counts only if it has one name, in
 * this folder, and write_trust.h trusts it.
 */
#ifndef NTDSBCLI_FOLDER_FILE_H
#define NTDSBCLI_FOLDER_FILE_H

#include "result.h"
#include "write_trust.h"

#include <windows.h>
#include <stdbool.h>

enum folder_file_use
{
    FOLDER_FILE_READ,   /* one that is there; meanwhile nobody writes to it */
    FOLDER_FILE_APPEND, /* one that is there, or a new one; meanwhile nobody else writes to it */
    FOLDER_FILE_CREATE  /* a new one, else ERROR_FILE_EXISTS; as above */
};

/*
 * Opens a folder itself, by its whole path, without the rights that a backup privilege gives.
 * for_writing: also to create files in it. A Win32 code otherwise. Close *folder with CloseHandle:
 * until then nobody can delete or rename the folder.
 */
legacy_result folder_file_hold(const wchar_t *path, bool for_writing, HANDLE *folder);

/*
 * The path of what is open, as a handle has it; false: GetLastError says why. If a link was
 * followed it is not the path that was opened.
 */
bool folder_file_path(HANDLE object, wchar_t *path, DWORD chars);

/* As the file system compares names. */
bool folder_file_is_path(const wchar_t *one, const wchar_t *other);

/*
 * name: without a path. A Win32 code otherwise; ERROR_ACCESS_DENIED also for a file that does not
 * count, with the reason in why ("": the code says it). Close *file with CloseHandle.
 */
legacy_result folder_file_open(HANDLE folder, const wchar_t *name, enum folder_file_use use,
                               HANDLE *file, wchar_t why[WRITE_TRUST_WHY_CHARS]);

/* Of a file that was opened to append or created: gives it another name in its folder, in the place
 * of what has that name. False if that is a folder, or in use. */
bool folder_file_rename(HANDLE file, HANDLE folder, const wchar_t *name);

/* Of a file that was opened to append or created: deletes it when it is closed. */
bool folder_file_delete(HANDLE file);

/*
 * Makes a folder that only SYSTEM, Administrators and, if it is not an administrator's, this
 * account can use. Administrators own it if this process is one's. False: GetLastError says why,
 * ERROR_ALREADY_EXISTS too.
 */
bool folder_file_make_folder(const wchar_t *path);

#endif
