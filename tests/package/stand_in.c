/*
 * stand_in.c - in the place of a program of Windows: prints the file <its own name>.txt beside it,
 * but for the first line, which is its exit code.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* Called by the C runtime, which declares it nowhere. */
int wmain(void);

int wmain(void)
{
    wchar_t path[MAX_PATH];
    char line[512];
    FILE *file;
    int code = 1;

    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'.'), L".txt");
    file = _wfopen(path, L"r");
    if (!file)
        return 1;
    if (fgets(line, sizeof(line), file))
        code = atoi(line);
    while (fgets(line, sizeof(line), file))
        fputs(line, stdout);
    fclose(file);
    return code;
}
