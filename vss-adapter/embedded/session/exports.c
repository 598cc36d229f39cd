/*
 * The functions that vssapi.dll exports to requestors.
 *
 * Must not know: what happens in a session. The C++ names of older programs are other names for the
 * same functions (vssapi_*.def).
 */
#include <stdlib.h>

#include "embedded/base/method_log.h"
#include "components.h"
#include "embedded/base/fault.h"
#include "embedded/metadata/metadata.h"

HRESULT WINAPI ShouldBlockRevertInternal(LPCWSTR volume, boolean *block);

/* Administrators, backup operators and the system may use VSS (MS docs). */
static BOOL caller_may(void)
{
    static const WELL_KNOWN_SID_TYPE groups[] = {WinBuiltinAdministratorsSid,
                                                 WinBuiltinBackupOperatorsSid, WinLocalSystemSid};
    for (size_t i = 0; i < ARRAYSIZE(groups); i++) {
        BYTE sid[SECURITY_MAX_SID_SIZE];
        DWORD bytes = sizeof(sid);
        BOOL member = FALSE;
        if (CreateWellKnownSid(groups[i], NULL, sid, &bytes) &&
            CheckTokenMembership(NULL, sid, &member) && member)
            return TRUE;
    }
    return FALSE;
}

HRESULT WINAPI CreateVssBackupComponentsInternal(IVssBackupComponents **out)
{
    if (out == NULL)
        return method_log(E_INVALIDARG, "CreateVssBackupComponents", "");
    *out = NULL;
    HRESULT hr = fault_at("CreateVssBackupComponents", FAULT_CALL, NULL);
    if (SUCCEEDED(hr) && !caller_may())
        hr = E_ACCESSDENIED;
    if (SUCCEEDED(hr))
        hr = components_create(out);
    return method_log(hr, "CreateVssBackupComponents", "");
}

HRESULT WINAPI CreateVssExamineWriterMetadataInternal(BSTR xml, IVssExamineWriterMetadata **out)
{
    IVssExamineWriterMetadataEx2 *metadata = NULL;
    if (out == NULL)
        return method_log(E_INVALIDARG, "CreateVssExamineWriterMetadata", "");
    *out = NULL;
    HRESULT hr = fault_at("CreateVssExamineWriterMetadata", FAULT_CALL, NULL);
    if (SUCCEEDED(hr))
        hr = metadata_create_from_xml(xml, &metadata);
    *out = (IVssExamineWriterMetadata *)metadata;
    return method_log(hr, "CreateVssExamineWriterMetadata", "");
}

void WINAPI VssFreeSnapshotPropertiesInternal(VSS_SNAPSHOT_PROP *prop)
{
    if (prop != NULL)
        shadow_free_properties(prop);
}

HRESULT WINAPI IsVolumeSnapshottedInternal(VSS_PWSZ name, WINBOOL *present, LONG *compatibility)
{
    struct volume volume;
    struct shadow *shadows = NULL;
    size_t count = 0;
    if (name == NULL || present == NULL || compatibility == NULL)
        return method_log(E_INVALIDARG, "IsVolumeSnapshotted", "");
    *present = FALSE;
    *compatibility = 0;
    HRESULT hr = fault_at("IsVolumeSnapshotted", FAULT_CALL, NULL);
    if (SUCCEEDED(hr))
        hr = volume_from_name(name, &volume);
    if (SUCCEEDED(hr))
        hr = shadow_list(&shadows, &count);
    for (size_t i = 0; SUCCEEDED(hr) && i < count; i++)
        if (shadows[i].created && shadows[i].volume.letter == volume.letter)
            *present = TRUE;
    free(shadows);
    return method_log(hr, "IsVolumeSnapshotted", "volume=%ls present=%d", name, *present);
}

/* There is no reverting here, so nothing has to be kept from it. */
HRESULT WINAPI ShouldBlockRevertInternal(LPCWSTR volume, boolean *block)
{
    if (volume == NULL || block == NULL)
        return method_log(E_INVALIDARG, "ShouldBlockRevert", "");
    *block = 0;
    return method_log(S_OK, "ShouldBlockRevert", "volume=%ls", volume);
}
