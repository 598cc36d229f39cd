/*
 * stand_in.c - in the place of a program of Windows: prints the file <its own name>.txt beside it,
 * but for the first line, which is its exit code.
 */
#include "stand_in_file.h"

#include <wchar.h>

/* Called by the C runtime, which declares it nowhere. */
int wmain(void);

int wmain(void)
{
    wchar_t path[MAX_PATH];

    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'.'), L".txt");
    return stand_in_print(path);
}
