/*
 * components_absent.c - methods that need a hardware provider, or one that can revert, refused as
 * Microsoft's pages describe; those that no program was seen to call; and the session id.
 */
#include "components.h"
#include "embedded/base/method_log.h"

static HRESULT refuse_async(const char *call, IVssAsync **async)
{
    if (!async)
        return method_log(E_INVALIDARG, call, "");
    *async = NULL;
    return method_log(E_NOTIMPL, call, "");
}

/* The document with which the session was initialized names the shadows to import. */
static bool may_import(const struct components *self)
{
    return self->imported;
}

static HRESULT run_import(struct components *self, HANDLE cancel)
{
    (void)self;
    (void)cancel;
    return VSS_E_NO_SNAPSHOTS_IMPORTED;
}

COMPONENTS_METHOD(ImportSnapshots, IVssAsync **async)
{
    static const struct components_operation operation = {NEED_BACKUP, may_import, run_import,
                                                          NULL};
    struct components *self = components_from_iface(iface);

    return method_log(components_begin(self, COMPONENTS_CALL, &operation, async), COMPONENTS_CALL,
                      "");
}

/* Only persistent shadows can be reverted to, and only by a provider that supports it. */
COMPONENTS_METHOD(RevertToSnapshot, VSS_ID snapshot, WINBOOL force)
{
    struct components *self = components_from_iface(iface);
    struct shadow shadow;
    HRESULT hr = components_check(self, COMPONENTS_CALL, NEED_QUERY);

    if (SUCCEEDED(hr))
        hr = shadow_find(&snapshot, &shadow);
    if (SUCCEEDED(hr))
        hr =
            shadow.attributes & VSS_VOLSNAP_ATTR_PERSISTENT ? E_NOTIMPL : VSS_E_UNSUPPORTED_CONTEXT;
    return method_log(hr, COMPONENTS_CALL, "snapshot=%s force=%d", method_log_guid(&snapshot).text,
                      force);
}

COMPONENTS_METHOD(QueryRevertStatus, VSS_PWSZ volume, IVssAsync **async)
{
    struct volume found;
    HRESULT hr;

    (void)iface;
    if (!async || !volume)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    *async = NULL;
    hr = volume_from_name(volume, &found);
    return method_log(SUCCEEDED(hr) ? E_NOTIMPL : hr, COMPONENTS_CALL, "volume=%ls", volume);
}

COMPONENTS_METHOD(PreFastRecovery, VSS_ID set, DWORD flags, IVssAsync **async)
{
    (void)iface;
    (void)set;
    (void)flags;
    return refuse_async(COMPONENTS_CALL, async);
}

COMPONENTS_METHOD(FastRecovery, VSS_ID set, DWORD flags, IVssAsync **async)
{
    (void)iface;
    (void)set;
    (void)flags;
    return refuse_async(COMPONENTS_CALL, async);
}

/* MS docs: VSS_E_BAD_STATE if no hardware provider supports it. */
COMPONENTS_METHOD(AddSnapshotToRecoverySet, VSS_ID snapshot, DWORD flags, VSS_PWSZ volume)
{
    HRESULT hr = flags || IsEqualGUID(&snapshot, &GUID_NULL) ? E_INVALIDARG : VSS_E_BAD_STATE;

    (void)iface;
    return method_log(hr, COMPONENTS_CALL, "snapshot=%s flags=0x%lx volume=%ls",
                      method_log_guid(&snapshot).text, flags, method_log_text(volume));
}

COMPONENTS_METHOD(RecoverSet, DWORD flags, IVssAsync **async)
{
    (void)iface;
    if (!async)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    *async = NULL;
    return method_log(VSS_E_BAD_STATE, COMPONENTS_CALL, "flags=0x%lx", flags);
}

/* --- no program was seen to call these ------------------------------------------------------- */

static HRESULT refuse(const char *call, const wchar_t *name)
{
    return method_log(E_NOTIMPL, call, "name=%ls", method_log_text(name));
}

COMPONENTS_METHOD(AddRestoreSubcomponent, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR sub_path, LPCWSTR sub_name, boolean repair)
{
    (void)iface, (void)writer, (void)type, (void)path, (void)sub_path, (void)sub_name;
    (void)repair;
    return refuse(COMPONENTS_CALL, name);
}

COMPONENTS_METHOD(SetAuthoritativeRestore, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean authoritative)
{
    (void)iface, (void)writer, (void)type, (void)path, (void)authoritative;
    return refuse(COMPONENTS_CALL, name);
}

COMPONENTS_METHOD(SetRollForward, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, VSS_ROLLFORWARD_TYPE roll, LPCWSTR point)
{
    (void)iface, (void)writer, (void)type, (void)path, (void)roll, (void)point;
    return refuse(COMPONENTS_CALL, name);
}

COMPONENTS_METHOD(SetRestoreName, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR restore_name)
{
    (void)iface, (void)writer, (void)type, (void)path, (void)restore_name;
    return refuse(COMPONENTS_CALL, name);
}

COMPONENTS_METHOD(GetSessionId, VSS_ID *session)
{
    if (!session)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    *session = components_from_iface(iface)->session_id;
    return method_log(S_OK, COMPONENTS_CALL, "session=%s", method_log_guid(session).text);
}
