/*
 * components_expose.c - the methods that make shadows visible, or volumes of their own; and paths
 * for AddToSnapshotSet.
 */
#include "components.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"
#include "embedded/shadows/shadow_expose.h"

#include <stdlib.h>
#include <wchar.h>

static HRESULT expose(const GUID *id, const wchar_t *path, LONG attributes, const wchar_t *where,
                      VSS_PWSZ *exposed)
{
    struct shadow shadow;
    HRESULT hr;

    /* No program was seen to ask for a share. */
    if (attributes == VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY)
        return E_NOTIMPL;
    if (attributes != VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY || path)
        return E_INVALIDARG;
    hr = shadow_find(id, &shadow);
    if (FAILED(hr))
        return hr;
    hr = shadow_expose_locally(&shadow, where);
    if (FAILED(hr))
        return hr;
    hr = shadow_update(&shadow);
    if (SUCCEEDED(hr)) {
        *exposed = wide_task_copy(shadow.exposed);
        hr = *exposed ? S_OK : E_OUTOFMEMORY;
    }
    if (FAILED(hr)) {
        shadow_unexpose(&shadow);
        shadow_update(&shadow);
    }
    return hr;
}

COMPONENTS_METHOD(ExposeSnapshot, VSS_ID snapshot, VSS_PWSZ path_from_root, LONG attributes,
                  VSS_PWSZ expose_at, VSS_PWSZ *exposed)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!exposed)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    *exposed = NULL;
    hr = components_check(self, COMPONENTS_CALL, NEED_QUERY);
    if (SUCCEEDED(hr))
        hr = expose(&snapshot, path_from_root, attributes, expose_at, exposed);
    return method_log(hr, COMPONENTS_CALL,
                      "snapshot=%s path_from_root=%ls attributes=0x%lx expose=%ls exposed=%ls",
                      method_log_guid(&snapshot).text, method_log_text(path_from_root),
                      (unsigned long)attributes, method_log_text(expose_at),
                      method_log_text(*exposed));
}

COMPONENTS_METHOD(UnexposeSnapshot, VSS_ID snapshot)
{
    struct components *self = components_from_iface(iface);
    struct shadow shadow;
    HRESULT hr = components_check(self, COMPONENTS_CALL, NEED_QUERY);

    if (SUCCEEDED(hr))
        hr = shadow_find(&snapshot, &shadow);
    if (SUCCEEDED(hr))
        hr = shadow_unexpose(&shadow);
    if (SUCCEEDED(hr))
        hr = shadow_update(&shadow);
    return method_log(hr, COMPONENTS_CALL, "snapshot=%s", method_log_guid(&snapshot).text);
}

/* --- breaking a set -------------------------------------------------------------------------- */

/*
 * The shadows are copies of their own, so they can become volumes, as a hardware provider's do: VSS
 * forgets them, and their devices and names stay. Without the lock.
 */
static HRESULT break_set(struct components *self, const GUID *set_id)
{
    LONG broken = 0;
    GUID failed;

    return components_end_shadows(self, set_id, VSS_OBJECT_SNAPSHOT_SET, shadow_break, &broken,
                                  &failed);
}

COMPONENTS_METHOD(BreakSnapshotSet, VSS_ID set)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_check(self, COMPONENTS_CALL, NEED_QUERY);

    if (SUCCEEDED(hr))
        hr = break_set(self, &set);
    return method_log(hr, COMPONENTS_CALL, "set=%s", method_log_guid(&set).text);
}

static HRESULT run_break(struct components *self, HANDLE cancel)
{
    (void)cancel;
    return break_set(self, &self->break_id);
}

COMPONENTS_METHOD(BreakSnapshotSetEx, VSS_ID set, DWORD flags, IVssAsync **async)
{
    static const struct components_operation operation = {NEED_QUERY, NULL, run_break, NULL};
    struct components *self = components_from_iface(iface);
    const DWORD known = VSS_BREAKEX_FLAG_MASK_LUNS | VSS_BREAKEX_FLAG_MAKE_READ_WRITE |
                        VSS_BREAKEX_FLAG_REVERT_IDENTITY_ALL |
                        VSS_BREAKEX_FLAG_REVERT_IDENTITY_NONE;
    HRESULT hr;

    if (!async || (flags & ~known))
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "flags=0x%lx", flags);
    *async = NULL;
    hr = components_enter(self, COMPONENTS_CALL, operation.need);
    if (SUCCEEDED(hr)) {
        self->break_id = set;
        /* A copied folder has no disk signature to give back. */
        if (flags & VSS_BREAKEX_FLAG_REVERT_IDENTITY_ALL)
            hr = VSS_E_BREAK_REVERT_ID_FAILED;
        else
            hr = components_start(self, COMPONENTS_CALL, &operation, async);
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "set=%s flags=0x%lx", method_log_guid(&set).text, flags);
}

/* --- paths ----------------------------------------------------------------------------------- */

/* "\\server\share\" of a UNC path. A share cannot be in a set here, but the caller may ask. */
static HRESULT share_root(const wchar_t *path, wchar_t root[MAX_PATH])
{
    const wchar_t *share = wcschr(path + 2, L'\\');
    const wchar_t *end = share ? share + 1 + wcscspn(share + 1, L"\\") : NULL;
    size_t chars;

    if (!end || end == share + 1 || end - path > MAX_PATH - 2)
        return E_INVALIDARG;
    chars = (size_t)(end - path);
    wmemcpy(root, path, chars);
    root[chars] = L'\\';
    root[chars + 1] = 0;
    return S_OK;
}

COMPONENTS_METHOD(GetRootAndLogicalPrefixPaths, VSS_PWSZ file_path, VSS_PWSZ *root,
                  VSS_PWSZ *prefix, WINBOOL normalize)
{
    wchar_t root_text[MAX_PATH];
    wchar_t prefix_text[MAX_PATH];
    HRESULT hr = S_OK;

    (void)iface;
    if (!file_path || !root || !prefix)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    *root = NULL;
    *prefix = NULL;
    if (file_path[0] == L'\\' && file_path[1] == L'\\' && file_path[2] != L'?') {
        hr = share_root(file_path, root_text);
        wcscpy(prefix_text, SUCCEEDED(hr) ? root_text : L"");
    } else if (!GetVolumePathNameW(file_path, root_text, MAX_PATH) ||
               !GetVolumeNameForVolumeMountPointW(root_text, prefix_text, MAX_PATH)) {
        hr = HRESULT_FROM_WIN32(GetLastError());
    }
    if (SUCCEEDED(hr)) {
        *root = wide_task_copy(root_text);
        *prefix = wide_task_copy(prefix_text);
        if (!*root || !*prefix) {
            CoTaskMemFree(*root);
            CoTaskMemFree(*prefix);
            *root = NULL;
            *prefix = NULL;
            hr = E_OUTOFMEMORY;
        }
    }
    return method_log(hr, COMPONENTS_CALL, "file_path=%ls normalize=%d", file_path, normalize);
}
