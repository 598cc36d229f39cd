/*
 * result.c - the one place where codes are translated.
 */
#include "result.h"

#include <ntdsbmsg.h>
#include <ntdsvss.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>

legacy_result result_to_legacy(HRESULT hr)
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
    case NTDSVSS_E_LOG_MISSING:
        return hrMissingFileToBackup;
    case NTDSVSS_E_DATABASE_COUNT:
        return ERROR_NOT_SUPPORTED;
    case NTDSVSS_E_UNAVAILABLE:
    case VSS_E_WRITER_INFRASTRUCTURE:
        return hrCouldNotConnect;
    default:
        if (SUCCEEDED(hr) || HRESULT_FACILITY(hr) != FACILITY_WIN32)
            return hr;
        /* Without an error's number it is a failure all the same. */
        return HRESULT_CODE(hr) ? HRESULT_CODE(hr) : ERROR_GEN_FAILURE;
    }
}

legacy_result result_last_error(void)
{
    DWORD error = GetLastError();

    return (legacy_result)(error ? error : ERROR_GEN_FAILURE);
}
