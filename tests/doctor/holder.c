/*
 * holder shadow|restore FILE: another program at work. It makes a shadow copy through the adapter,
 * or owns the interlock of a restore; writes FILE when it has it, and keeps it until FILE is
 * deleted. Knows no broker.
 */
#include "interlock/interlock.h"

#include <ntdsvss.h>
#include <objbase.h>
#include <stdio.h>
#include <wchar.h>

#define WAIT_MS  30000u
#define LIMIT_MS 120000u

static void print_line(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    (void)context;
    if (level == NTDSVSS_LEVEL_ERROR)
        fwprintf(stderr, L"holder: %ls\n", line);
}

static const struct ntdsvss_settings settings = {.wait_ms = WAIT_MS, .log = print_line};

/* Wine tells of changes that Unix programs make late or never, so it is looked at now and then. */
static void wait_for_deletion(const wchar_t *path)
{
    ULONGLONG end = GetTickCount64() + LIMIT_MS;
    HANDLE file = CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                              CREATE_NEW, 0, NULL);

    if (file == INVALID_HANDLE_VALUE)
        return;
    CloseHandle(file);
    while (GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES && GetTickCount64() < end)
        Sleep(20);
}

static HRESULT hold_shadow(const wchar_t *path)
{
    struct ntdsvss_backup *backup = NULL;
    HRESULT hr = ntdsvss_backup_create(&settings, &backup);

    if (SUCCEEDED(hr))
        hr = ntdsvss_backup_start(backup);
    if (SUCCEEDED(hr))
        wait_for_deletion(path);
    ntdsvss_backup_close(backup);
    return hr;
}

static HRESULT hold_restore(const wchar_t *path)
{
    static const struct ntdsvss_registration registration = {
        L"C:\\windows\\NTDS", L"C:\\windows\\NTDS", L"C:\\windows\\NTDS", L"", L"0123", 0, 0};
    struct interlock interlock = {0};
    HRESULT hr = interlock_acquire(&settings, &interlock, &registration);

    if (SUCCEEDED(hr)) {
        wait_for_deletion(path);
        interlock_put_back(&settings, &interlock);
    }
    interlock_fini(&interlock);
    return hr;
}

int wmain(int count, wchar_t **words);

int wmain(int count, wchar_t **words)
{
    HRESULT hr;

    if (count != 3)
        return 2;
    hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (SUCCEEDED(hr))
        hr = ntdsvss_com_security();
    if (SUCCEEDED(hr))
        hr = wcscmp(words[1], L"shadow") == 0 ? hold_shadow(words[2]) : hold_restore(words[2]);
    CoUninitialize();
    return SUCCEEDED(hr) ? 0 : 1;
}
