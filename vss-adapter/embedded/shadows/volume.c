/*
 * Names of volumes.
 *
 * Must not know: shadows. Under Wine a volume is a drive letter that links to a folder of the host.
 */
#include "volume.h"

#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vss.h>
#include <wchar.h>

typedef char *(CDECL *unix_file_name_function)(const wchar_t *);

/* Wine's code page for host file names. */
#define CODE_PAGE_UNIX 65010

wchar_t *volume_unix_path(const wchar_t *dos_path)
{
    HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    unix_file_name_function unix_file_name =
        (unix_file_name_function)(void (*)(void))GetProcAddress(kernel, "wine_get_unix_file_name");
    char *name = unix_file_name ? unix_file_name(dos_path) : NULL;
    int chars;
    wchar_t *wide;

    if (!name)
        return NULL;
    chars = MultiByteToWideChar(CODE_PAGE_UNIX, 0, name, -1, NULL, 0);
    wide = chars > 0 ? malloc((size_t)chars * sizeof(wchar_t)) : NULL;
    if (wide)
        MultiByteToWideChar(CODE_PAGE_UNIX, 0, name, -1, wide, chars);
    HeapFree(GetProcessHeap(), 0, name);
    return wide;
}

wchar_t *volume_unix_device_path(const wchar_t *leaf)
{
    /* ".../dosdevices/c:/": names that do not exist cannot be asked for, but C: always is there. */
    wchar_t *drive = volume_unix_path(L"C:\\");
    wchar_t *tail = drive ? wcsstr(drive, L"/c:") : NULL;
    wchar_t *path = NULL;

    if (tail) {
        wchar_t *next;
        size_t chars;

        for (next = wcsstr(tail + 1, L"/c:"); next; next = wcsstr(next + 1, L"/c:"))
            tail = next;
        tail[1] = 0;
        chars = wcslen(drive) + wcslen(leaf) + 1;
        path = malloc(chars * sizeof(wchar_t));
        if (path) {
            wcscpy(path, drive);
            wcscat(path, leaf);
        }
    }
    free(drive);
    return path;
}

void volume_private_path(wchar_t letter, const wchar_t *leaf, wchar_t path[MAX_PATH])
{
    _snwprintf(path, MAX_PATH, L"%lc:\\System Volume Information\\%ls", letter, leaf);
}

static bool file_index(const wchar_t *path, uint64_t *index)
{
    HANDLE file = CreateFileW(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    BY_HANDLE_FILE_INFORMATION info;
    bool ok;

    if (file == INVALID_HANDLE_VALUE)
        return false;
    ok = GetFileInformationByHandle(file, &info);
    if (ok)
        *index = (uint64_t)info.nFileIndexHigh << 32 | info.nFileIndexLow;
    CloseHandle(file);
    return ok;
}

/* A drive that is the host's whole file system (Z: of a fresh prefix). The index alone would take a
 * mounted disk for it: most file systems give their root the same number. */
static bool is_host_root(wchar_t letter)
{
    static const wchar_t *const leaves[] = {L"", L"etc", L"dev"};
    size_t i;

    for (i = 0; i < ARRAYSIZE(leaves); i++) {
        wchar_t ours[32];
        wchar_t hosts[32];
        uint64_t our_index = 0;
        uint64_t host_index = 0;

        _snwprintf(ours, ARRAYSIZE(ours), L"%lc:\\%ls", letter, leaves[i]);
        _snwprintf(hosts, ARRAYSIZE(hosts), L"\\\\?\\unix\\%ls", leaves[i]);
        if (!file_index(ours, &our_index) || !file_index(hosts, &host_index) ||
            our_index != host_index)
            return false;
    }
    return true;
}

/* The letter of "C:\", or of the drive with this volume name; 0 for none. */
static wchar_t find_letter(const wchar_t *name)
{
    DWORD drives;
    wchar_t letter;

    if (wcslen(name) == 3 && name[1] == L':' && name[2] == L'\\')
        return towupper(name[0]);
    drives = GetLogicalDrives();
    for (letter = L'A'; letter <= L'Z'; letter++) {
        wchar_t root[] = {letter, L':', L'\\', 0};
        wchar_t found[VOLUME_NAME_CHARS];

        if ((drives & 1u << (letter - L'A')) != 0 &&
            GetVolumeNameForVolumeMountPointW(root, found, ARRAYSIZE(found)) &&
            _wcsicmp(found, name) == 0)
            return letter;
    }
    return 0;
}

HRESULT volume_from_name(const wchar_t *name, struct volume *volume)
{
    wchar_t root[] = L"?:\\";
    wchar_t letter;
    size_t chars;
    UINT type;

    if (!name)
        return E_INVALIDARG;
    chars = wcslen(name);
    if (chars == 0 || name[chars - 1] != L'\\')
        return VSS_E_OBJECT_NOT_FOUND;
    if (name[0] == L'\\' && name[1] == L'\\' && name[2] != L'?')
        return VSS_E_VOLUME_NOT_SUPPORTED;
    letter = find_letter(name);
    root[0] = letter;
    if (letter == 0)
        return VSS_E_OBJECT_NOT_FOUND;
    type = GetDriveTypeW(root);
    if (type == DRIVE_NO_ROOT_DIR || type == DRIVE_UNKNOWN)
        return VSS_E_OBJECT_NOT_FOUND;
    if (type != DRIVE_FIXED || is_host_root(letter))
        return VSS_E_VOLUME_NOT_SUPPORTED;
    volume->letter = letter;
    if (!GetVolumeNameForVolumeMountPointW(root, volume->name, ARRAYSIZE(volume->name)))
        return VSS_E_OBJECT_NOT_FOUND;
    return S_OK;
}

wchar_t volume_letter_of_path(const wchar_t *path)
{
    wchar_t root[MAX_PATH];

    if (!GetVolumePathNameW(path, root, ARRAYSIZE(root)))
        return 0;
    return find_letter(root);
}
