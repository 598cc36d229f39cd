/*
 * check_volumes.c - can the volumes of the directory have shadow copies?
 */
#include "checks.h"

#include "code_text.h"
#include "directory_volumes.h"
#include "shadow_storage.h"

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

void volume_system_judge(struct findings *findings, const wchar_t *path, const wchar_t *system,
                         DWORD flags)
{
    if (_wcsicmp(system, L"NTFS") != 0)
        findings_add(findings, AREA_VOLUMES, FINDING_ERROR, L"volumes.system", NEXT_LOCAL,
                     L"%ls is on a volume with the file system %ls.", path, system);
    else if (flags & FILE_READ_ONLY_VOLUME)
        findings_add(findings, AREA_VOLUMES, FINDING_ERROR, L"volumes.system", NEXT_LOCAL,
                     L"%ls is on a read-only volume.", path);
}

static void check_volume(struct findings *findings, const wchar_t *volume, const wchar_t *path)
{
    wchar_t system[32] = L"";
    DWORD flags = 0;

    if (GetVolumeInformationW(volume, NULL, 0, NULL, NULL, &flags, system, 32))
        volume_system_judge(findings, path, system, flags);
    else
        findings_add(findings, AREA_VOLUMES, FINDING_WARNING, L"volumes.system", NEXT_ASK,
                     L"The file system of %ls cannot be determined: Win32 error %lu.", path,
                     GetLastError());
    check_space(findings, volume, path);
}

static void report_place(struct findings *findings, const struct directory_volume *volume)
{
    wchar_t text[CODE_TEXT_CHARS];

    code_text(volume->hr, text);
    if (volume->hr == E_ACCESSDENIED)
        findings_add(findings, AREA_VOLUMES, FINDING_NOTE, L"volumes.place", NEXT_ELEVATED,
                     L"Not known: this account may not ask for the volume of %ls.", volume->path);
    else
        findings_add(findings, AREA_VOLUMES, FINDING_ERROR, L"volumes.place", NEXT_LOCAL,
                     L"%ls does not exist or is not on a local volume: %ls", volume->path, text);
}

void check_volumes(struct findings *findings)
{
    struct directory_volume volumes[DIRECTORY_VOLUMES_MAX];
    size_t count = directory_volumes_find(volumes);
    size_t i;

    for (i = 0; i < count; i++) {
        if (FAILED(volumes[i].hr))
            report_place(findings, &volumes[i]);
        else
            check_volume(findings, volumes[i].place.volume, volumes[i].path);
    }
    directory_volumes_fini(volumes, count);
}
