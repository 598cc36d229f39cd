/*
 * component_absent.h - methods of IVssComponent (to Ex2) that need nothing of the object (private
 * to component*.c).
 */
#ifndef NTDSBCLI_EMBEDDED_COMPONENT_ABSENT_H
#define NTDSBCLI_EMBEDDED_COMPONENT_ABSENT_H

#include "component.h"

#define COMPONENT_METHOD(name, ...)                                                                \
    HRESULT STDMETHODCALLTYPE component_##name(IVssComponentEx2 *iface, __VA_ARGS__)

/* Each serves several methods: the count, or the text, of something that is never stored. */
COMPONENT_METHOD(NoItems, UINT *count);
COMPONENT_METHOD(NoText, BSTR *text);

/* An item of an empty list. */
COMPONENT_METHOD(GetPartialFile, UINT index, BSTR *path, BSTR *filename, BSTR *ranges,
                 BSTR *metadata);
COMPONENT_METHOD(GetDirectedTarget, UINT index, BSTR *source_path, BSTR *source_filename,
                 BSTR *source_ranges, BSTR *path, BSTR *filename, BSTR *ranges);
COMPONENT_METHOD(GetDifferencedFile, UINT index, BSTR *path, BSTR *filespec, WINBOOL *recursive,
                 BSTR *lsn, FILETIME *modified);
COMPONENT_METHOD(GetRestoreSubcomponent, UINT index, BSTR *logical_path, BSTR *name,
                 boolean *repair);
/* What was never set. */
COMPONENT_METHOD(GetAuthoritativeRestore, boolean *authoritative);
COMPONENT_METHOD(GetRollForward, VSS_ROLLFORWARD_TYPE *type, BSTR *point);
COMPONENT_METHOD(GetFailure, HRESULT *hr, HRESULT *application, BSTR *message, DWORD *reserved);

/* Methods that only a writer may call. */
COMPONENT_METHOD(SetBackupMetadata, LPCWSTR data);
COMPONENT_METHOD(AddPartialFile, LPCWSTR path, LPCWSTR filename, LPCWSTR ranges, LPCWSTR metadata);
COMPONENT_METHOD(AddDirectedTarget, LPCWSTR source_path, LPCWSTR source_filename,
                 LPCWSTR source_ranges, LPCWSTR path, LPCWSTR filename, LPCWSTR ranges);
COMPONENT_METHOD(SetRestoreMetadata, LPCWSTR data);
COMPONENT_METHOD(SetRestoreTarget, VSS_RESTORE_TARGET target);
COMPONENT_METHOD(SetPreRestoreFailureMsg, LPCWSTR message);
COMPONENT_METHOD(SetPostRestoreFailureMsg, LPCWSTR message);
COMPONENT_METHOD(SetBackupStamp, LPCWSTR stamp);
COMPONENT_METHOD(AddDifferencedFilesByLastModifyTime, LPCWSTR path, LPCWSTR filespec,
                 WINBOOL recursive, FILETIME modified);
COMPONENT_METHOD(AddDifferencedFilesByLastModifyLSN, LPCWSTR path, LPCWSTR filespec,
                 WINBOOL recursive, BSTR lsn);
COMPONENT_METHOD(SetPrepareForBackupFailureMsg, LPCWSTR message);
COMPONENT_METHOD(SetPostSnapshotFailureMsg, LPCWSTR message);
COMPONENT_METHOD(SetFailure, HRESULT hr, HRESULT application, LPCWSTR message, DWORD reserved);

#endif
