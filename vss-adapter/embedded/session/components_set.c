/*
 * components_set.c - the methods about the shadow copy set: context, volumes, existing shadows.
 */
#include "components.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"
#include "embedded/shadows/slot.h"
#include "enum_object.h"

#include <stdlib.h>
#include <string.h>

#define REAPER_ATTEMPTS 3

/* What a program may add to a context (MS docs, _VSS_VOLUME_SNAPSHOT_ATTRIBUTES). */
#define CONTEXT_EXTRAS                                                                             \
    (VSS_VOLSNAP_ATTR_NO_AUTORECOVERY | VSS_VOLSNAP_ATTR_TRANSPORTABLE |                           \
     VSS_VOLSNAP_ATTR_NOT_SURFACED | VSS_VOLSNAP_ATTR_NOT_TRANSACTED |                             \
     VSS_VOLSNAP_ATTR_HARDWARE_ASSISTED | VSS_VOLSNAP_ATTR_DIFFERENTIAL | VSS_VOLSNAP_ATTR_PLEX |  \
     VSS_VOLSNAP_ATTR_ROLLBACK_RECOVERY | VSS_VOLSNAP_ATTR_DELAYED_POSTSNAPSHOT |                  \
     VSS_VOLSNAP_ATTR_TXF_RECOVERY)

static HRESULT check_context(LONG context)
{
    if (context == (LONG)VSS_CTX_ALL)
        return S_OK;
    if (context & ~(SHADOW_CONTEXT_BITS | CONTEXT_EXTRAS))
        return E_INVALIDARG;
    switch (context & SHADOW_CONTEXT_BITS) {
    case VSS_CTX_BACKUP:
    case VSS_CTX_FILE_SHARE_BACKUP:
    case VSS_CTX_NAS_ROLLBACK:
    case VSS_CTX_APP_ROLLBACK:
    case VSS_CTX_CLIENT_ACCESSIBLE:
    case VSS_CTX_CLIENT_ACCESSIBLE_WRITERS:
        return S_OK;
    default:
        return VSS_E_UNSUPPORTED_CONTEXT;
    }
}

COMPONENTS_METHOD(SetContext, LONG context)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr = components_enter(self, COMPONENTS_CALL, NEED_BACKUP);

    if (SUCCEEDED(hr)) {
        /* Programs (UrBackup, AlphaVSS issues 25 and 29) gather the metadata first. */
        if (self->context_set || self->set_started)
            hr = VSS_E_BAD_STATE;
        else
            hr = check_context(context);
        if (SUCCEEDED(hr)) {
            self->context = context;
            self->context_set = true;
        }
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "context=0x%08lx", (unsigned long)context);
}

/* A process may fail to start once on a loaded machine; without it a shadow could stay behind. */
static HRESULT start_reaper(struct components *self)
{
    HRESULT hr = E_FAIL;
    int attempt;

    for (attempt = 0; FAILED(hr) && attempt < REAPER_ATTEMPTS; attempt++) {
        hr = reaper_start(&self->set_id, &self->reaper);
        if (FAILED(hr))
            method_log(hr, "StartSnapshotSet", "reaper attempt=%d", attempt + 1);
    }
    return hr;
}

/* One that was created may still end before it watches. */
HRESULT components_await_reaper(struct components *self)
{
    HRESULT hr = reaper_await(&self->reaper);
    int attempt;

    for (attempt = 1; FAILED(hr) && attempt < REAPER_ATTEMPTS; attempt++) {
        method_log(hr, "DoSnapshotSet", "reaper attempt=%d", attempt);
        reaper_stop(&self->reaper);
        hr = start_reaper(self);
        if (SUCCEEDED(hr))
            hr = reaper_await(&self->reaper);
    }
    return SUCCEEDED(hr) ? S_OK : VSS_E_UNEXPECTED_PROVIDER_ERROR;
}

/* Takes the slot, and starts the reaper in case this process dies. */
static HRESULT start_set(struct components *self)
{
    HRESULT hr = CoCreateGuid(&self->set_id);

    if (SUCCEEDED(hr))
        hr = slot_take(&self->set_id);
    if (FAILED(hr))
        return hr;
    hr = start_reaper(self);
    if (FAILED(hr)) {
        slot_free(&self->set_id, false);
        return VSS_E_UNEXPECTED;
    }
    self->set_started = true;
    self->document.has_set_id = true;
    self->document.set_id = wide_doc_guid(&self->set_id);
    return S_OK;
}

/*
 * MS docs: VSS_CTX_ALL is for looking at shadows, not for making them. UrBackup, which frees the
 * writers' status before, may start a set; the program of AlphaVSS issue 30, which does not, may
 * not.
 */
