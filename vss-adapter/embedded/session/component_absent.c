/*
 * The part of IVssComponent (to Ex2) that is never stored here: partial files, directed targets,
 * differenced files and failure messages are counted as none, and what only a writer may set is
 * refused.
 *
 * Must not know: anything about the object.
 */
#include "component_absent.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"

/* A text that is never there. */
static HRESULT no_text(BSTR *out)
{
    return out ? wide_to_bstr(NULL, out) : E_INVALIDARG;
}

static HRESULT not_here(const char *method)
{
    return method_log(E_NOTIMPL, method, "");
}

static HRESULT no_items(UINT *count)
{
    if (!count)
        return E_INVALIDARG;
    *count = 0;
    return S_OK;
}

static void clear_string(BSTR *text)
{
    if (text)
        *text = NULL;
}

HRESULT STDMETHODCALLTYPE component_SetBackupMetadata(IVssComponentEx2 *iface, LPCWSTR wszData)
{
    (void)iface;
    (void)wszData;
    return not_here("IVssComponent::SetBackupMetadata");
}

HRESULT STDMETHODCALLTYPE component_AddPartialFile(IVssComponentEx2 *iface, LPCWSTR wszPath,
                                                   LPCWSTR wszFilename, LPCWSTR wszRanges,
                                                   LPCWSTR wszMetadata)
{
    (void)iface;
    (void)wszPath;
    (void)wszFilename;
    (void)wszRanges;
    (void)wszMetadata;
    return not_here("IVssComponent::AddPartialFile");
}

HRESULT STDMETHODCALLTYPE component_GetPartialFileCount(IVssComponentEx2 *iface,
                                                        UINT *pcPartialFiles)
{
    (void)iface;
    return no_items(pcPartialFiles);
}

HRESULT STDMETHODCALLTYPE component_GetPartialFile(IVssComponentEx2 *iface, UINT iPartialFile,
                                                   BSTR *pbstrPath, BSTR *pbstrFilename,
                                                   BSTR *pbstrRange, BSTR *pbstrMetadata)
{
    (void)iface;
    (void)iPartialFile;
    clear_string(pbstrPath);
    clear_string(pbstrFilename);
    clear_string(pbstrRange);
    clear_string(pbstrMetadata);
    return VSS_E_OBJECT_NOT_FOUND; /* of none */
}

HRESULT STDMETHODCALLTYPE component_AddDirectedTarget(
    IVssComponentEx2 *iface, LPCWSTR wszSourcePath, LPCWSTR wszSourceFilename,
    LPCWSTR wszSourceRangeList, LPCWSTR wszDestinationPath, LPCWSTR wszDestinationFilename,
    LPCWSTR wszDestinationRangeList)
{
    (void)iface;
    (void)wszSourcePath;
    (void)wszSourceFilename;
    (void)wszSourceRangeList;
    (void)wszDestinationPath;
    (void)wszDestinationFilename;
    (void)wszDestinationRangeList;
    return not_here("IVssComponent::AddDirectedTarget");
}

HRESULT STDMETHODCALLTYPE component_GetDirectedTargetCount(IVssComponentEx2 *iface,
                                                           UINT *pcDirectedTarget)
{
    (void)iface;
    return no_items(pcDirectedTarget);
}

HRESULT STDMETHODCALLTYPE component_GetDirectedTarget(
    IVssComponentEx2 *iface, UINT iDirectedTarget, BSTR *pbstrSourcePath, BSTR *pbstrSourceFileName,
    BSTR *pbstrSourceRangeList, BSTR *pbstrDestinationPath, BSTR *pbstrDestinationFilename,
    BSTR *pbstrDestinationRangeList)
{
    (void)iface;
    (void)iDirectedTarget;
    clear_string(pbstrSourcePath);
    clear_string(pbstrSourceFileName);
    clear_string(pbstrSourceRangeList);
    clear_string(pbstrDestinationPath);
    clear_string(pbstrDestinationFilename);
    clear_string(pbstrDestinationRangeList);
    return VSS_E_OBJECT_NOT_FOUND; /* of none */
}

HRESULT STDMETHODCALLTYPE component_SetRestoreMetadata(IVssComponentEx2 *iface,
                                                       LPCWSTR wszRestoreMetadata)
{
    (void)iface;
    (void)wszRestoreMetadata;
    return not_here("IVssComponent::SetRestoreMetadata");
}

HRESULT STDMETHODCALLTYPE component_SetRestoreTarget(IVssComponentEx2 *iface,
                                                     VSS_RESTORE_TARGET target)
{
    (void)iface;
    (void)target;
    return not_here("IVssComponent::SetRestoreTarget");
}

HRESULT STDMETHODCALLTYPE component_SetPreRestoreFailureMsg(IVssComponentEx2 *iface,
                                                            LPCWSTR wszPreRestoreFailureMsg)
{
    (void)iface;
    (void)wszPreRestoreFailureMsg;
    return not_here("IVssComponent::SetPreRestoreFailureMsg");
}

HRESULT STDMETHODCALLTYPE component_GetPreRestoreFailureMsg(IVssComponentEx2 *iface,
                                                            BSTR *pbstrPreRestoreFailureMsg)
{
    (void)iface;
    return no_text(pbstrPreRestoreFailureMsg);
}

