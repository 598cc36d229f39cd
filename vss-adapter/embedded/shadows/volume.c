/*
 * volume.c - names of volumes: under Wine a volume is a drive letter that links to a host folder.
 *
 * Must not know shadows.
 */
#include "volume.h"
#include "common/format.h"
#include "common/system_library.h"

#include <stdint.h>
#include <stdlib.h>
#include <vss.h>
#include <wchar.h>

typedef char *(CDECL *unix_file_name_function)(const wchar_t *);

/* Wine's code page for host file names. */
#define CODE_PAGE_UNIX 65010

wchar_t *volume_unix_path(const wchar_t *dos_path)
{
    unix_file_name_function unix_file_name;
    wchar_t *wide;
    char *name;
    int chars;

    if (!system_library_function(L"kernel32.dll", "wine_get_unix_file_name", &unix_file_name))
        return NULL;
    name = unix_file_name(dos_path);
    if (!name)
        return NULL;
    chars = MultiByteToWideChar(CODE_PAGE_UNIX, 0, name, -1, NULL, 0);
    wide = chars > 0 ? malloc((size_t)chars * sizeof(*wide)) : NULL;
    if (wide)
        MultiByteToWideChar(CODE_PAGE_UNIX, 0, name, -1, wide, chars);
    HeapFree(GetProcessHeap(), 0, name);
    return wide;
}

wchar_t *volume_unix_device_path(const wchar_t *leaf)
{
    /* ".../dosdevices/c:/": only names that exist have a host path, and C: always exists. */
    wchar_t *drive = volume_unix_path(L"C:\\");
    wchar_t *tail = NULL;
    wchar_t *next = drive;
    wchar_t *path;
    size_t chars;

    while (next && (next = wcsstr(next, L"/c:")))
        tail = next++;
    chars = tail ? (size_t)(tail + 1 - drive) : 0;
    path = tail ? malloc((chars + wcslen(leaf) + 1) * sizeof(*path)) : NULL;
    if (path) {
        wmemcpy(path, drive, chars);
        wcscpy(path + chars, leaf);
    }
    free(drive);
    return path;
}

bool volume_private_path(wchar_t letter, const wchar_t *leaf, wchar_t path[MAX_PATH])
{
    return format_text(path, MAX_PATH, L"%lc:\\System Volume Information\\%ls", letter, leaf);
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

/*
 * A drive that is the host's whole file system (Z: of a fresh prefix). The root's index alone would
 * also match a mounted disk: most file systems give their root the same number.
 */
static bool is_host_root(wchar_t letter)
{
    static const wchar_t *const leaves[] = {L"", L"etc", L"dev"};
    uint64_t our_index, host_index;
    wchar_t ours[32], hosts[32];
    size_t i;

    for (i = 0; i < ARRAYSIZE(leaves); i++) {
        format_text(ours, ARRAYSIZE(ours), L"%lc:\\%ls", letter, leaves[i]);
        format_text(hosts, ARRAYSIZE(hosts), L"\\\\?\\unix\\%ls", leaves[i]);
        if (!file_index(ours, &our_index) || !file_index(hosts, &host_index) ||
            our_index != host_index)
            return false;
    }
    return true;
}

/* The letter of "C:\", or of the drive with this volume name; 0: there is none. */
static wchar_t find_letter(const wchar_t *name)
{
    DWORD drives = GetLogicalDrives();
    wchar_t found[VOLUME_NAME_CHARS];
    wchar_t root[] = L"A:\\";

    if (wcslen(name) == 3 && name[1] == L':' && name[2] == L'\\')
        return towupper(name[0]);
    for (; drives; drives >>= 1, root[0]++)
        if ((drives & 1) && GetVolumeNameForVolumeMountPointW(root, found, ARRAYSIZE(found)) &&
            _wcsicmp(found, name) == 0)
            return root[0];
    return 0;
}

HRESULT volume_from_name(const wchar_t *name, struct volume *volume)
{
    wchar_t root[] = L"?:\\";
    size_t chars;
    UINT type;

    if (!name)
        return E_INVALIDARG;
    chars = wcslen(name);
    if (!chars || name[chars - 1] != L'\\')
        return VSS_E_OBJECT_NOT_FOUND;
    if (name[0] == L'\\' && name[1] == L'\\' && name[2] != L'?')
        return VSS_E_VOLUME_NOT_SUPPORTED;
    root[0] = find_letter(name);
    if (!root[0])
        return VSS_E_OBJECT_NOT_FOUND;
    type = GetDriveTypeW(root);
    if (type == DRIVE_NO_ROOT_DIR || type == DRIVE_UNKNOWN)
        return VSS_E_OBJECT_NOT_FOUND;
    if (type != DRIVE_FIXED || is_host_root(root[0]))
        return VSS_E_VOLUME_NOT_SUPPORTED;
    volume->letter = root[0];
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