static bool may_start_set(const struct components *self)
{
    return !self->snapshot_made && !self->snapshot_failed && self->context != (LONG)VSS_CTX_ALL &&
           (self->set_started || !self->status_gathered);
}

COMPONENTS_METHOD(StartSnapshotSet, VSS_ID *set)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!set)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    *set = GUID_NULL;
    hr = components_enter(self, COMPONENTS_CALL, NEED_BACKUP);
    if (SUCCEEDED(hr)) {
        if (!may_start_set(self))
            hr = VSS_E_BAD_STATE;
        else if (self->set_started)
            hr = VSS_E_SNAPSHOT_SET_IN_PROGRESS;
        else
            hr = start_set(self);
        if (SUCCEEDED(hr))
            *set = self->set_id;
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "set=%s", method_log_guid(set).text);
}

static bool is_our_provider(const GUID *provider)
{
    return IsEqualGUID(provider, &GUID_NULL) || IsEqualGUID(provider, &shadow_provider_id);
}

/* No shadow can be made of a shadow that has a drive letter. */
static HRESULT check_not_exposed(const wchar_t *name)
{
    struct shadow *shadows = NULL;
    size_t count = 0;
    HRESULT hr = shadow_list(&shadows, &count);
    size_t i;

    for (i = 0; i < count; i++)
        if (_wcsicmp(shadows[i].exposed, name) == 0)
            hr = VSS_E_VOLUME_NOT_SUPPORTED;
    free(shadows);
    return hr;
}

static HRESULT find_volume(const wchar_t *name, struct volume *volume)
{
    HRESULT hr = check_not_exposed(name);

    return SUCCEEDED(hr) ? volume_from_name(name, volume) : hr;
}

static HRESULT add_volume(struct components *self, const wchar_t *name, const GUID *provider)
{
    struct shadow shadow = {0};
    HRESULT hr;
    size_t i;

    if (!is_our_provider(provider))
        return VSS_E_PROVIDER_NOT_REGISTERED;
    /* These are for hardware providers (MS docs). */
    if (self->context & (VSS_VOLSNAP_ATTR_TRANSPORTABLE | VSS_VOLSNAP_ATTR_PLEX |
                         VSS_VOLSNAP_ATTR_HARDWARE_ASSISTED))
        return VSS_E_VOLUME_NOT_SUPPORTED;
    hr = find_volume(name, &shadow.volume);
    if (FAILED(hr))
        return hr;
    for (i = 0; i < self->shadow_count; i++)
        if (self->shadows[i].volume.letter == shadow.volume.letter)
            return VSS_E_OBJECT_ALREADY_EXISTS;
    if (self->shadow_count == COMPONENTS_MAX_VOLUMES)
        return VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED;
    hr = CoCreateGuid(&shadow.id);
    if (FAILED(hr))
        return hr;
    shadow.set_id = self->set_id;
    self->shadows[self->shadow_count++] = shadow;
    return S_OK;
}

COMPONENTS_METHOD(AddToSnapshotSet, VSS_PWSZ volume, VSS_ID provider, VSS_ID *snapshot)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!volume || !snapshot)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    *snapshot = GUID_NULL;
    hr = components_enter(self, COMPONENTS_CALL, NEED_BACKUP);
    if (SUCCEEDED(hr)) {
        if (!self->set_started || self->snapshot_made || self->snapshot_failed)
            hr = VSS_E_BAD_STATE;
        else
            hr = add_volume(self, volume, &provider);
        if (SUCCEEDED(hr))
            *snapshot = self->shadows[self->shadow_count - 1].id;
        components_leave(self);
    }
    return method_log(hr, COMPONENTS_CALL, "volume=%ls snapshot=%s", volume,
                      method_log_guid(snapshot).text);
}

COMPONENTS_METHOD(IsVolumeSupported, VSS_ID provider, VSS_PWSZ volume, WINBOOL *supported)
{
    struct components *self = components_from_iface(iface);
    struct volume found;
    HRESULT hr;

    if (!volume || !supported)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    *supported = FALSE;
    hr = components_check(self, COMPONENTS_CALL, NEED_INITIALIZED);
    if (SUCCEEDED(hr)) {
        if (!is_our_provider(&provider))
            hr = VSS_E_PROVIDER_NOT_REGISTERED;
        else
            hr = find_volume(volume, &found);
        *supported = SUCCEEDED(hr);
        if (hr == VSS_E_VOLUME_NOT_SUPPORTED)
            hr = S_OK;
    }
    return method_log(hr, COMPONENTS_CALL, "volume=%ls supported=%d", volume, *supported);
}

