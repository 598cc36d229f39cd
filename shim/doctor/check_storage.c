/*
 * check_storage.c - is there enough shadow storage for the volumes of the directory?
 *
 * The service of VSS answers this: it is not asked if it did not answer before.
 */
#include "checks.h"

#include "code_text.h"
#include "directory_volumes.h"
#include "shadow_storage.h"

#include <objbase.h>

#define MIB (1024ull * 1024)

static void report(struct findings *findings, const wchar_t *path, uint64_t used_bytes,
                   uint64_t most_bytes)
{
    wchar_t text[SHADOW_STORAGE_TEXT_CHARS];

    shadow_storage_describe(used_bytes, most_bytes, text);
    if (most_bytes < SHADOW_STORAGE_LEAST_BYTES)
        findings_add(
            findings, AREA_VOLUMES, FINDING_WARNING, L"volumes.storage",
            L"Enlarge it with 'vssadmin resize shadowstorage'; 10% of the volume is usual.",
            L"The shadow storage for the volume of %ls is limited to %llu MiB.", path,
            (unsigned long long)(most_bytes / MIB));
    else
        findings_add(findings, AREA_VOLUMES, FINDING_OK, L"volumes.storage", NULL,
                     L"The shadow storage for the volume of %ls %ls.", path, text);
}

static void check_volume(struct findings *findings, const struct directory_volume *volume)
{
    uint64_t used_bytes = 0;
    uint64_t most_bytes = 0;
    HRESULT hr = shadow_storage_query(volume->place.volume, &used_bytes, &most_bytes);
    wchar_t text[CODE_TEXT_CHARS];

    code_text(hr, text);

    if (hr == S_OK)
        report(findings, volume->path, used_bytes, most_bytes);
    else if (hr == S_FALSE)
        findings_add(findings, AREA_VOLUMES, FINDING_NOTE, L"volumes.storage", NULL,
                     L"The volume of %ls has no shadow storage yet. The first shadow copy creates "
                     L"it.",
                     volume->path);
    else
        findings_add(findings, AREA_VOLUMES, FINDING_NOTE, L"volumes.storage",
                     L"'vssadmin list shadowstorage' shows it to an elevated administrator.",
                     L"Not known: the shadow storage for the volume of %ls cannot be queried: %ls",
                     volume->path, text);
}

void check_storage(struct findings *findings)
{
    struct directory_volume volumes[DIRECTORY_VOLUMES_MAX];
    size_t count = directory_volumes_find(volumes);
    HRESULT com = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    size_t i;

    for (i = 0; i < count; i++) {
        if (SUCCEEDED(volumes[i].hr))
            check_volume(findings, &volumes[i]);
    }
    if (SUCCEEDED(com))
        CoUninitialize();
    directory_volumes_fini(volumes, count);
}
