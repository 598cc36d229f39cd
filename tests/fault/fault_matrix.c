/*
 * fault_matrix.c - the rows that need no thought: VSS calls times their documented codes.
 *
 * The codes are those of Microsoft's pages for each method (IVssBackupComponents, IVssAsync, writer
 * errors). What the caller is told is written down here once more, not asked of the product.
 */
#include "fault_cases.h"

#include <ntdsbmsg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>

#define AT_THE_END "GatherWriterStatus:writer:3"

#define ROWS_MAX  600
#define CODES_MAX 12

struct text
{
    wchar_t fault[64];
    char symbol[16];
};

struct matrix_call
{
    const char *name;
    const char *fails;     /* the function of the old API */
    const char *operation; /* NULL: the log says the name */
    bool async;
    HRESULT more[CODES_MAX]; /* besides the common ones; 0 ends */

    /* Of a restore, where the call fails at once; its operation: pre_restores and one PostRestore
     */
    unsigned int pre_restores;
    unsigned int post_restores;
    bool interlock;
};

/* Every method may fail with these. */
static const HRESULT common[] = {E_INVALIDARG,
                                 E_OUTOFMEMORY,
                                 E_ACCESSDENIED,
                                 E_UNEXPECTED,
                                 VSS_E_BAD_STATE,
                                 VSS_E_UNEXPECTED,
                                 VSS_E_INVALID_XML_DOCUMENT};

#define UNREACHABLE HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE)
#define DISABLED    HRESULT_FROM_WIN32(ERROR_SERVICE_DISABLED)
#define ABSENT      HRESULT_FROM_WIN32(ERROR_SERVICE_DOES_NOT_EXIST)
#define NOT_ACTIVE  HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)
#define DEPENDENCY  HRESULT_FROM_WIN32(ERROR_SERVICE_DEPENDENCY_FAIL)
#define SAFE_MODE   HRESULT_FROM_WIN32(ERROR_NOT_SAFEBOOT_SERVICE)
#define PREPARE     "DsBackupPrepare"
#define END         "DsBackupEnd"

