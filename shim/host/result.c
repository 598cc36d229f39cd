/*
 * result.c - the one place where codes are translated.
 */
#include "result.h"

#include <ntdsbmsg.h>
#include <ntdsvss.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>

HRESULT result_to_legacy(HRESULT hr)
{
    switch (hr) {
    case E_OUTOFMEMORY:
        return ERROR_NOT_ENOUGH_MEMORY;
    case E_INVALIDARG: /* VSS refused an argument of ours: not the caller's doing */
        return hr;
    case VSS_E_SNAPSHOT_SET_IN_PROGRESS:
        return hrBackupInProgress;
    case NTDSVSS_E_RESTORE_IN_PROGRESS:
        return hrRestoreInProgress;
    case VSS_E_INSUFFICIENT_STORAGE:
        return ERROR_DISK_FULL;
    case NTDSVSS_E_UNAVAILABLE:
    case VSS_E_WRITER_INFRASTRUCTURE:
        return hrCouldNotConnect;
    default:
        return FAILED(hr) && HRESULT_FACILITY(hr) == FACILITY_WIN32 ? HRESULT_CODE(hr) : hr;
    }
}

HRESULT result_last_error(void)
{
    DWORD error = GetLastError();

    return (HRESULT)(error ? error : ERROR_GEN_FAILURE);
}
