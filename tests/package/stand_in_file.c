/*
 * stand_in_file.c - prints a file beside the program.
 */
#include "stand_in_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

void stand_in_path(wchar_t path[MAX_PATH], const wchar_t *name)
{
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'\\') + 1, name);
}

int stand_in_print(const wchar_t *path)
{
    FILE *file = _wfopen(path, L"r");
    char line[512];
    int code = 1;

    if (!file)
        return 1;
    if (fgets(line, sizeof(line), file))
        code = atoi(line);
    while (fgets(line, sizeof(line), file))
        fputs(line, stdout);
    fclose(file);
    return code;
}
