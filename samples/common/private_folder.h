/* Creates folders for files that hold the password hashes of a domain. */
#ifndef SAMPLES_PRIVATE_FOLDER_H
#define SAMPLES_PRIVATE_FOLDER_H

#include <stdbool.h>
#include <windows.h>

/*
 * As CreateDirectory, with an access list from the first moment on: SYSTEM, Administrators and the
 * owner have full access, also to what is put into it, and nothing comes from the folder above. A
 * file system without access lists ignores it. False with the last error set.
 */
bool private_folder_create(const wchar_t *path);

#endif
