/*
 * stand_in_vssadmin.c - "vssadmin list shadows" and "list providers", in German so that nobody
 * relies on words. From its third list of shadow copies on it also prints what a file
 * vssadmin-more.txt beside it has: the first two are those of before.
 */
#include <windows.h>
#include <objbase.h>
#include <stdio.h>
#include <wchar.h>

#include "stand_in_file.h"

#include "doctor/vss_query.h"

#define WAIT_MS 60000u

int wmain(int argc, wchar_t **argv);

static bool create_new(const wchar_t *name)
{
    wchar_t path[MAX_PATH];
    HANDLE file;

    stand_in_path(path, name);
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    CloseHandle(file);
    return true;
}

/* True from the third call on. */
static bool was_called(void)
{
    return !create_new(L"vssadmin-called-1.txt") && !create_new(L"vssadmin-called-2.txt");
}

static size_t print_more(void)
{
    wchar_t path[MAX_PATH];
    size_t lines = 0;
    char line[512];
    FILE *file;

    stand_in_path(path, L"vssadmin-more.txt");
    file = _wfopen(path, L"r");
    while (file && fgets(line, sizeof(line), file)) {
        fputs(line, stdout);
        lines++;
    }
    if (file)
        fclose(file);
    return lines;
}

int wmain(int argc, wchar_t **argv)
{
    static struct vss_query query;
    size_t count, i;

    if (argc > 2 && wcscmp(argv[2], L"providers") == 0) {
        printf("Anbietername: \"Microsoft Software Shadow Copy provider 1.0\"\n"
               "   Anbieter-ID: {b5946137-7b9f-4925-af80-51abd60b20d5}\n");
        return 0;
    }
    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        return 2;
    vss_query_run(&query, WAIT_MS);
    if (FAILED(query.hr))
        return 2;
    count = query.shadow_count + query.permanent_count;
    for (i = 1; i <= count; i++)
        printf("   Schattenkopievolume: \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy%u\n",
               (unsigned int)i);
    if (was_called())
        count += print_more();
    if (!count)
        printf("Es wurden keine Elemente gefunden, die der Abfrage entsprechen.\n");
    return count ? 0 : 1;
}
