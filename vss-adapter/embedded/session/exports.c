/*
 * exports.c - the functions that vssapi.dll exports to requestors.
 *
 * The C++ names of older programs are other names for the same functions (vssapi_*.def).
 */
#include "components.h"
#include "embedded/base/fault.h"
#include "embedded/base/method_log.h"
#include "embedded/metadata/metadata.h"

#include <stdlib.h>

HRESULT WINAPI ShouldBlockRevertInternal(LPCWSTR volume, boolean *block);

/* Administrators, backup operators and the system may use VSS (MS docs). */
static bool caller_may(void)
{
    static const WELL_KNOWN_SID_TYPE groups[] = {WinBuiltinAdministratorsSid,
                                                 WinBuiltinBackupOperatorsSid, WinLocalSystemSid};
    size_t i;

    for (i = 0; i < ARRAYSIZE(groups); i++) {
        BYTE sid[SECURITY_MAX_SID_SIZE];
        DWORD bytes = sizeof(sid);
        BOOL member = FALSE;

        if (CreateWellKnownSid(groups[i], NULL, sid, &bytes) &&
            CheckTokenMembership(NULL, sid, &member) && member)
            return true;
    }
    return false;
}

HRESULT WINAPI CreateVssBackupComponentsInternal(IVssBackupComponents **out)
{
    HRESULT hr;

    if (!out)
        return method_log(E_INVALIDARG, "CreateVssBackupComponents", "");
    *out = NULL;
    hr = fault_at("CreateVssBackupComponents", FAULT_CALL, NULL);
    if (SUCCEEDED(hr) && !caller_may())
        hr = E_ACCESSDENIED;
    if (SUCCEEDED(hr))
        hr = components_create(out);
    return method_log(hr, "CreateVssBackupComponents", "");
}

HRESULT WINAPI CreateVssExamineWriterMetadataInternal(BSTR xml, IVssExamineWriterMetadata **out)
{
    IVssExamineWriterMetadataEx2 *metadata = NULL;
    HRESULT hr;

    if (!out)
        return method_log(E_INVALIDARG, "CreateVssExamineWriterMetadata", "");
    *out = NULL;
    hr = fault_at("CreateVssExamineWriterMetadata", FAULT_CALL, NULL);
    if (SUCCEEDED(hr))
        hr = metadata_create_from_xml(xml, &metadata);
    *out = (IVssExamineWriterMetadata *)metadata;
    return method_log(hr, "CreateVssExamineWriterMetadata", "");
}

void WINAPI VssFreeSnapshotPropertiesInternal(VSS_SNAPSHOT_PROP *prop)
{
    if (prop)
        shadow_free_properties(prop);
}

HRESULT WINAPI IsVolumeSnapshottedInternal(VSS_PWSZ name, WINBOOL *present, LONG *compatibility)
{
    struct volume volume;
    struct shadow *shadows = NULL;
    size_t count = 0;
    HRESULT hr;
    size_t i;

    if (!name || !present || !compatibility)
        return method_log(E_INVALIDARG, "IsVolumeSnapshotted", "");
    *present = FALSE;
    *compatibility = 0;
    hr = fault_at("IsVolumeSnapshotted", FAULT_CALL, NULL);
    if (SUCCEEDED(hr))
        hr = volume_from_name(name, &volume);
    if (SUCCEEDED(hr))
        hr = shadow_list(&shadows, &count);
    for (i = 0; SUCCEEDED(hr) && i < count; i++)
        if (shadows[i].created && shadows[i].volume.letter == volume.letter)
            *present = TRUE;
    free(shadows);
    return method_log(hr, "IsVolumeSnapshotted", "volume=%ls present=%d", name, *present);
}

/* There is no reverting here, so there is nothing to block. */
HRESULT WINAPI ShouldBlockRevertInternal(LPCWSTR volume, boolean *block)
{
    if (!volume || !block)
        return method_log(E_INVALIDARG, "ShouldBlockRevert", "");
    *block = 0;
    return method_log(S_OK, "ShouldBlockRevert", "volume=%ls", volume);
}
