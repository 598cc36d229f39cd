/*
 * owner.h - is a file this product's, of which version, and is it in use?
 */
#ifndef OWNER_H
#define OWNER_H

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

/* True: the file exists, and its version resource does not name this product. */
bool owner_is_foreign(const wchar_t *path);

/* True: the file exists and cannot be read now, so whose it is cannot be determined. */
bool owner_is_unreadable(const wchar_t *path);

/* True: a process has loaded it, as its program or as a DLL. */
bool owner_is_running(const wchar_t *path);

/* Of a file of this product, greater for a newer one; 0 if there is none. */
uint64_t owner_version(const wchar_t *path);

#endif
