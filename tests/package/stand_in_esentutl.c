/*
 * stand_in_esentutl.c - in the place of esentutl. /r leaves a note in the folder of the database,
 * unless a file esentutl-fails.txt beside this program forbids it; /mh then says "Clean Shutdown".
 * Everything else is what the file esentutl.txt has: its first line is the exit code.
 */
#include "stand_in_file.h"

#include <stdio.h>
#include <wchar.h>

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

static int recover(int argc, wchar_t **argv)
{
    wchar_t path[MAX_PATH];
    FILE *note;
    int i;

    stand_in_path(path, L"esentutl-fails.txt");
    if (GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES)
        return 1;
    for (i = 2; i < argc && wcsncmp(argv[i], L"/d", 2) != 0; i++)
        continue;
    if (i == argc)
        return 1;
    _snwprintf(path, MAX_PATH, L"%ls\\recovered.txt", argv[i] + 2);
    note = _wfopen(path, L"w");
    if (note)
        fclose(note);
    return note ? 0 : 1;
}

static int is_recovered(const wchar_t *database)
{
    wchar_t path[MAX_PATH];

    _snwprintf(path, MAX_PATH, L"%ls", database);
    wcscpy(wcsrchr(path, L'\\') + 1, L"recovered.txt");
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

int wmain(int argc, wchar_t **argv)
{
    wchar_t path[MAX_PATH];

    if (argc > 2 && wcscmp(argv[1], L"/r") == 0)
        return recover(argc, argv);
    if (argc > 2 && wcscmp(argv[1], L"/mh") == 0 && is_recovered(argv[2])) {
        printf("     State: Clean Shutdown\n  Log Required: 0-0 (0x0-0x0)\n");
        return 0;
    }
    stand_in_path(path, L"esentutl.txt");
    return stand_in_print(path);
}
