/*
 * The methods that have no meaning here (yet): logged with their arguments, outputs cleared,
 * E_NOTIMPL. And the session id, which needs nothing.
 *
 * Must not know: anything.
 */
#include "components.h"

#include "call_log.h"

static HRESULT refuse_async(const char *call, IVssAsync **async)
{
    if (async != NULL)
        *async = NULL;
    return call_log(E_NOTIMPL, call, "");
}

COMPONENTS_METHOD(AddAlternativeLocationMapping, VSS_ID writer, VSS_COMPONENT_TYPE type,
                  LPCWSTR path, LPCWSTR name, LPCWSTR file_path, LPCWSTR filespec,
                  boolean recursive, LPCWSTR destination)
{
    (void)iface;
    return call_log(E_NOTIMPL, "AddAlternativeLocationMapping",
                    "writer=%s type=%d path=%ls name=%ls file_path=%ls filespec=%ls recursive=%d "
                    "destination=%ls",
                    call_log_guid(&writer).text, (int)type, call_log_text(path),
                    call_log_text(name), call_log_text(file_path), call_log_text(filespec),
                    recursive, call_log_text(destination));
}

COMPONENTS_METHOD(AddRestoreSubcomponent, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR sub_path, LPCWSTR sub_name, boolean repair)
{
    (void)iface;
    return call_log(E_NOTIMPL, "AddRestoreSubcomponent",
                    "writer=%s type=%d path=%ls name=%ls sub_path=%ls sub_name=%ls repair=%d",
                    call_log_guid(&writer).text, (int)type, call_log_text(path),
                    call_log_text(name), call_log_text(sub_path), call_log_text(sub_name), repair);
}

COMPONENTS_METHOD(AddNewTarget, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                  LPCWSTR file_path, LPCWSTR file_name, boolean recursive, LPCWSTR alternate_path)
{
    (void)iface;
    return call_log(E_NOTIMPL, "AddNewTarget",
                    "writer=%s type=%d path=%ls name=%ls file_path=%ls file_name=%ls recursive=%d "
                    "alternate_path=%ls",
                    call_log_guid(&writer).text, (int)type, call_log_text(path),
                    call_log_text(name), call_log_text(file_path), call_log_text(file_name),
                    recursive, call_log_text(alternate_path));
}

COMPONENTS_METHOD(SetRangesFilePath, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, UINT partial_file, LPCWSTR ranges_file)
{
    (void)iface;
    return call_log(E_NOTIMPL, "SetRangesFilePath",
                    "writer=%s type=%d path=%ls name=%ls partial_file=%u ranges_file=%ls",
                    call_log_guid(&writer).text, (int)type, call_log_text(path),
                    call_log_text(name), partial_file, call_log_text(ranges_file));
}

COMPONENTS_METHOD(ImportSnapshots, IVssAsync **async)
{
    (void)iface;
    return refuse_async("ImportSnapshots", async);
}

COMPONENTS_METHOD(BreakSnapshotSet, VSS_ID set)
{
    (void)iface;
    return call_log(E_NOTIMPL, "BreakSnapshotSet", "set=%s", call_log_guid(&set).text);
}

COMPONENTS_METHOD(ExposeSnapshot, VSS_ID snapshot, VSS_PWSZ path_from_root, LONG attributes,
                  VSS_PWSZ expose, VSS_PWSZ *exposed)
{
    (void)iface;
    if (exposed != NULL)
        *exposed = NULL;
    return call_log(E_NOTIMPL, "ExposeSnapshot",
                    "snapshot=%s path_from_root=%ls attributes=0x%lx expose=%ls",
                    call_log_guid(&snapshot).text, call_log_text(path_from_root),
                    (unsigned long)attributes, call_log_text(expose));
}

COMPONENTS_METHOD(RevertToSnapshot, VSS_ID snapshot, WINBOOL force)
{
    (void)iface;
    return call_log(E_NOTIMPL, "RevertToSnapshot", "snapshot=%s force=%d",
                    call_log_guid(&snapshot).text, force);
}

