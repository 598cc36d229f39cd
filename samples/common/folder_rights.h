/* Who can read what is put into a folder. */
#ifndef SAMPLES_FOLDER_RIGHTS_H
#define SAMPLES_FOLDER_RIGHTS_H

#include <stdbool.h>

#include <windows.h>

#define FOLDER_RIGHTS_SIDS_CHARS 400

/* Warns if ordinary users can read or change what is put into the folder PATH, from paths_full, or
 * if that is not known. */
void folder_rights_check(const wchar_t *path);

/* Does this list, which may be NULL, let ordinary users read or change what is in its folder? SIDS
 * gets whose entries do, for icacls: " *SID *SID". */
bool folder_rights_let_users_in(PACL list, wchar_t sids[FOLDER_RIGHTS_SIDS_CHARS]);

#endif