HRESULT STDMETHODCALLTYPE component_SetPostRestoreFailureMsg(IVssComponentEx2 *iface,
                                                             LPCWSTR wszPostRestoreFailureMsg)
{
    (void)iface;
    (void)wszPostRestoreFailureMsg;
    return not_here("IVssComponent::SetPostRestoreFailureMsg");
}

HRESULT STDMETHODCALLTYPE component_GetPostRestoreFailureMsg(IVssComponentEx2 *iface,
                                                             BSTR *pbstrPostRestoreFailureMsg)
{
    (void)iface;
    return no_text(pbstrPostRestoreFailureMsg);
}

HRESULT STDMETHODCALLTYPE component_SetBackupStamp(IVssComponentEx2 *iface, LPCWSTR wszBackupStamp)
{
    (void)iface;
    (void)wszBackupStamp;
    return not_here("IVssComponent::SetBackupStamp");
}

HRESULT STDMETHODCALLTYPE component_AddDifferencedFilesByLastModifyTime(IVssComponentEx2 *iface,
                                                                        LPCWSTR wszPath,
                                                                        LPCWSTR wszFilespec,
                                                                        WINBOOL bRecursive,
                                                                        FILETIME ftLastModifyTime)
{
    (void)iface;
    (void)wszPath;
    (void)wszFilespec;
    (void)bRecursive;
    (void)ftLastModifyTime;
    return not_here("IVssComponent::AddDifferencedFilesByLastModifyTime");
}

HRESULT STDMETHODCALLTYPE component_AddDifferencedFilesByLastModifyLSN(IVssComponentEx2 *iface,
                                                                       LPCWSTR wszPath,
                                                                       LPCWSTR wszFilespec,
                                                                       WINBOOL bRecursive,
                                                                       BSTR bstrLsnString)
{
    (void)iface;
    (void)wszPath;
    (void)wszFilespec;
    (void)bRecursive;
    (void)bstrLsnString;
    return not_here("IVssComponent::AddDifferencedFilesByLastModifyLSN");
}

HRESULT STDMETHODCALLTYPE component_GetDifferencedFilesCount(IVssComponentEx2 *iface,
                                                             UINT *pcDifferencedFiles)
{
    (void)iface;
    return no_items(pcDifferencedFiles);
}

HRESULT STDMETHODCALLTYPE component_GetDifferencedFile(IVssComponentEx2 *iface,
                                                       UINT iDifferencedFile, BSTR *pbstrPath,
                                                       BSTR *pbstrFilespec, WINBOOL *pbRecursive,
                                                       BSTR *pbstrLsnString,
                                                       FILETIME *pftLastModifyTime)
{
    (void)iface;
    (void)iDifferencedFile;
    clear_string(pbstrPath);
    clear_string(pbstrFilespec);
    if (pbRecursive)
        *pbRecursive = 0;
    clear_string(pbstrLsnString);
    if (pftLastModifyTime)
        *pftLastModifyTime = (FILETIME){0, 0};
    return VSS_E_OBJECT_NOT_FOUND; /* of none */
}

HRESULT STDMETHODCALLTYPE component_SetPrepareForBackupFailureMsg(IVssComponentEx2 *iface,
                                                                  LPCWSTR wszFailureMsg)
{
    (void)iface;
    (void)wszFailureMsg;
    return not_here("IVssComponent::SetPrepareForBackupFailureMsg");
}

HRESULT STDMETHODCALLTYPE component_SetPostSnapshotFailureMsg(IVssComponentEx2 *iface,
                                                              LPCWSTR wszFailureMsg)
{
    (void)iface;
    (void)wszFailureMsg;
    return not_here("IVssComponent::SetPostSnapshotFailureMsg");
}

HRESULT STDMETHODCALLTYPE component_GetPrepareForBackupFailureMsg(IVssComponentEx2 *iface,
                                                                  BSTR *pbstrFailureMsg)
{
    (void)iface;
    return no_text(pbstrFailureMsg);
}

HRESULT STDMETHODCALLTYPE component_GetPostSnapshotFailureMsg(IVssComponentEx2 *iface,
                                                              BSTR *pbstrFailureMsg)
{
    (void)iface;
    return no_text(pbstrFailureMsg);
}

HRESULT STDMETHODCALLTYPE component_SetFailure(IVssComponentEx2 *iface, HRESULT hr,
                                               HRESULT hrApplication, LPCWSTR wszApplicationMessage,
                                               DWORD dwReserved)
{
    (void)iface;
    (void)hr;
    (void)hrApplication;
    (void)wszApplicationMessage;
    (void)dwReserved;
    return not_here("IVssComponent::SetFailure");
}

HRESULT STDMETHODCALLTYPE component_GetFailure(IVssComponentEx2 *iface, HRESULT *phr,
                                               HRESULT *phrApplication,
                                               BSTR *pbstrApplicationMessage, DWORD *pdwReserved)
{
    (void)iface;
    if (phr)
        *phr = 0;
    if (phrApplication)
        *phrApplication = 0;
    clear_string(pbstrApplicationMessage);
    if (pdwReserved)
        *pdwReserved = 0;
    return S_OK;
}