static const struct matrix_call backup_calls[] = {
    {"CreateVssBackupComponents", PREPARE,
     .more = {E_NOTIMPL, REGDB_E_CLASSNOTREG, ABSENT, DISABLED, SAFE_MODE}},
    {"InitializeForBackup", PREPARE,
     .more = {UNREACHABLE, DISABLED, CO_E_SERVER_EXEC_FAILURE, NOT_ACTIVE, DEPENDENCY}},
    {"SetContext", PREPARE, .more = {VSS_E_UNSUPPORTED_CONTEXT, E_NOTIMPL}},
    {"SetBackupState", PREPARE, .more = {UNREACHABLE}},
    {"EnableWriterClasses", PREPARE, .more = {UNREACHABLE}},
    {"GatherWriterMetadata", PREPARE, .async = true, .more = {VSS_E_WRITER_INFRASTRUCTURE}},
    {"GetWriterMetadataCount", .fails = PREPARE},
    {"GetWriterMetadata", PREPARE, .more = {VSS_E_OBJECT_NOT_FOUND}},
    {"AddComponent", PREPARE, .more = {VSS_E_OBJECT_ALREADY_EXISTS, VSS_E_OBJECT_NOT_FOUND}},
    {"StartSnapshotSet", PREPARE, .more = {VSS_E_SNAPSHOT_SET_IN_PROGRESS}},
    {"AddToSnapshotSet", PREPARE,
     .more = {VSS_E_OBJECT_ALREADY_EXISTS, VSS_E_OBJECT_NOT_FOUND, VSS_E_PROVIDER_VETO,
              VSS_E_PROVIDER_NOT_REGISTERED, VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED,
              VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED, VSS_E_NESTED_VOLUME_LIMIT,
              VSS_E_VOLUME_NOT_SUPPORTED, VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER,
              VSS_E_UNEXPECTED_PROVIDER_ERROR, VSS_E_SNAPSHOT_SET_IN_PROGRESS}},
    {"PrepareForBackup", PREPARE, .async = true, .more = {VSS_E_WRITER_INFRASTRUCTURE}},
    {"DoSnapshotSet", PREPARE, .async = true,
     .more = {VSS_E_INSUFFICIENT_STORAGE, VSS_E_FLUSH_WRITES_TIMEOUT, VSS_E_HOLD_WRITES_TIMEOUT,
              VSS_E_TRANSACTION_FREEZE_TIMEOUT, VSS_E_TRANSACTION_THAW_TIMEOUT, VSS_E_PROVIDER_VETO,
              VSS_E_UNEXPECTED_PROVIDER_ERROR, VSS_E_REBOOT_REQUIRED, VSS_E_NESTED_VOLUME_LIMIT,
              VSS_E_SNAPSHOT_SET_IN_PROGRESS}},
    {"GatherWriterStatus", PREPARE, .async = true, .more = {VSS_E_WRITER_INFRASTRUCTURE}},
    {"GetWriterStatusCount", PREPARE, .operation = "GetWriterStatus"},
    {"GetWriterStatus", PREPARE, .more = {VSS_E_OBJECT_NOT_FOUND}},
    {"GetSnapshotProperties", PREPARE, .more = {VSS_E_OBJECT_NOT_FOUND, VSS_E_PROVIDER_VETO}},
    {"GetWriterComponentsCount", PREPARE, .operation = "Reading the writer's backup metadata"},
    {"GetWriterComponents", PREPARE, "Reading the writer's backup metadata",
     .more = {VSS_E_OBJECT_NOT_FOUND}},
    {"SetBackupSucceeded", PREPARE, .more = {VSS_E_OBJECT_NOT_FOUND}},
    {"SaveAsXML", .fails = PREPARE},
    {"BackupComplete", END, .async = true,
     .more = {VSS_E_UNEXPECTED_WRITER_ERROR, VSS_E_WRITER_INFRASTRUCTURE}},
};

#undef PREPARE
#define PREPARE  "DsRestorePrepare"
#define REGISTER "DsRestoreRegister"
#define COMPLETE "DsRestoreRegisterComplete"
#define STORED   "Reading the writer's components of the backup"

static const struct matrix_call restore_calls[] = {
    {"CreateVssBackupComponents", PREPARE,
     .more = {E_NOTIMPL, REGDB_E_CLASSNOTREG, DISABLED, SAFE_MODE}},
    {"InitializeForRestore", PREPARE,
     .more = {UNREACHABLE, ABSENT, NOT_ACTIVE, DEPENDENCY, SAFE_MODE, VSS_E_CORRUPT_XML_DOCUMENT}},
    {"EnableWriterClasses", PREPARE, .more = {UNREACHABLE}},
    {"GatherWriterMetadata", PREPARE, .async = true, .more = {VSS_E_WRITER_INFRASTRUCTURE}},
    {"GetWriterMetadataCount", .fails = PREPARE},
    {"GetWriterMetadata", PREPARE, .more = {VSS_E_OBJECT_NOT_FOUND}},
    {"GetWriterComponentsCount", PREPARE, .operation = STORED},
    {"GetWriterComponents", PREPARE, STORED, .more = {VSS_E_OBJECT_NOT_FOUND}},
    {"SetSelectedForRestore", REGISTER, .more = {VSS_E_OBJECT_NOT_FOUND}},
    {"PreRestore", REGISTER, .async = true, .more = {VSS_E_WRITER_INFRASTRUCTURE, UNREACHABLE},
     .pre_restores = 1},
    {"GatherWriterStatus", REGISTER, .async = true, .more = {VSS_E_WRITER_INFRASTRUCTURE},
     .pre_restores = 1, .post_restores = 1},
    {"GetWriterStatusCount", REGISTER, "GetWriterStatus", .pre_restores = 1, .post_restores = 1},
    {"GetWriterStatus", REGISTER, .more = {VSS_E_OBJECT_NOT_FOUND}, .pre_restores = 1,
     .post_restores = 1},
    {"SetFileRestoreStatus", COMPLETE, .more = {VSS_E_OBJECT_NOT_FOUND}, .pre_restores = 1,
     .post_restores = 1, .interlock = true},
    /* Refused: tried once more when the session is closed. */
    {"PostRestore", COMPLETE, .async = true, .more = {VSS_E_PROVIDER_VETO, VSS_E_OBJECT_NOT_FOUND},
     .pre_restores = 1, .post_restores = 2, .interlock = true},
};

