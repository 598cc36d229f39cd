/*
 * stand_in_diskshadow.c - in the place of "diskshadow /s SCRIPT": if the script has what makes a
 * volatile shadow copy, it makes one, as another program would. A file diskshadow-fails.txt beside
 * it makes it fail.
 */
#include <windows.h>
#include <stdbool.h>
#include <ntdsvss.h>
#include <objbase.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define WAIT_MS 60000u

int wmain(int count, wchar_t **words);

static bool is_to_fail(void)
{
    wchar_t path[MAX_PATH];

    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'\\') + 1, L"diskshadow-fails.txt");
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

/* All of them, in this order, at the beginning of a line each. */
static bool is_good_script(const wchar_t *path)
{
    static const char *const wanted[] = {"set context volatile", "set metadata ",
                                         "add volume C:", "create", "exit"};
    FILE *file = _wfopen(path, L"r");
    char line[1000];
    size_t found = 0;

    while (file && found < ARRAYSIZE(wanted) && fgets(line, sizeof(line), file)) {
        if (strncmp(line, wanted[found], strlen(wanted[found])) == 0)
            found++;
    }
    if (file)
        fclose(file);
    return found == ARRAYSIZE(wanted);
}

int wmain(int count, wchar_t **words)
{
    static const struct ntdsvss_settings settings = {.wait_ms = WAIT_MS, .retry_ms = WAIT_MS};
    struct ntdsvss_backup *backup = NULL;
    HRESULT hr;

    if (count != 3 || wcscmp(words[1], L"/s") != 0 || !is_good_script(words[2]) || is_to_fail())
        return 1;
    hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (SUCCEEDED(hr))
        hr = ntdsvss_com_security();
    if (SUCCEEDED(hr))
        hr = ntdsvss_backup_create(&settings, &backup);
    if (SUCCEEDED(hr))
        hr = ntdsvss_backup_start(backup);
    ntdsvss_backup_close(backup);
    CoUninitialize();
    return SUCCEEDED(hr) ? 0 : 1;
}
