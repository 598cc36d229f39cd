/*
 * check_volumes.c - the volumes that a shadow copy set of the directory needs.
 *
 * Must not know writers.
 */
#include "checks.h"

#include "host/directory.h"
#include "shadow_storage.h"
#include "common/volumes.h"

#include <objbase.h>
#include <stdlib.h>
#include <wchar.h>

#define MIB (1024ull * 1024)

#define NEXT_ASK L"Look at the volume with 'chkdsk' and 'fsutil volume diskfree'."
#define NEXT_LOCAL                                                                                 \
    L"The directory's files have to be on local NTFS volumes: 'ntdsutil files' moves them."

static void check_space(struct findings *findings, const wchar_t *volume, const wchar_t *path)
{
    ULARGE_INTEGER available, total, unused;

    if (!GetDiskFreeSpaceExW(volume, &available, &total, &unused)) {
        findings_add(findings, AREA_VOLUMES, FINDING_WARNING, L"volumes.space", NEXT_ASK,
                     L"The free space on the volume of %ls cannot be asked for: Win32 error %lu.",
                     path, GetLastError());
        return;
    }
    switch (shadow_storage_judge(unused.QuadPart, total.QuadPart)) {
    case SPACE_NONE:
        findings_add(findings, AREA_VOLUMES, FINDING_ERROR, L"volumes.space",
                     L"Make room on the volume, or give its shadow storage another one: 'vssadmin "
                     L"add shadowstorage'.",
                     L"The volume of %ls has %llu MiB free: no room for a shadow copy.", path,
                     unused.QuadPart / MIB);
        break;
    case SPACE_SCARCE:
        findings_add(
            findings, AREA_VOLUMES, FINDING_WARNING, L"volumes.space",
            L"Make room: 320 MiB at least. A shadow copy is lost when its storage is full.",
            L"The volume of %ls has %llu MiB free: scarce for a shadow copy.", path,
            unused.QuadPart / MIB);
        break;
    default:
        findings_add(findings, AREA_VOLUMES, FINDING_OK, L"volumes.space", NULL,
                     L"The volume of %ls has %llu MiB free.", path, unused.QuadPart / MIB);
        break;
    }
}

static void check_storage(struct findings *findings, const wchar_t *volume, const wchar_t *path)
{
    uint64_t used = 0;
    uint64_t most = 0;

    if (!shadow_storage_query(volume, &used, &most))
        findings_add(findings, AREA_VOLUMES, FINDING_NOTE, L"volumes.storage", NULL,
                     L"The volume of %ls has no shadow storage of its own yet, or it cannot be "
                     L"asked for: it is made with the first shadow copy.",
                     path);
    else if (most < SHADOW_STORAGE_LEAST_BYTES)
        findings_add(findings, AREA_VOLUMES, FINDING_WARNING, L"volumes.storage",
                     L"'vssadmin resize shadowstorage': 10% of the volume is usual.",
                     L"The shadow storage for the volume of %ls is limited to %llu MiB.", path,
                     (unsigned long long)(most / MIB));
    else
        findings_add(findings, AREA_VOLUMES, FINDING_OK, L"volumes.storage", NULL,
                     L"Shadow storage for the volume of %ls: %llu of at most %llu MiB are used.",
                     path, (unsigned long long)(used / MIB), (unsigned long long)(most / MIB));
}

static void check_volume(struct findings *findings, const wchar_t *volume, const wchar_t *path)
{
    wchar_t system[32] = L"";
    DWORD flags = 0;

    if (!GetVolumeInformationW(volume, NULL, 0, NULL, NULL, &flags, system, 32))
        findings_add(findings, AREA_VOLUMES, FINDING_WARNING, L"volumes.system", NEXT_ASK,
                     L"The file system of %ls cannot be asked for: Win32 error %lu.", path,
                     GetLastError());
    else if (_wcsicmp(system, L"NTFS") != 0)
        findings_add(findings, AREA_VOLUMES, FINDING_ERROR, L"volumes.system", NEXT_LOCAL,
                     L"%ls is on a volume with %ls.", path, system);
    else if (flags & FILE_READ_ONLY_VOLUME)
        findings_add(findings, AREA_VOLUMES, FINDING_ERROR, L"volumes.system", NEXT_LOCAL,
                     L"%ls is on a volume that is read-only.", path);
    check_space(findings, volume, path);
    check_storage(findings, volume, path);
}

/* The folder that something lies in: what is asked for its volume may be a file that is open. */
static void cut_to_folder(wchar_t *path)
{
    wchar_t *last = wcsrchr(path, L'\\');

    if (last && last - path > 2)
        *last = 0;
    else if (last)
        last[1] = 0;
}

void check_volumes(struct findings *findings)
{
    static const struct ntdsvss_settings quiet = {.wait_ms = 1000};
    static const enum directory_location places[] = {DIRECTORY_DATABASE_FILE, DIRECTORY_LOG_FOLDER,
                                                     DIRECTORY_CHECKPOINT_FOLDER};
    struct volume_place found[3] = {{.relative = NULL}};
    HRESULT com = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    size_t i, k;

    for (i = 0; i < 3; i++) {
        wchar_t *path = NULL;
        HRESULT hr;

        if (directory_location(places[i], &path) != S_OK)
            continue; /* that it is missing is said elsewhere */
        if (places[i] == DIRECTORY_DATABASE_FILE)
            cut_to_folder(path);
        hr = volume_place_find(&quiet, path, &found[i]);
        for (k = 0; SUCCEEDED(hr) && k < i; k++) {
            if (_wcsicmp(found[k].volume, found[i].volume) == 0)
                break;
        }
        if (FAILED(hr))
            findings_add(findings, AREA_VOLUMES, FINDING_ERROR, L"volumes.place", NEXT_LOCAL,
                         L"%ls is not on a local volume, or not there (0x%08lx).", path,
                         (unsigned long)hr);
        else if (k == i)
            check_volume(findings, found[i].volume, path);
        free(path);
    }
    for (i = 0; i < 3; i++)
        volume_place_fini(&found[i]);
    if (SUCCEEDED(com))
        CoUninitialize();
}
