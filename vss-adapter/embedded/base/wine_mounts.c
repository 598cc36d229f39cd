/*
 * wine_mounts.c - answers GetVolumeNameForVolumeMountPoint for a volume's name, which Wine 8
 * and 10 refuse.
 *
 * Programs have the function's address before they load this DLL, so the function's code is changed
 * to jump here.
 */
#include "wine_mounts.h"
#include "common/system_library.h"
#include "module.h"

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <wchar.h>
#include <winioctl.h>

#define LINK_CHARS        64
#define VOLUME_LINK       L"\\??\\Volume{"
#define VOLUME_LINK_CHARS 11
#define NAME_CHARS        260
#define POINTS_BYTES      4096
#define QUERY_POINTS      CTL_CODE('m', 2, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define JUMP_BYTES        5
#define SEARCH_STEP       0x10000
#define SEARCH_REACH      0x40000000

/* Of the mount manager's interface (MS docs, IOCTL_MOUNTMGR_QUERY_POINTS). */
struct name_place
{
    ULONG offset; /* from the start of the whole, in bytes; 0: none */
    USHORT bytes;
    USHORT pad;
};

struct mount_point
{
    struct name_place link;
    struct name_place id;
    struct name_place device;
};

struct mount_points
{
    ULONG bytes;
    ULONG count;
    struct mount_point points[1];
};

/* The link of the mount manager that stands for "X:\" or "\\?\Volume{...}\". False: neither. */
static bool link_of(const wchar_t *path, size_t chars, wchar_t link[LINK_CHARS])
{
    if (chars == 3 && path[1] == L':') {
        wcscpy(link, L"\\DosDevices\\X:");
        link[12] = towupper(path[0]);
        return true;
    }
    if (chars >= LINK_CHARS || _wcsnicmp(path, L"\\\\?\\Volume{", VOLUME_LINK_CHARS) != 0 ||
        wcschr(path, L'}') != path + chars - 2)
        return false;
    wcscpy(link, path);
    link[1] = L'?';
    link[chars - 1] = 0;
    return true;
}

/* The mount points that the query describes. */
static DWORD query_points(struct mount_point *query, DWORD query_bytes, struct mount_points *points)
{
    DWORD error = ERROR_SUCCESS;
    DWORD done = 0;
    HANDLE manager = CreateFileW(L"\\\\.\\MountPointManager", 0, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                 NULL, OPEN_EXISTING, 0, NULL);

    if (manager == INVALID_HANDLE_VALUE)
        return GetLastError();
    if (!DeviceIoControl(manager, QUERY_POINTS, query, query_bytes, points, POINTS_BYTES, &done,
                         NULL))
        error = GetLastError();
    else if (done < sizeof(*points) || points->bytes > done)
        error = ERROR_FILE_NOT_FOUND;
    CloseHandle(manager);
    return error;
}

/*
 * All names of the device with this name. The first answer has only this name, but also the device,
 * for which the second query asks.
 */
static DWORD query_names(const wchar_t *link, struct mount_points *points)
{
    struct
    {
        struct mount_point point;
        wchar_t name[NAME_CHARS];
    } query = {.point.link = {.offset = sizeof(query.point),
                              .bytes = (USHORT)(wcslen(link) * sizeof(wchar_t))}};
    struct name_place device;
    DWORD error;

    wcscpy(query.name, link);
    error = query_points(&query.point, sizeof(query), points);
    if (error != ERROR_SUCCESS)
        return error;
    device = points->points[0].device;
    if (device.offset + device.bytes > points->bytes || device.bytes > sizeof(query.name))
        return ERROR_FILE_NOT_FOUND;
    memcpy(query.name, (const BYTE *)points + device.offset, device.bytes);
    query.point.link = (struct name_place){0};
    query.point.device = (struct name_place){.offset = sizeof(query.point), .bytes = device.bytes};
    return query_points(&query.point, sizeof(query), points);
}

