/* Who can read what is put into a folder. */
#ifndef SAMPLES_FOLDER_RIGHTS_H
#define SAMPLES_FOLDER_RIGHTS_H

#include <windows.h>

/* Warns if ordinary users can read or change what is put into the folder PATH, from paths_full, or
 * if that is not known. */
void folder_rights_check(const wchar_t *path);

#endif
