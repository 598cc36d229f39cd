/*
 * lab-machine.exe: prints what Windows calls this machine and its volumes, one fact a line:
 * "computer NAME" and "volume X: {guid}" for each drive that has a volume name.
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

/* No header of mingw-w64 declares it. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    wchar_t computer[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD chars = ARRAYSIZE(computer);
    DWORD drives = GetLogicalDrives();

    (void)argv;
    if (argc != 1) {
        fwprintf(stderr, L"usage: lab-machine\n");
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
