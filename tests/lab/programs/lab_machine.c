/*
 * lab-machine.exe: prints what Windows calls this machine and its volumes, one fact a line:
 * "computer NAME" and "volume X: {guid}" for each drive that has a volume name.
 *
 * lab-machine.exe boot-key A B C D: gives the machine the boot key of these four parts, which are
 * the classes of four keys. No other program sets classes.
 */
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

static int print_volume(wchar_t letter)
{
    const wchar_t root[] = {letter, L':', L'\\', L'\0'};
    wchar_t name[64]; /* \\?\Volume{...}\ : 49 characters and the NUL */

    if (!GetVolumeNameForVolumeMountPointW(root, name, ARRAYSIZE(name)))
        return 0;
    wchar_t *guid = wcschr(name, L'{');
    wchar_t *end = guid != NULL ? wcschr(guid, L'}') : NULL;
    if (end == NULL)
        return 0;
    end[1] = L'\0';
    return wprintf(L"volume %lc: %ls\n", letter, guid) < 0;
}

static int set_boot_key(wchar_t **parts)
{
    static const wchar_t *const names[] = {L"JD", L"Skew1", L"GBG", L"Data"};

    for (unsigned i = 0; i < ARRAYSIZE(names); i++) {
        wchar_t path[64];
        HKEY key;

        swprintf(path, ARRAYSIZE(path), L"SYSTEM\\CurrentControlSet\\Control\\Lsa\\%ls", names[i]);
        /* The class is that of the key's creation. */
        RegDeleteKeyW(HKEY_LOCAL_MACHINE, path);
        LSTATUS status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, parts[i], 0, KEY_QUERY_VALUE,
                                         NULL, &key, NULL);
        if (status != ERROR_SUCCESS) {
            fwprintf(stderr, L"lab-machine: %ls: error %ld\n", path, status);
            return 1;
        }
        RegCloseKey(key);
    }
    return 0;
}

/* No header of mingw-w64 declares it. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    wchar_t computer[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD chars = ARRAYSIZE(computer);
    DWORD drives = GetLogicalDrives();

    if (argc == 6 && wcscmp(argv[1], L"boot-key") == 0)
        return set_boot_key(argv + 2);
    if (argc != 1) {
        fwprintf(stderr, L"usage: lab-machine [boot-key A B C D]\n");
        return 2;
    }
    if (!GetComputerNameW(computer, &chars)) {
        fwprintf(stderr, L"lab-machine: no computer name: error %lu\n", GetLastError());
        return 1;
    }
    wprintf(L"computer %ls\n", computer);
    for (unsigned i = 0; i < 26; i++) {
        if ((drives >> i & 1) != 0 && print_volume((wchar_t)(L'A' + i)) != 0)
            return 1;
    }
    return 0;
}
