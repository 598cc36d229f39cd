/*
 * component_absent.c - the part of IVssComponent (to Ex2) that is never stored here.
 *
 * Partial files, directed targets, differenced files, parts of components, roll-forward and failure
 * messages count as none; what only a writer may set is refused.
 */
#include "component_absent.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"

/* Most methods look at none of their arguments. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

static void clear_text(BSTR *text)
{
    if (text)
        *text = NULL;
}

COMPONENT_METHOD(NoItems, UINT *count)
{
    if (!count)
        return E_INVALIDARG;
    *count = 0;
    return S_OK;
}

COMPONENT_METHOD(NoText, BSTR *text)
{
    return text ? wide_to_bstr(NULL, text) : E_INVALIDARG;
}

COMPONENT_METHOD(GetPartialFile, UINT index, BSTR *path, BSTR *filename, BSTR *ranges,
                 BSTR *metadata)
{
    clear_text(path);
    clear_text(filename);
    clear_text(ranges);
    clear_text(metadata);
    return VSS_E_OBJECT_NOT_FOUND;
}

COMPONENT_METHOD(GetDirectedTarget, UINT index, BSTR *source_path, BSTR *source_filename,
                 BSTR *source_ranges, BSTR *path, BSTR *filename, BSTR *ranges)
{
    clear_text(source_path);
    clear_text(source_filename);
    clear_text(source_ranges);
    clear_text(path);
    clear_text(filename);
    clear_text(ranges);
    return VSS_E_OBJECT_NOT_FOUND;
}

COMPONENT_METHOD(GetDifferencedFile, UINT index, BSTR *path, BSTR *filespec, WINBOOL *recursive,
                 BSTR *lsn, FILETIME *modified)
{
    clear_text(path);
    clear_text(filespec);
    clear_text(lsn);
    if (recursive)
        *recursive = 0;
    if (modified)
        *modified = (FILETIME){0, 0};
    return VSS_E_OBJECT_NOT_FOUND;
}

COMPONENT_METHOD(GetRestoreSubcomponent, UINT index, BSTR *logical_path, BSTR *name,
                 boolean *repair)
{
    clear_text(logical_path);
    clear_text(name);
    if (repair)
        *repair = 0;
    return VSS_E_OBJECT_NOT_FOUND;
}

COMPONENT_METHOD(GetAuthoritativeRestore, boolean *authoritative)
{
    if (!authoritative)
        return E_INVALIDARG;
    *authoritative = 0;
    return S_OK;
}

COMPONENT_METHOD(GetRollForward, VSS_ROLLFORWARD_TYPE *type, BSTR *point)
{
    if (!type || !point)
        return E_INVALIDARG;
    *type = VSS_RF_UNDEFINED;
    *point = NULL;
    return S_OK;
}

COMPONENT_METHOD(GetFailure, HRESULT *hr, HRESULT *application, BSTR *message, DWORD *reserved)
{
    if (hr)
        *hr = S_OK;
    if (application)
        *application = S_OK;
    clear_text(message);
    if (reserved)
        *reserved = 0;
    return S_OK;
}

#define REFUSED_METHOD(name, ...)                                                                  \
    COMPONENT_METHOD(name, __VA_ARGS__)                                                            \
    {                                                                                              \
        return method_log(E_NOTIMPL, "IVssComponent::" #name, "");                                 \
    }

REFUSED_METHOD(SetBackupMetadata, LPCWSTR data)
REFUSED_METHOD(AddPartialFile, LPCWSTR path, LPCWSTR filename, LPCWSTR ranges, LPCWSTR metadata)
REFUSED_METHOD(AddDirectedTarget, LPCWSTR source_path, LPCWSTR source_filename,
               LPCWSTR source_ranges, LPCWSTR path, LPCWSTR filename, LPCWSTR ranges)
REFUSED_METHOD(SetRestoreMetadata, LPCWSTR data)
REFUSED_METHOD(SetRestoreTarget, VSS_RESTORE_TARGET target)
REFUSED_METHOD(SetPreRestoreFailureMsg, LPCWSTR message)
REFUSED_METHOD(SetPostRestoreFailureMsg, LPCWSTR message)
REFUSED_METHOD(SetBackupStamp, LPCWSTR stamp)
REFUSED_METHOD(AddDifferencedFilesByLastModifyTime, LPCWSTR path, LPCWSTR filespec,
               WINBOOL recursive, FILETIME modified)
REFUSED_METHOD(AddDifferencedFilesByLastModifyLSN, LPCWSTR path, LPCWSTR filespec,
               WINBOOL recursive, BSTR lsn)
REFUSED_METHOD(SetPrepareForBackupFailureMsg, LPCWSTR message)
REFUSED_METHOD(SetPostSnapshotFailureMsg, LPCWSTR message)
REFUSED_METHOD(SetFailure, HRESULT hr, HRESULT application, LPCWSTR message, DWORD reserved)
