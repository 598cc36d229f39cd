/*
 * owner.h - is a file this product's, and is it in use?
 */
#ifndef OWNER_H
#define OWNER_H

#include <windows.h>
#include <stdbool.h>

/* True: the file exists, and its version resource does not name this product. */
bool owner_is_foreign(const wchar_t *path);

/* True: a process has loaded it, as its program or as a DLL. */
bool owner_is_running(const wchar_t *path);

#endif