/* Where the writer fails, and what the log then says of its state. */
static const struct matrix_call backup_phases[] = {
    {"Identify", "DsBackupPrepare", .operation = "failed at identify"},
    {"PrepareBackup", "DsBackupPrepare", .operation = "failed at prepare backup"},
    {"PrepareSnapshot", "DsBackupPrepare", .operation = "failed at prepare snapshot"},
    {"Freeze", "DsBackupPrepare", .operation = "failed at freeze"},
    {"Thaw", "DsBackupPrepare", .operation = "failed at thaw"},
    {"PostSnapshot", "DsBackupPrepare", .operation = "failed at post-snapshot"},
    {"BackupComplete:writer", "DsBackupEnd", .operation = "after BackupComplete: state [12]"},
    {"GatherWriterStatus:writer:1", "DsBackupPrepare", .operation = "after PrepareForBackup"},
    {"GatherWriterStatus:writer:2", "DsBackupPrepare", .operation = "after DoSnapshotSet"},
    {AT_THE_END, "DsBackupEnd", .operation = "after BackupComplete"},
};

static const struct matrix_call restore_phases[] = {
    {"PreRestore:writer", REGISTER, "after PreRestore", .pre_restores = 1, .post_restores = 1},
    {"PostRestore:writer", COMPLETE, "after PostRestore", .pre_restores = 1, .post_restores = 1,
     .interlock = true},
    {"GatherWriterStatus:writer:1", REGISTER, "after PreRestore", .pre_restores = 1,
     .post_restores = 1},
    {"GatherWriterStatus:writer:2", COMPLETE, "after PostRestore", .pre_restores = 1,
     .post_restores = 1, .interlock = true},
};

static const HRESULT writer_codes[] = {
    VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT,
    VSS_E_WRITERERROR_OUTOFRESOURCES,
    VSS_E_WRITERERROR_TIMEOUT,
    VSS_E_WRITERERROR_RETRYABLE,
    VSS_E_WRITERERROR_NONRETRYABLE,
    VSS_E_WRITERERROR_RECOVERY_FAILED,
    VSS_E_WRITERERROR_PARTIAL_FAILURE,
};

/* These need no failed state: a writer that does not answer, or that nobody can ask. */
static const HRESULT status_codes[] = {VSS_E_WRITER_NOT_RESPONDING,
                                       VSS_E_WRITER_STATUS_NOT_AVAILABLE};

static struct
{
    struct fault_case rows[ROWS_MAX];
    struct text texts[ROWS_MAX];
    size_t count;
} made;

/* What the caller of the old API is told. */
static HRESULT legacy_code(HRESULT hr)
{
    switch (hr) {
    case E_ACCESSDENIED:
        return ERROR_ACCESS_DENIED;
    case E_OUTOFMEMORY:
        return ERROR_NOT_ENOUGH_MEMORY;
    case VSS_E_SNAPSHOT_SET_IN_PROGRESS:
        return hrBackupInProgress;
    case VSS_E_INSUFFICIENT_STORAGE:
        return ERROR_DISK_FULL;
    case VSS_E_WRITER_INFRASTRUCTURE:
    case REGDB_E_CLASSNOTREG:
    case CO_E_SERVER_EXEC_FAILURE:
        return hrCouldNotConnect;
    default:
        return hr == UNREACHABLE || hr == DISABLED || hr == ABSENT || hr == NOT_ACTIVE ||
                       hr == DEPENDENCY || hr == SAFE_MODE
                   ? hrCouldNotConnect
                   : hr;
    }
}