COMPONENTS_METHOD(GetSnapshotProperties, VSS_ID snapshot, VSS_SNAPSHOT_PROP *prop)
{
    struct components *self = components_from_iface(iface);
    struct shadow shadow;
    HRESULT hr;

    if (!prop)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    shadow_clear_properties(prop);
    hr = components_check(self, COMPONENTS_CALL, NEED_INITIALIZED);
    if (SUCCEEDED(hr))
        hr = shadow_find(&snapshot, &shadow);
    if (SUCCEEDED(hr))
        hr = shadow_properties(&shadow, prop);
    return method_log(hr, COMPONENTS_CALL, "snapshot=%s device=%ls",
                      method_log_guid(&snapshot).text,
                      method_log_text(prop->m_pwszSnapshotDeviceObject));
}

/* A shadow that was ended must not be deleted again at the end of the session. */
static void forget_shadow(struct components *self, const GUID *id)
{
    size_t i;

    AcquireSRWLockExclusive(&self->lock);
    for (i = 0; i < self->shadow_count; i++)
        if (IsEqualGUID(&self->shadows[i].id, id))
            self->shadows[i].created = false;
    ReleaseSRWLockExclusive(&self->lock);
}

HRESULT components_end_shadows(struct components *self, const GUID *id, VSS_OBJECT_TYPE type,
                               HRESULT (*act)(const struct shadow *shadow), LONG *done,
                               GUID *failed)
{
    struct shadow *shadows = NULL;
    size_t count = 0;
    HRESULT hr = shadow_list(&shadows, &count);
    const GUID *own;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < count; i++) {
        own = type == VSS_OBJECT_SNAPSHOT ? &shadows[i].id : &shadows[i].set_id;
        if (!shadows[i].created || !IsEqualGUID(own, id))
            continue;
        hr = act(&shadows[i]);
        if (FAILED(hr)) {
            *failed = shadows[i].id;
            break;
        }
        forget_shadow(self, &shadows[i].id);
        (*done)++;
    }
    free(shadows);
    return SUCCEEDED(hr) && !*done ? VSS_E_OBJECT_NOT_FOUND : hr;
}

COMPONENTS_METHOD(DeleteSnapshots, VSS_ID id, VSS_OBJECT_TYPE type, WINBOOL force, LONG *deleted,
                  VSS_ID *failed)
{
    struct components *self = components_from_iface(iface);
    HRESULT hr;

    if (!deleted || !failed)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    *deleted = 0;
    *failed = GUID_NULL;
    hr = components_check(self, COMPONENTS_CALL, NEED_INITIALIZED);
    if (SUCCEEDED(hr) && type != VSS_OBJECT_SNAPSHOT && type != VSS_OBJECT_SNAPSHOT_SET)
        hr = E_INVALIDARG;
    if (SUCCEEDED(hr))
        hr = components_end_shadows(self, &id, type, shadow_delete, deleted, failed);
    return method_log(hr, COMPONENTS_CALL, "id=%s type=%d force=%d deleted=%ld",
                      method_log_guid(&id).text, (int)type, force, *deleted);
}

/* The finished shadows of the session's context (MS docs). */
static HRESULT query_shadows(LONG context, IVssEnumObject **out)
{
    struct shadow *shadows;
    size_t count, i, made = 0;
    HRESULT hr = shadow_list(&shadows, &count);
    LONG difference;

    if (FAILED(hr))
        return hr;
    for (i = 0; i < count; i++) {
        difference = (shadows[i].attributes ^ context) & SHADOW_CONTEXT_BITS;
        if (shadows[i].created && (context == (LONG)VSS_CTX_ALL || !difference))
            shadows[made++] = shadows[i];
    }
    return enum_object_create_shadows(shadows, made, out);
}

COMPONENTS_METHOD(Query, VSS_ID id, VSS_OBJECT_TYPE type, VSS_OBJECT_TYPE returned,
                  IVssEnumObject **out)
{
    struct components *self = components_from_iface(iface);
    LONG context;
    HRESULT hr;

    if (!out)
        return method_log(E_INVALIDARG, COMPONENTS_CALL, "");
    *out = NULL;
    hr = components_enter(self, COMPONENTS_CALL, NEED_QUERY);
    if (SUCCEEDED(hr)) {
        context = self->context;
        components_leave(self);
        /* MS docs: a query gives GUID_NULL and "none". */
        if (!IsEqualGUID(&id, &GUID_NULL) || type != VSS_OBJECT_NONE)
            hr = E_INVALIDARG;
        else if (returned == VSS_OBJECT_SNAPSHOT)
            hr = query_shadows(context, out);
        else if (returned == VSS_OBJECT_PROVIDER)
            hr = enum_object_create_provider(out);
        else
            hr = E_INVALIDARG;
    }
    return method_log(hr, COMPONENTS_CALL, "returned=%d", (int)returned);
}
