/*
 * shadow_storage.c - queries the system provider's storage areas (Microsoft Learn,
 * IVssSnapshotMgmt and IVssDifferentialSoftwareSnapshotMgmt).
 */
#include "shadow_storage.h"

#include "common/format.h"

#include <objbase.h>
#include <vss.h>
#include <vsmgmt.h>

#define MIB (1024ull * 1024)

/* Published with the interfaces. Not every version of the import library has them. */
static const GUID snapshot_mgmt_class = {
    0x0B5A2C52, 0x3EB9, 0x470A, {0x96, 0xE2, 0x6C, 0x6D, 0x45, 0x70, 0xE4, 0x0F}};
static const GUID snapshot_mgmt_iid = {
    0xFA7DF749, 0x66E7, 0x4986, {0xA2, 0x7F, 0xE2, 0xF0, 0x4A, 0xE5, 0x37, 0x72}};
static const GUID differential_mgmt_iid = {
    0x214A0F28, 0xB737, 0x4026, {0xB8, 0x47, 0x4F, 0x9E, 0x37, 0xD7, 0x95, 0x29}};
static const GUID system_provider = {
    0xB5946137, 0x7B9F, 0x4925, {0xAF, 0x80, 0x51, 0xAB, 0xD6, 0x0B, 0x20, 0xD5}};

enum space_verdict shadow_storage_judge(uint64_t free_bytes, uint64_t total_bytes)
{
    uint64_t wanted = SHADOW_STORAGE_LEAST_BYTES;

    if (total_bytes / 4 < wanted)
        wanted = total_bytes / 4;
    if (free_bytes >= wanted)
        return SPACE_ENOUGH;
    return free_bytes >= wanted / 4 ? SPACE_SCARCE : SPACE_NONE;
}

void shadow_storage_describe(uint64_t used_bytes, uint64_t most_bytes,
                             wchar_t text[SHADOW_STORAGE_TEXT_CHARS])
{
    if (most_bytes == SHADOW_STORAGE_UNBOUNDED)
        format_text(text, SHADOW_STORAGE_TEXT_CHARS, L"uses %llu MiB and is unbounded",
                    (unsigned long long)(used_bytes / MIB));
    else
        format_text(text, SHADOW_STORAGE_TEXT_CHARS, L"uses %llu of at most %llu MiB",
                    (unsigned long long)(used_bytes / MIB), (unsigned long long)(most_bytes / MIB));
}

static HRESULT read_area(IVssDifferentialSoftwareSnapshotMgmt *areas, const wchar_t *volume,
                         uint64_t *used_bytes, uint64_t *most_bytes)
{
    IVssEnumMgmtObject *list = NULL;
    VSS_MGMT_OBJECT_PROP area = {0};
    ULONG got = 0;
    HRESULT hr = IVssDifferentialSoftwareSnapshotMgmt_QueryDiffAreasForVolume(
        areas, (VSS_PWSZ)(uintptr_t)volume, &list);

    if (FAILED(hr) || !list)
        return hr;
    hr = IVssEnumMgmtObject_Next(list, 1, &area, &got);
    if (hr == S_OK && got == 1) {
        *used_bytes = (uint64_t)area.Obj.DiffArea.m_llUsedDiffSpace;
        *most_bytes = (uint64_t)area.Obj.DiffArea.m_llMaximumDiffSpace;
        CoTaskMemFree(area.Obj.DiffArea.m_pwszVolumeName);
        CoTaskMemFree(area.Obj.DiffArea.m_pwszDiffAreaVolumeName);
    }
    IVssEnumMgmtObject_Release(list);
    return hr;
}

HRESULT shadow_storage_query(const wchar_t *volume, uint64_t *used_bytes, uint64_t *most_bytes)
{
    IVssSnapshotMgmt *management = NULL;
    IUnknown *areas = NULL;
    HRESULT hr = CoCreateInstance(&snapshot_mgmt_class, NULL, CLSCTX_ALL, &snapshot_mgmt_iid,
                                  (void **)&management);

    if (FAILED(hr))
        return hr;
    hr = IVssSnapshotMgmt_GetProviderMgmtInterface(management, system_provider,
                                                   &differential_mgmt_iid, &areas);
    if (SUCCEEDED(hr)) {
        hr = read_area((IVssDifferentialSoftwareSnapshotMgmt *)areas, volume, used_bytes,
                       most_bytes);
        IUnknown_Release(areas);
    }
    IVssSnapshotMgmt_Release(management);
    return hr;
}