/* E_NOTIMPL from the first call is Wine's own vssapi.dll, which is no VSS. At the end a writer that
 * does not answer may have failed, or not. */
static HRESULT expected_code(const struct matrix_call *call, HRESULT hr)
{
    if (hr == E_NOTIMPL && strcmp(call->name, "CreateVssBackupComponents") == 0)
        return hrCouldNotConnect;
    if (hr == VSS_E_WRITER_NOT_RESPONDING && strcmp(call->name, AT_THE_END) == 0)
        return VSS_E_WRITER_STATUS_NOT_AVAILABLE;
    return legacy_code(hr);
}

/* Before a writer was told, a restore needs no VSS: only what it lacks itself fails it. */
static bool goes_on(const struct matrix_call *call, HRESULT hr)
{
    return !call->pre_restores && hr != E_OUTOFMEMORY;
}

static void add(const struct matrix_call *call, HRESULT hr, bool from_operation, bool restore)
{
    struct fault_case *row = &made.rows[made.count];
    struct text *text = &made.texts[made.count];

    if (made.count == ROWS_MAX)
        abort();
    made.count++;
    _snwprintf(text->fault, ARRAYSIZE(text->fault), L"%hs%ls=0x%08lX", call->name,
               from_operation ? L":async" : L"", (unsigned long)hr);
    snprintf(text->symbol, sizeof(text->symbol), "0x%08lx", (unsigned long)hr);
    *row = (struct fault_case){
        .fault = text->fault,
        .call = call->fails,
        .expected = expected_code(call, hr),
        .operation = call->operation ? call->operation : call->name,
        .symbol = text->symbol,
        .restore = restore,
        .pre_restores = call->pre_restores,
        .post_restores = from_operation ? 1 : call->post_restores,
        .interlock = call->interlock,
    };
    if (!restore || !call->pre_restores)
        row->post_restores = 0;
    if (restore && goes_on(call, hr)) {
        row->call = NULL;
        row->expected = S_OK;
        row->without_vss = true;
    }
    /* That there is nothing to end is believed, and not tried again. */
    if (hr == VSS_E_BAD_STATE && row->post_restores == 2)
        row->post_restores = 1;
}

static void add_calls(const struct matrix_call *calls, size_t count, bool restore)
{
    size_t i, k;

    for (i = 0; i < count; i++) {
        for (k = 0; k < ARRAYSIZE(common); k++) {
            add(&calls[i], common[k], false, restore);
            if (calls[i].async)
                add(&calls[i], common[k], true, restore);
        }
        for (k = 0; k < CODES_MAX && calls[i].more[k]; k++) {
            add(&calls[i], calls[i].more[k], false, restore);
            if (calls[i].async)
                add(&calls[i], calls[i].more[k], true, restore);
        }
    }
}

static void add_phases(const struct matrix_call *phases, size_t count, bool restore)
{
    size_t i, k;

    for (i = 0; i < count; i++) {
        for (k = 0; k < ARRAYSIZE(writer_codes); k++)
            add(&phases[i], writer_codes[k], false, restore);
        for (k = 0; strstr(phases[i].name, "Status") && k < ARRAYSIZE(status_codes); k++)
            add(&phases[i], status_codes[k], false, restore);
    }
}

size_t fault_matrix(bool restore, const struct fault_case **rows)
{
    made.count = 0;
    if (restore) {
        add_calls(restore_calls, ARRAYSIZE(restore_calls), true);
        add_phases(restore_phases, ARRAYSIZE(restore_phases), true);
    } else {
        add_calls(backup_calls, ARRAYSIZE(backup_calls), false);
        add_phases(backup_phases, ARRAYSIZE(backup_phases), false);
    }
    *rows = made.rows;
    return made.count;
}
