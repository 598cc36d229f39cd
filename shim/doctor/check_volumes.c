/*
 * check_volumes.c - can the volumes of the directory have shadow copies?
 */
#include "checks.h"

#include "host/directory.h"
#include "shadow_storage.h"
#include "common/volumes.h"

#include <objbase.h>
#include <stdlib.h>
#include <wchar.h>

#define MIB (1024ull * 1024)

#define NEXT_ASK L"Check the volume with 'chkdsk' and 'fsutil volume diskfree'."
#define NEXT_LOCAL                                                                                 \
    L"The directory's files must be on local NTFS volumes; 'ntdsutil files' moves them."

static void check_space(struct findings *findings, const wchar_t *volume, const wchar_t *path)
{
    ULARGE_INTEGER available, total, unused;

    if (!GetDiskFreeSpaceExW(volume, &available, &total, &unused)) {
        findings_add(findings, AREA_VOLUMES, FINDING_WARNING, L"volumes.space", NEXT_ASK,
                     L"The free space on the volume of %ls cannot be determined: Win32 error %lu.",
                     path, GetLastError());
        return;
    }
    switch (shadow_storage_judge(unused.QuadPart, total.QuadPart)) {
    case SPACE_NONE:
        findings_add(findings, AREA_VOLUMES, FINDING_ERROR, L"volumes.space",
                     L"Free space on the volume, or put its shadow storage on another volume with "
                     L"'vssadmin add shadowstorage'.",
                     L"The volume of %ls has %llu MiB free, too little for a shadow copy.", path,
                     unused.QuadPart / MIB);
        break;
    case SPACE_SCARCE:
        findings_add(findings, AREA_VOLUMES, FINDING_WARNING, L"volumes.space",
                     L"Free at least 320 MiB. A shadow copy is lost when its storage is full.",
                     L"The volume of %ls has %llu MiB free, barely enough for a shadow copy.", path,
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
                     L"The volume of %ls has no shadow storage yet, or it cannot be queried. The "
                     L"first shadow copy creates it.",
                     path);
    else if (most < SHADOW_STORAGE_LEAST_BYTES)
        findings_add(
            findings, AREA_VOLUMES, FINDING_WARNING, L"volumes.storage",
            L"Enlarge it with 'vssadmin resize shadowstorage'; 10% of the volume is usual.",
            L"The shadow storage for the volume of %ls is limited to %llu MiB.", path,
            (unsigned long long)(most / MIB));
    else
        findings_add(findings, AREA_VOLUMES, FINDING_OK, L"volumes.storage", NULL,
                     L"The shadow storage for the volume of %ls uses %llu of at most %llu MiB.",
                     path, (unsigned long long)(used / MIB), (unsigned long long)(most / MIB));
}

static void check_volume(struct findings *findings, const wchar_t *volume, const wchar_t *path)
{
    wchar_t system[32] = L"";
    DWORD flags = 0;

    if (!GetVolumeInformationW(volume, NULL, 0, NULL, NULL, &flags, system, 32))
        findings_add(findings, AREA_VOLUMES, FINDING_WARNING, L"volumes.system", NEXT_ASK,
                     L"The file system of %ls cannot be determined: Win32 error %lu.", path,
                     GetLastError());
    else if (_wcsicmp(system, L"NTFS") != 0)
        findings_add(findings, AREA_VOLUMES, FINDING_ERROR, L"volumes.system", NEXT_LOCAL,
                     L"%ls is on a volume with the file system %ls.", path, system);
    else if (flags & FILE_READ_ONLY_VOLUME)
        findings_add(findings, AREA_VOLUMES, FINDING_ERROR, L"volumes.system", NEXT_LOCAL,
                     L"%ls is on a read-only volume.", path);
    check_space(findings, volume, path);
    check_storage(findings, volume, path);
}

/* A file that is open cannot be asked for its volume; its folder can. */
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
            continue; /* check_directory.c reports it */
        if (places[i] == DIRECTORY_DATABASE_FILE)
            cut_to_folder(path);
        hr = volume_place_find(&quiet, path, &found[i]);
        for (k = 0; SUCCEEDED(hr) && k < i; k++) {
            if (_wcsicmp(found[k].volume, found[i].volume) == 0)
                break;
        }
        if (FAILED(hr))
            findings_add(findings, AREA_VOLUMES, FINDING_ERROR, L"volumes.place", NEXT_LOCAL,
                         L"%ls does not exist or is not on a local volume (0x%08lx).", path,
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