COMPONENTS_METHOD(QueryRevertStatus, VSS_PWSZ volume, IVssAsync **async)
{
    (void)iface;
    (void)volume;
    return refuse_async("QueryRevertStatus", async);
}

COMPONENTS_METHOD(UnexposeSnapshot, VSS_ID snapshot)
{
    (void)iface;
    return call_log(E_NOTIMPL, "UnexposeSnapshot", "snapshot=%s", call_log_guid(&snapshot).text);
}

COMPONENTS_METHOD(SetAuthoritativeRestore, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean authoritative)
{
    (void)iface;
    return call_log(E_NOTIMPL, "SetAuthoritativeRestore",
                    "writer=%s type=%d path=%ls name=%ls authoritative=%d",
                    call_log_guid(&writer).text, (int)type, call_log_text(path),
                    call_log_text(name), authoritative);
}

COMPONENTS_METHOD(SetRollForward, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, VSS_ROLLFORWARD_TYPE roll, LPCWSTR point)
{
    (void)iface;
    return call_log(E_NOTIMPL, "SetRollForward",
                    "writer=%s type=%d path=%ls name=%ls roll=%d point=%ls",
                    call_log_guid(&writer).text, (int)type, call_log_text(path),
                    call_log_text(name), (int)roll, call_log_text(point));
}

COMPONENTS_METHOD(SetRestoreName, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR restore_name)
{
    (void)iface;
    return call_log(E_NOTIMPL, "SetRestoreName",
                    "writer=%s type=%d path=%ls name=%ls restore_name=%ls",
                    call_log_guid(&writer).text, (int)type, call_log_text(path),
                    call_log_text(name), call_log_text(restore_name));
}

COMPONENTS_METHOD(BreakSnapshotSetEx, VSS_ID set, DWORD flags, IVssAsync **async)
{
    (void)iface;
    (void)set;
    (void)flags;
    return refuse_async("BreakSnapshotSetEx", async);
}

COMPONENTS_METHOD(PreFastRecovery, VSS_ID set, DWORD flags, IVssAsync **async)
{
    (void)iface;
    (void)set;
    (void)flags;
    return refuse_async("PreFastRecovery", async);
}

COMPONENTS_METHOD(FastRecovery, VSS_ID set, DWORD flags, IVssAsync **async)
{
    (void)iface;
    (void)set;
    (void)flags;
    return refuse_async("FastRecovery", async);
}

COMPONENTS_METHOD(AddSnapshotToRecoverySet, VSS_ID snapshot, DWORD flags, VSS_PWSZ volume)
{
    (void)iface;
    return call_log(E_NOTIMPL, "AddSnapshotToRecoverySet", "snapshot=%s flags=0x%lx volume=%ls",
                    call_log_guid(&snapshot).text, flags, call_log_text(volume));
}

COMPONENTS_METHOD(RecoverSet, DWORD flags, IVssAsync **async)
{
    (void)iface;
    (void)flags;
    return refuse_async("RecoverSet", async);
}

COMPONENTS_METHOD(GetSessionId, VSS_ID *session)
{
    if (session == NULL)
        return call_log(E_INVALIDARG, "GetSessionId", "");
    *session = components_from_iface(iface)->session_id;
    return call_log(S_OK, "GetSessionId", "session=%s", call_log_guid(session).text);
}

COMPONENTS_METHOD(GetRootAndLogicalPrefixPaths, VSS_PWSZ file_path, VSS_PWSZ *root,
                  VSS_PWSZ *prefix, WINBOOL normalize)
{
    (void)iface;
    if (root != NULL)
        *root = NULL;
    if (prefix != NULL)
        *prefix = NULL;
    return call_log(E_NOTIMPL, "GetRootAndLogicalPrefixPaths", "file_path=%ls normalize=%d",
                    call_log_text(file_path), normalize);
}
