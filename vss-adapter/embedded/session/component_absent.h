/*
 * Methods of IVssComponent (to Ex2) that need nothing of the object (private to component.c).
 */
#ifndef NTDSBCLI_EMBEDDED_COMPONENT_ABSENT_H
#define NTDSBCLI_EMBEDDED_COMPONENT_ABSENT_H

#include "component.h"

HRESULT STDMETHODCALLTYPE component_SetBackupMetadata(IVssComponentEx2 *iface, LPCWSTR wszData);
HRESULT STDMETHODCALLTYPE component_AddPartialFile(IVssComponentEx2 *iface, LPCWSTR wszPath,
                                                   LPCWSTR wszFilename, LPCWSTR wszRanges,
                                                   LPCWSTR wszMetadata);
HRESULT STDMETHODCALLTYPE component_GetPartialFileCount(IVssComponentEx2 *iface,
                                                        UINT *pcPartialFiles);
HRESULT STDMETHODCALLTYPE component_GetPartialFile(IVssComponentEx2 *iface, UINT iPartialFile,
                                                   BSTR *pbstrPath, BSTR *pbstrFilename,
                                                   BSTR *pbstrRange, BSTR *pbstrMetadata);
HRESULT STDMETHODCALLTYPE component_AddDirectedTarget(
    IVssComponentEx2 *iface, LPCWSTR wszSourcePath, LPCWSTR wszSourceFilename,
    LPCWSTR wszSourceRangeList, LPCWSTR wszDestinationPath, LPCWSTR wszDestinationFilename,
    LPCWSTR wszDestinationRangeList);
HRESULT STDMETHODCALLTYPE component_GetDirectedTargetCount(IVssComponentEx2 *iface,
                                                           UINT *pcDirectedTarget);
HRESULT STDMETHODCALLTYPE component_GetDirectedTarget(
    IVssComponentEx2 *iface, UINT iDirectedTarget, BSTR *pbstrSourcePath, BSTR *pbstrSourceFileName,
    BSTR *pbstrSourceRangeList, BSTR *pbstrDestinationPath, BSTR *pbstrDestinationFilename,
    BSTR *pbstrDestinationRangeList);
HRESULT STDMETHODCALLTYPE component_SetRestoreMetadata(IVssComponentEx2 *iface,
                                                       LPCWSTR wszRestoreMetadata);
HRESULT STDMETHODCALLTYPE component_SetRestoreTarget(IVssComponentEx2 *iface,
                                                     VSS_RESTORE_TARGET target);
HRESULT STDMETHODCALLTYPE component_SetPreRestoreFailureMsg(IVssComponentEx2 *iface,
                                                            LPCWSTR wszPreRestoreFailureMsg);
HRESULT STDMETHODCALLTYPE component_GetPreRestoreFailureMsg(IVssComponentEx2 *iface,
                                                            BSTR *pbstrPreRestoreFailureMsg);
HRESULT STDMETHODCALLTYPE component_SetPostRestoreFailureMsg(IVssComponentEx2 *iface,
                                                             LPCWSTR wszPostRestoreFailureMsg);
HRESULT STDMETHODCALLTYPE component_GetPostRestoreFailureMsg(IVssComponentEx2 *iface,
                                                             BSTR *pbstrPostRestoreFailureMsg);
HRESULT STDMETHODCALLTYPE component_SetBackupStamp(IVssComponentEx2 *iface, LPCWSTR wszBackupStamp);
HRESULT STDMETHODCALLTYPE component_AddDifferencedFilesByLastModifyTime(IVssComponentEx2 *iface,
                                                                        LPCWSTR wszPath,
                                                                        LPCWSTR wszFilespec,
                                                                        WINBOOL bRecursive,
                                                                        FILETIME ftLastModifyTime);
HRESULT STDMETHODCALLTYPE component_AddDifferencedFilesByLastModifyLSN(IVssComponentEx2 *iface,
                                                                       LPCWSTR wszPath,
                                                                       LPCWSTR wszFilespec,
                                                                       WINBOOL bRecursive,
                                                                       BSTR bstrLsnString);
HRESULT STDMETHODCALLTYPE component_GetDifferencedFilesCount(IVssComponentEx2 *iface,
                                                             UINT *pcDifferencedFiles);
HRESULT STDMETHODCALLTYPE component_GetDifferencedFile(IVssComponentEx2 *iface,
                                                       UINT iDifferencedFile, BSTR *pbstrPath,
                                                       BSTR *pbstrFilespec, WINBOOL *pbRecursive,
                                                       BSTR *pbstrLsnString,
                                                       FILETIME *pftLastModifyTime);
HRESULT STDMETHODCALLTYPE component_SetPrepareForBackupFailureMsg(IVssComponentEx2 *iface,
                                                                  LPCWSTR wszFailureMsg);
HRESULT STDMETHODCALLTYPE component_SetPostSnapshotFailureMsg(IVssComponentEx2 *iface,
                                                              LPCWSTR wszFailureMsg);
HRESULT STDMETHODCALLTYPE component_GetPrepareForBackupFailureMsg(IVssComponentEx2 *iface,
                                                                  BSTR *pbstrFailureMsg);
HRESULT STDMETHODCALLTYPE component_GetPostSnapshotFailureMsg(IVssComponentEx2 *iface,
                                                              BSTR *pbstrFailureMsg);
HRESULT STDMETHODCALLTYPE component_SetFailure(IVssComponentEx2 *iface, HRESULT hr,
                                               HRESULT hrApplication, LPCWSTR wszApplicationMessage,
                                               DWORD dwReserved);
HRESULT STDMETHODCALLTYPE component_GetFailure(IVssComponentEx2 *iface, HRESULT *phr,
                                               HRESULT *phrApplication,
                                               BSTR *pbstrApplicationMessage, DWORD *pdwReserved);

#endif
