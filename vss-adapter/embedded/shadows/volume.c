/*
 * Names of volumes.
 *
 * Must not know: shadows. Under Wine a volume is a drive letter that links to a folder of the host.
 */
#include "volume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <vss.h>

typedef char *(CDECL *unix_file_name_function)(const WCHAR *);

/* Wine's code page for host file names. */
#define CODE_PAGE_UNIX 65010

WCHAR *volume_unix_path(const WCHAR *dos_path)
{
    HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    unix_file_name_function unix_file_name =
        (unix_file_name_function)(void (*)(void))GetProcAddress(kernel, "wine_get_unix_file_name");
    char *name = unix_file_name != NULL ? unix_file_name(dos_path) : NULL;
    if (name == NULL)
        return NULL;
    int chars = MultiByteToWideChar(CODE_PAGE_UNIX, 0, name, -1, NULL, 0);
    WCHAR *wide = chars > 0 ? malloc((size_t)chars * sizeof(WCHAR)) : NULL;
    if (wide != NULL)
        MultiByteToWideChar(CODE_PAGE_UNIX, 0, name, -1, wide, chars);
    HeapFree(GetProcessHeap(), 0, name);
    return wide;
}

WCHAR *volume_unix_device_path(const WCHAR *leaf)
{
    /* ".../dosdevices/c:/": names that do not exist cannot be asked for, but C: always is there. */
    WCHAR *drive = volume_unix_path(L"C:\\");
    WCHAR *tail = drive != NULL ? wcsstr(drive, L"/c:") : NULL;
    WCHAR *path = NULL;
    if (tail != NULL) {
        for (WCHAR *next = wcsstr(tail + 1, L"/c:"); next != NULL; next = wcsstr(next + 1, L"/c:"))
            tail = next;
        tail[1] = L'\0';
        size_t chars = wcslen(drive) + wcslen(leaf) + 1;
        path = malloc(chars * sizeof(WCHAR));
        if (path != NULL) {
            wcscpy(path, drive);
            wcscat(path, leaf);
        }
    }
    free(drive);
    return path;
}

void volume_private_path(WCHAR letter, const WCHAR *leaf, WCHAR path[MAX_PATH])
{
    _snwprintf(path, MAX_PATH, L"%lc:\\System Volume Information\\%ls", letter, leaf);
}

static BOOL file_index(const WCHAR *path, ULONGLONG *index)
{
    HANDLE file = CreateFileW(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return FALSE;
    BY_HANDLE_FILE_INFORMATION info;
    BOOL ok = GetFileInformationByHandle(file, &info);
    if (ok)
        *index = (ULONGLONG)info.nFileIndexHigh << 32 | info.nFileIndexLow;
    CloseHandle(file);
    return ok;
}

/* A drive that is the host's whole file system (Z: of a fresh prefix). The index alone would take a
 * mounted disk for it: most file systems give their root the same number. */
static BOOL is_host_root(WCHAR letter)
{
    static const WCHAR *const leaves[] = {L"", L"etc", L"dev"};
    for (size_t i = 0; i < ARRAYSIZE(leaves); i++) {
        WCHAR ours[32];
        WCHAR hosts[32];
        ULONGLONG our_index = 0;
        ULONGLONG host_index = 0;
        _snwprintf(ours, ARRAYSIZE(ours), L"%lc:\\%ls", letter, leaves[i]);
        _snwprintf(hosts, ARRAYSIZE(hosts), L"\\\\?\\unix\\%ls", leaves[i]);
        if (!file_index(ours, &our_index) || !file_index(hosts, &host_index) ||
            our_index != host_index)
            return FALSE;
    }
    return TRUE;
}

/* The letter of "C:\", or of the drive with this volume name; 0 for none. */
static WCHAR find_letter(const WCHAR *name)
{
    if (wcslen(name) == 3 && name[1] == L':' && name[2] == L'\\')
        return towupper(name[0]);
    DWORD drives = GetLogicalDrives();
    for (WCHAR letter = L'A'; letter <= L'Z'; letter++) {
        WCHAR root[] = {letter, L':', L'\\', L'\0'};
        WCHAR found[VOLUME_NAME_CHARS];
        if ((drives & 1u << (letter - L'A')) != 0 &&
            GetVolumeNameForVolumeMountPointW(root, found, ARRAYSIZE(found)) &&
            _wcsicmp(found, name) == 0)
            return letter;
    }
    return 0;
}

HRESULT volume_from_name(const WCHAR *name, struct volume *volume)
{
    if (name == NULL)
        return E_INVALIDARG;
    size_t chars = wcslen(name);
    if (chars == 0 || name[chars - 1] != L'\\')
        return VSS_E_OBJECT_NOT_FOUND;
    if (name[0] == L'\\' && name[1] == L'\\' && name[2] != L'?')
        return VSS_E_VOLUME_NOT_SUPPORTED;
    WCHAR letter = find_letter(name);
    WCHAR root[] = {letter, L':', L'\\', L'\0'};
    if (letter == 0)
        return VSS_E_OBJECT_NOT_FOUND;
    UINT type = GetDriveTypeW(root);
    if (type == DRIVE_NO_ROOT_DIR || type == DRIVE_UNKNOWN)
        return VSS_E_OBJECT_NOT_FOUND;
    if (type != DRIVE_FIXED || is_host_root(letter))
        return VSS_E_VOLUME_NOT_SUPPORTED;
    volume->letter = letter;
    if (!GetVolumeNameForVolumeMountPointW(root, volume->name, ARRAYSIZE(volume->name)))
        return VSS_E_OBJECT_NOT_FOUND;
    return S_OK;
}

WCHAR volume_letter_of_path(const WCHAR *path)
{
    WCHAR root[MAX_PATH];
    if (!GetVolumePathNameW(path, root, ARRAYSIZE(root)))
        return 0;
    return find_letter(root);
}