/* The volume's name among them, as "\\?\Volume{...}\". */
static DWORD pick_volume(const struct mount_points *points, wchar_t *name, DWORD chars)
{
    ULONG i;

    for (i = 0; i < points->count; i++) {
        const struct name_place *link = &points->points[i].link;
        const wchar_t *text = (const wchar_t *)((const BYTE *)points + link->offset);
        size_t length = link->bytes / sizeof(wchar_t);

        if (!link->offset || link->offset + link->bytes > points->bytes ||
            length < VOLUME_LINK_CHARS || _wcsnicmp(text, VOLUME_LINK, VOLUME_LINK_CHARS) != 0)
            continue;
        if (length + 2 > chars)
            return ERROR_FILENAME_EXCED_RANGE;
        memcpy(name, text, link->bytes);
        name[1] = L'\\';
        name[length] = L'\\';
        name[length + 1] = 0;
        return ERROR_SUCCESS;
    }
    return ERROR_FILE_NOT_FOUND;
}

/* Replaces Wine's function; only the answer to a volume's name differs. */
static BOOL WINAPI volume_name(const wchar_t *path, wchar_t *name, DWORD chars)
{
    union
    {
        struct mount_points points;
        BYTE bytes[POINTS_BYTES];
    } answer;
    wchar_t link[LINK_CHARS];
    size_t length = path ? wcslen(path) : 0;
    DWORD error;

    if (!length || path[length - 1] != L'\\')
        error = ERROR_INVALID_NAME;
    else if (!link_of(path, length, link))
        error = ERROR_NOT_A_REPARSE_POINT;
    else
        error = query_names(link, &answer.points);
    if (error == ERROR_SUCCESS)
        error = pick_volume(&answer.points, name, chars);
    if (error != ERROR_SUCCESS)
        SetLastError(error);
    return error == ERROR_SUCCESS;
}

/* An address within reach of a relative jump, from which it goes on to the function. */
static BYTE *make_relay(BYTE *from)
{
#ifdef _WIN64
    static const BYTE jump[] = {0xff, 0x25, 0, 0, 0, 0}; /* to the address that follows */
    const void *target = (const void *)(ULONG_PTR)volume_name;
    LONG_PTR distance;
    BYTE *page;
    DWORD old;

    for (distance = SEARCH_STEP; distance < SEARCH_REACH; distance += SEARCH_STEP) {
        page = VirtualAlloc(from + distance, SEARCH_STEP, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        if (!page)
            continue;
        memcpy(page, jump, sizeof(jump));
        memcpy(page + sizeof(jump), &target, sizeof(target));
        VirtualProtect(page, SEARCH_STEP, PAGE_EXECUTE_READ, &old);
        return page;
    }
    return NULL;
#else
    (void)from;
    return (BYTE *)(ULONG_PTR)volume_name;
#endif
}

/* One store of eight bytes: no thread ever sees half a jump. */
static void lead_here(BYTE *function)
{
    BYTE *relay = (ULONG_PTR)function % sizeof(LONG64) ? NULL : make_relay(function);
    BYTE code[sizeof(LONG64)];
    LONG64 value;
    LONG distance;
    DWORD old;

    if (!relay || !VirtualProtect(function, sizeof(code), PAGE_EXECUTE_READWRITE, &old))
        return;
    distance = (LONG)(relay - (function + JUMP_BYTES));
    memcpy(code, function, sizeof(code));
    code[0] = 0xe9;
    memcpy(code + 1, &distance, sizeof(distance));
    memcpy(&value, code, sizeof(value));
    InterlockedExchange64((LONG64 volatile *)(void *)function, value);
    VirtualProtect(function, sizeof(code), old, &old);
    FlushInstructionCache(GetCurrentProcess(), function, sizeof(code));
}

void wine_mounts_repair(void)
{
    wchar_t name[LINK_CHARS];
    wchar_t again[LINK_CHARS];
    HMODULE pinned;
    FARPROC function;

    if (!system_library_function(L"kernelbase.dll", "GetVolumeNameForVolumeMountPointW",
                                 &function) ||
        !GetVolumeNameForVolumeMountPointW(L"C:\\", name, ARRAYSIZE(name)) ||
        GetVolumeNameForVolumeMountPointW(name, again, ARRAYSIZE(again)) ||
        GetLastError() != ERROR_NOT_A_REPARSE_POINT)
        return;
    if (GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                           (const wchar_t *)(const void *)module_instance(), &pinned))
        lead_here((BYTE *)(ULONG_PTR)function);
}
