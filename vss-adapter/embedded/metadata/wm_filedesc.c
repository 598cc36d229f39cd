/*
 * wm_filedesc.c - IVssWMFiledesc: a path and a file specification.
 */
#include "embedded/base/wide.h"
#include "metadata.h"
#include "part.h"

static const struct doc_file *file_of(IVssWMFiledesc *iface)
{
    return ((struct part *)(void *)iface)->item;
}

UNKNOWN_METHODS(IVssWMFiledesc, wm_filedesc, NULL, part_destroy)

static HRESULT STDMETHODCALLTYPE wm_filedesc_GetPath(IVssWMFiledesc *iface, BSTR *path)
{
    return path ? wide_to_bstr(file_of(iface)->path, path) : E_INVALIDARG;
}

static HRESULT STDMETHODCALLTYPE wm_filedesc_GetFilespec(IVssWMFiledesc *iface, BSTR *filespec)
{
    return filespec ? wide_to_bstr(file_of(iface)->filespec, filespec) : E_INVALIDARG;
}

static HRESULT STDMETHODCALLTYPE wm_filedesc_GetRecursive(IVssWMFiledesc *iface, boolean *recursive)
{
    if (!recursive)
        return E_INVALIDARG;
    *recursive = file_of(iface)->recursive;
    return S_OK;
}

/* S_FALSE and NULL: there is none. */
static HRESULT STDMETHODCALLTYPE wm_filedesc_GetAlternateLocation(IVssWMFiledesc *iface, BSTR *path)
{
    return path ? wide_to_bstr(file_of(iface)->alternate_path, path) : E_INVALIDARG;
}

static HRESULT STDMETHODCALLTYPE wm_filedesc_GetBackupTypeMask(IVssWMFiledesc *iface, DWORD *mask)
{
    if (!mask)
        return E_INVALIDARG;
    *mask = file_of(iface)->backup_type_mask;
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

HRESULT wm_filedesc_at(struct metadata_holder *holder, const struct doc_files *files, UINT index,
                       IVssWMFiledesc **out)
{
    if (!out)
        return E_INVALIDARG;
    *out = NULL;
    if (index >= files->count)
        return VSS_E_OBJECT_NOT_FOUND;
    return part_create(holder, &files->items[index], &wm_filedesc_vtbl, out);
}

HRESULT wm_filedesc_of_copy(const struct doc_files *files, UINT index, IVssWMFiledesc **out)
{
    struct metadata_holder *holder = NULL;
    struct doc_writer document = {0};
    const struct doc_file *file;
    HRESULT hr = E_OUTOFMEMORY;

    if (!out)
        return E_INVALIDARG;
    *out = NULL;
    if (index >= files->count)
        return VSS_E_OBJECT_NOT_FOUND;
    file = &files->items[index];
    if (doc_files_add(&document.include_files, file->path, file->filespec, file->alternate_path,
                      file->recursive, file->backup_type_mask))
        hr = metadata_holder_create(&document, &holder);
    if (SUCCEEDED(hr))
        hr = wm_filedesc_at(holder, &holder->document.include_files, 0, out);
    metadata_holder_release(holder);
    doc_writer_fini(&document);
    return hr;
}
