/*
 * IVssWMFiledesc: a path and a file specification.
 *
 * Must not know: whose files they are.
 */
#include "metadata.h"
#include "embedded/base/wide.h"

#include <stdlib.h>

struct wm_filedesc
{
    IVssWMFiledesc IVssWMFiledesc_iface;
    LONG refs;
    struct metadata_holder *holder;
    const struct doc_file *file; /* in the holder's document */
};

static struct wm_filedesc *impl_from_IVssWMFiledesc(IVssWMFiledesc *iface)
{
    return CONTAINING_RECORD(iface, struct wm_filedesc, IVssWMFiledesc_iface);
}

static HRESULT STDMETHODCALLTYPE wm_filedesc_QueryInterface(IVssWMFiledesc *iface, REFIID iid,
                                                            void **object)
{
    if (!object)
        return E_POINTER;
    if (IsEqualIID(iid, &IID_IUnknown)) {
        *object = iface;
        IVssWMFiledesc_AddRef(iface);
        return S_OK;
    }
    *object = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE wm_filedesc_AddRef(IVssWMFiledesc *iface)
{
    return (ULONG)InterlockedIncrement(&impl_from_IVssWMFiledesc(iface)->refs);
}

static ULONG STDMETHODCALLTYPE wm_filedesc_Release(IVssWMFiledesc *iface)
{
    struct wm_filedesc *self = impl_from_IVssWMFiledesc(iface);
    LONG refs = InterlockedDecrement(&self->refs);

    if (refs == 0) {
        metadata_holder_release(self->holder);
        free(self);
    }
    return (ULONG)refs;
}

static HRESULT STDMETHODCALLTYPE wm_filedesc_GetPath(IVssWMFiledesc *iface, BSTR *path)
{
    if (!path)
        return E_INVALIDARG;
    return wide_to_bstr(impl_from_IVssWMFiledesc(iface)->file->path, path);
}

static HRESULT STDMETHODCALLTYPE wm_filedesc_GetFilespec(IVssWMFiledesc *iface, BSTR *filespec)
{
    if (!filespec)
        return E_INVALIDARG;
    return wide_to_bstr(impl_from_IVssWMFiledesc(iface)->file->filespec, filespec);
}

static HRESULT STDMETHODCALLTYPE wm_filedesc_GetRecursive(IVssWMFiledesc *iface, boolean *recursive)
{
    if (!recursive)
        return E_INVALIDARG;
    *recursive = impl_from_IVssWMFiledesc(iface)->file->recursive;
    return S_OK;
}

/* S_FALSE and NULL: there is none. */
static HRESULT STDMETHODCALLTYPE wm_filedesc_GetAlternateLocation(IVssWMFiledesc *iface, BSTR *path)
{
    if (!path)
        return E_INVALIDARG;
    return wide_to_bstr(impl_from_IVssWMFiledesc(iface)->file->alternate_path, path);
}

static HRESULT STDMETHODCALLTYPE wm_filedesc_GetBackupTypeMask(IVssWMFiledesc *iface, DWORD *mask)
{
    if (!mask)
        return E_INVALIDARG;
    *mask = impl_from_IVssWMFiledesc(iface)->file->backup_type_mask;
    return S_OK;
}

static const IVssWMFiledescVtbl wm_filedesc_vtbl = {
    .QueryInterface = wm_filedesc_QueryInterface,
    .AddRef = wm_filedesc_AddRef,
    .Release = wm_filedesc_Release,
    .GetPath = wm_filedesc_GetPath,
    .GetFilespec = wm_filedesc_GetFilespec,
    .GetRecursive = wm_filedesc_GetRecursive,
    .GetAlternateLocation = wm_filedesc_GetAlternateLocation,
    .GetBackupTypeMask = wm_filedesc_GetBackupTypeMask,
};

HRESULT wm_filedesc_create(struct metadata_holder *holder, const struct doc_file *file,
                           IVssWMFiledesc **out)
{
    struct wm_filedesc *self = calloc(1, sizeof(*self));

    if (!self)
        return E_OUTOFMEMORY;
    self->IVssWMFiledesc_iface.lpVtbl = &wm_filedesc_vtbl;
    self->refs = 1;
    self->holder = holder;
    self->file = file;
    metadata_holder_addref(holder);
    *out = &self->IVssWMFiledesc_iface;
    return S_OK;
}

HRESULT wm_filedesc_at(struct metadata_holder *holder, const struct doc_files *files, UINT index,
                       IVssWMFiledesc **out)
{
    if (!out)
        return E_INVALIDARG;
    *out = NULL;
    if (index >= files->count)
        return VSS_E_OBJECT_NOT_FOUND;
    return wm_filedesc_create(holder, &files->items[index], out);
}

HRESULT wm_filedesc_of_copy(const struct doc_files *files, UINT index, IVssWMFiledesc **out)
{
    struct metadata_holder *holder = NULL;
    struct doc_writer document = {0};
    struct doc_files *copy = &document.include_files;
    HRESULT hr = E_OUTOFMEMORY;
    const struct doc_file *file;

    if (!out)
        return E_INVALIDARG;
    *out = NULL;
    if (index >= files->count)
        return VSS_E_OBJECT_NOT_FOUND;
    file = &files->items[index];
    if (doc_files_add(copy, file->path, file->filespec, file->recursive, file->backup_type_mask) &&
        doc_set_text(&copy->items[0].alternate_path, file->alternate_path))
        hr = metadata_holder_create(&document, &holder);
    if (SUCCEEDED(hr))
        hr = wm_filedesc_create(holder, &holder->document.include_files.items[0], out);
    metadata_holder_release(holder);
    doc_writer_fini(&document);
    return hr;
}
