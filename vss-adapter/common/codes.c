/*
 * codes.c - the table behind error_names.h.
 *
 * Values and meanings: vsserror.h and Microsoft Learn ("Writer errors and vetoes", the pages of
 * IVssBackupComponents).
 */
#include "codes.h"

#include <ntdsvss.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>

static const struct code_name names[] = {
    {NTDSVSS_E_UNAVAILABLE, L"NTDSVSS_E_UNAVAILABLE",
     L"there is no Volume Shadow Copy service on this computer, or it cannot be reached"},
    {NTDSVSS_E_RESTORE_IN_PROGRESS, L"NTDSVSS_E_RESTORE_IN_PROGRESS",
     L"another restore of this computer's directory is under way"},
    {NTDSVSS_E_NO_INSTANCE, L"NTDSVSS_E_NO_INSTANCE",
     L"the AD LDS instance is not there, or the backup is of another one"},
    {NTDSVSS_E_LOG_MISSING, L"NTDSVSS_E_LOG_MISSING",
     L"the log folder lacks a log that the database needs: no backup of it could be restored"},
    {NTDSVSS_E_DATABASE_COUNT, L"NTDSVSS_E_DATABASE_COUNT",
     L"the writer lists more than one database: no backup of them could be restored"},
    {NTDSVSS_E_WRONG_BITNESS, L"NTDSVSS_E_WRONG_BITNESS",
     L"VSS serves only programs of the operating system's bitness: build this one for x64"},
    {E_ACCESSDENIED, L"E_ACCESSDENIED",
     L"run as administrator, Backup Operator or LocalSystem, elevated"},
    {E_OUTOFMEMORY, L"E_OUTOFMEMORY", L"not enough memory: close other programs"},
    {E_NOTIMPL, L"E_NOTIMPL",
     L"not implemented: this vssapi.dll is not a working Volume Shadow Copy service"},
    {E_UNEXPECTED, L"E_UNEXPECTED", L"VSS failed unexpectedly, see the event log"},
    {REGDB_E_CLASSNOTREG, L"REGDB_E_CLASSNOTREG",
     L"the Volume Shadow Copy service is not registered on this computer"},
    {CO_E_SERVER_EXEC_FAILURE, L"CO_E_SERVER_EXEC_FAILURE",
     L"the Volume Shadow Copy service could not be started, see the event log"},
    {HRESULT_FROM_WIN32(ERROR_SERVICE_DISABLED), L"ERROR_SERVICE_DISABLED",
     L"the Volume Shadow Copy service is disabled: its start type must be manual"},
    {HRESULT_FROM_WIN32(ERROR_SERVICE_DOES_NOT_EXIST), L"ERROR_SERVICE_DOES_NOT_EXIST",
     L"there is no Volume Shadow Copy service on this computer"},
    {HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE), L"ERROR_SERVICE_NOT_ACTIVE",
     L"the Volume Shadow Copy service is not running"},
    {HRESULT_FROM_WIN32(ERROR_SERVICE_DEPENDENCY_FAIL), L"ERROR_SERVICE_DEPENDENCY_FAIL",
     L"a service that the Volume Shadow Copy service needs cannot start, see the event log"},
    {HRESULT_FROM_WIN32(ERROR_NOT_SAFEBOOT_SERVICE), L"ERROR_NOT_SAFEBOOT_SERVICE",
     L"the Volume Shadow Copy service does not start in safe mode"},
    {HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE), L"RPC_S_SERVER_UNAVAILABLE",
     L"the Volume Shadow Copy service has ended or cannot be reached, see the event log"},
    {HRESULT_FROM_WIN32(RPC_S_CALL_FAILED), L"RPC_S_CALL_FAILED",
     L"the Volume Shadow Copy service ended during the call, see the event log"},
    {E_INVALIDARG, L"E_INVALIDARG", L"an argument was refused"},
    {HRESULT_FROM_WIN32(ERROR_TIMEOUT), L"ERROR_TIMEOUT",
     L"the time limit was reached: look for events of source VSS in the Application log"},
    {HRESULT_FROM_WIN32(ERROR_SERVICE_ALREADY_RUNNING), L"ERROR_SERVICE_ALREADY_RUNNING",
     L"the directory service is running: stop it first"},
    {HRESULT_FROM_WIN32(ERROR_CANCELLED), L"ERROR_CANCELLED", L"the operation was cancelled"},
    {HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND), L"ERROR_FILE_NOT_FOUND", L"no such file"},
    {HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND), L"ERROR_PATH_NOT_FOUND", L"no such folder"},
    {HRESULT_FROM_WIN32(ERROR_SHARING_VIOLATION), L"ERROR_SHARING_VIOLATION",
     L"another program has the file open"},
    {HRESULT_FROM_WIN32(ERROR_INVALID_REPARSE_DATA), L"ERROR_INVALID_REPARSE_DATA",
     L"a link in the path leads outside the expected folder"},
    {VSS_E_BAD_STATE, L"VSS_E_BAD_STATE",
     L"call out of order, or after a failure: the first error above is the cause"},
    {VSS_E_UNEXPECTED, L"VSS_E_UNEXPECTED",
     L"VSS failed unexpectedly: see the event log (a program of the wrong bitness gets this too)"},
    {VSS_E_PROVIDER_ALREADY_REGISTERED, L"VSS_E_PROVIDER_ALREADY_REGISTERED",
     L"the provider is registered already"},
    {VSS_E_PROVIDER_NOT_REGISTERED, L"VSS_E_PROVIDER_NOT_REGISTERED",
     L"the shadow copy provider is not registered"},
    {VSS_E_PROVIDER_VETO, L"VSS_E_PROVIDER_VETO", L"the provider refused, see the event log"},
    {VSS_E_PROVIDER_IN_USE, L"VSS_E_PROVIDER_IN_USE", L"the provider is in use"},
    {VSS_E_OBJECT_NOT_FOUND, L"VSS_E_OBJECT_NOT_FOUND",
     L"no such volume, writer, component or shadow copy: run 'vssadmin list writers'"},
    {VSS_E_VOLUME_NOT_SUPPORTED, L"VSS_E_VOLUME_NOT_SUPPORTED",
     L"no provider can make a shadow copy of this volume: it must be a local NTFS volume"},
    {VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER, L"VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER",
     L"the provider cannot make a shadow copy of this volume"},
    {VSS_E_OBJECT_ALREADY_EXISTS, L"VSS_E_OBJECT_ALREADY_EXISTS", L"added twice"},
    {VSS_E_UNEXPECTED_PROVIDER_ERROR, L"VSS_E_UNEXPECTED_PROVIDER_ERROR",
     L"the provider failed, see the event log"},
    {VSS_E_CORRUPT_XML_DOCUMENT, L"VSS_E_CORRUPT_XML_DOCUMENT", L"the document is damaged"},
    {VSS_E_INVALID_XML_DOCUMENT, L"VSS_E_INVALID_XML_DOCUMENT", L"the document is not valid"},
    {VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED, L"VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED",
     L"too many volumes in one set"},
    {VSS_E_FLUSH_WRITES_TIMEOUT, L"VSS_E_FLUSH_WRITES_TIMEOUT",
     L"the volume did not flush its writes in time: the load is too high, try again later"},
    {VSS_E_HOLD_WRITES_TIMEOUT, L"VSS_E_HOLD_WRITES_TIMEOUT",
     L"the volume could not hold its writes long enough: the load is too high, try again later"},
    {VSS_E_UNEXPECTED_WRITER_ERROR, L"VSS_E_UNEXPECTED_WRITER_ERROR",
     L"a writer failed, see the event log"},
    {VSS_E_SNAPSHOT_SET_IN_PROGRESS, L"VSS_E_SNAPSHOT_SET_IN_PROGRESS",
     L"another program is creating a shadow copy: try again later"},
    {VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED, L"VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED",
     L"the volume has the maximum number of shadow copies: delete old ones"},
    {VSS_E_WRITER_INFRASTRUCTURE, L"VSS_E_WRITER_INFRASTRUCTURE",
     L"the services 'Volume Shadow Copy' and 'COM+ Event System' cannot run"},
    {VSS_E_WRITER_NOT_RESPONDING, L"VSS_E_WRITER_NOT_RESPONDING",
     L"the writer does not respond: run 'vssadmin list writers', then restart its service"},
    {VSS_E_WRITER_ALREADY_SUBSCRIBED, L"VSS_E_WRITER_ALREADY_SUBSCRIBED",
     L"the writer has subscribed already"},
    {VSS_E_UNSUPPORTED_CONTEXT, L"VSS_E_UNSUPPORTED_CONTEXT", L"the context is not supported"},
    {VSS_E_VOLUME_IN_USE, L"VSS_E_VOLUME_IN_USE", L"the volume is in use, try again later"},
    {VSS_E_MAXIMUM_DIFFAREA_ASSOCIATIONS_REACHED, L"VSS_E_MAXIMUM_DIFFAREA_ASSOCIATIONS_REACHED",
     L"too many shadow storage areas on the volume"},
    {VSS_E_INSUFFICIENT_STORAGE, L"VSS_E_INSUFFICIENT_STORAGE",
     L"no space for the shadow copy: run 'vssadmin list shadowstorage'"},
    {VSS_E_NO_SNAPSHOTS_IMPORTED, L"VSS_E_NO_SNAPSHOTS_IMPORTED", L"nothing was imported"},
    {VSS_E_SOME_SNAPSHOTS_NOT_IMPORTED, L"VSS_E_SOME_SNAPSHOTS_NOT_IMPORTED",
     L"not everything was imported"},
    {VSS_E_MAXIMUM_NUMBER_OF_REMOTE_MACHINES_REACHED,
     L"VSS_E_MAXIMUM_NUMBER_OF_REMOTE_MACHINES_REACHED", L"too many remote computers"},
    {VSS_E_REMOTE_SERVER_UNAVAILABLE, L"VSS_E_REMOTE_SERVER_UNAVAILABLE",
     L"the remote computer cannot be reached"},
    {VSS_E_REMOTE_SERVER_UNSUPPORTED, L"VSS_E_REMOTE_SERVER_UNSUPPORTED",
     L"the remote computer cannot do this"},
    {VSS_E_REVERT_IN_PROGRESS, L"VSS_E_REVERT_IN_PROGRESS", L"the volume is being reverted"},
    {VSS_E_REVERT_VOLUME_LOST, L"VSS_E_REVERT_VOLUME_LOST",
     L"the volume went away while being reverted"},
    {VSS_E_REBOOT_REQUIRED, L"VSS_E_REBOOT_REQUIRED", L"restart the computer first"},
    {VSS_E_TRANSACTION_FREEZE_TIMEOUT, L"VSS_E_TRANSACTION_FREEZE_TIMEOUT",
     L"transactions could not be frozen in time, try again later"},
    {VSS_E_TRANSACTION_THAW_TIMEOUT, L"VSS_E_TRANSACTION_THAW_TIMEOUT",
     L"transactions stayed frozen too long, try again later"},
    {VSS_E_NESTED_VOLUME_LIMIT, L"VSS_E_NESTED_VOLUME_LIMIT", L"volumes are nested too deeply"},
    {VSS_E_WRITERERROR_PARTIAL_FAILURE, L"VSS_E_WRITERERROR_PARTIAL_FAILURE",
     L"some of the writer's components failed"},
    {VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT, L"VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT",
     L"the shadow copy set lacks a volume the writer needs"},
    {VSS_E_WRITERERROR_OUTOFRESOURCES, L"VSS_E_WRITERERROR_OUTOFRESOURCES",
     L"the writer is short of memory or other resources, try again later"},
    {VSS_E_WRITERERROR_TIMEOUT, L"VSS_E_WRITERERROR_TIMEOUT",
     L"the writer was too slow between freeze and thaw, try again later"},
    {VSS_E_WRITERERROR_RETRYABLE, L"VSS_E_WRITERERROR_RETRYABLE",
     L"the writer failed in a way that may pass, try again later"},
    {VSS_E_WRITERERROR_NONRETRYABLE, L"VSS_E_WRITERERROR_NONRETRYABLE",
     L"the writer failed and will not recover by itself: see the event log, then restart its "
     L"service or the computer"},
    {VSS_E_WRITERERROR_RECOVERY_FAILED, L"VSS_E_WRITERERROR_RECOVERY_FAILED",
     L"the writer could not recover its database in the shadow copy"},
    {VSS_E_WRITER_STATUS_NOT_AVAILABLE, L"VSS_E_WRITER_STATUS_NOT_AVAILABLE",
     L"the writer's status is not available"},
};

const struct code_name *codes_find(HRESULT hr)
{
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].hr == hr)
            return &names[i];
    }
    return NULL;
}

const wchar_t *writer_state_name(unsigned int state)
{
    static const wchar_t *const states[] = {
        L"unknown",
        L"stable",
        L"waiting for freeze",
        L"waiting for thaw",
        L"waiting for post-snapshot",
        L"waiting for backup complete",
        L"failed at identify",
        L"failed at prepare backup",
        L"failed at prepare snapshot",
        L"failed at freeze",
        L"failed at thaw",
        L"failed at post-snapshot",
        L"failed at backup complete",
        L"failed at pre-restore",
        L"failed at post-restore",
        L"failed at backup shutdown",
    };

    return state < sizeof(states) / sizeof(states[0]) ? states[state] : L"invalid";
}

bool writer_state_is_good(unsigned int state)
{
    return state >= VSS_WS_STABLE && state <= VSS_WS_WAITING_FOR_BACKUP_COMPLETE;
}
