/*
 * owner.h - whose file it is, and whether it is in use.
 */
#ifndef OWNER_H
#define OWNER_H

#include <windows.h>
#include <stdbool.h>

/* There is such a file, and its version resource does not say that it is of this product. */
bool owner_is_foreign(const wchar_t *path);

/* A process has it loaded, as its program or as a DLL. */
bool owner_is_running(const wchar_t *path);

#endif
