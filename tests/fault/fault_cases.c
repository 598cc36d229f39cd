/*
 * fault_cases.c - faults of a backup that are peculiar: several at once, at a later call, what is
 * tried again, what never returns. Each call with each of its codes is fault_matrix.c's.
 */
#include "fault_cases.h"

#include <ntdsbmsg.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>

#define PREPARE "DsBackupPrepare"
#define END     "DsBackupEnd"

/* The backup succeeds, after so many sessions with VSS. */
#define RETRIED(how, what, says, count)                                                            \
    TOLD(how, NULL, S_OK, what, says), .attempts = count, .retry_s = 30

const struct fault_case fault_cases[] = {
    /* --- the shadow copy */
    {TOLD("Copy=0x8004231F", PREPARE, ERROR_DISK_FULL, "DoSnapshotSet",
          "VSS_E_INSUFFICIENT_STORAGE")},
    {FAILS("Copy=0x8004230F", PREPARE, VSS_E_UNEXPECTED_PROVIDER_ERROR, "DoSnapshotSet")},

    /* --- the writer fails after a call */
    {FAILS("GatherWriterMetadata:writer=0x800423F4", PREPARE, VSS_E_WRITERERROR_NONRETRYABLE,
           "NTDS writer after PrepareForBackup: state [6]")},
    {FAILS("PrepareForBackup:writer=0x800423F3", PREPARE, VSS_E_WRITERERROR_RETRYABLE,
           "NTDS writer after PrepareForBackup: state [7]")},
    {FAILS("DoSnapshotSet:writer=0x800423F0", PREPARE, VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT,
           "NTDS writer after DoSnapshotSet: state [11]")},

    /* --- its status cannot be had, or is bad by itself */
    {FAILS("GatherWriterStatus:2=0x80042302", PREPARE, VSS_E_UNEXPECTED, "GatherWriterStatus")},
    {FAILS("GatherWriterStatus:async:2=0x80042302", PREPARE, VSS_E_UNEXPECTED,
           "GatherWriterStatus")},
    {TOLD("FreeWriterStatus=0x80042301", NULL, S_OK, NULL, NULL)},

    /* --- the writer's own code before a generic one, but no other code */
    {FAILS("Copy=0x8004230F;Freeze=0x800423F4", PREPARE, VSS_E_WRITERERROR_NONRETRYABLE,
           "NTDS writer after DoSnapshotSet: state [9]")},
    {FAILS("DoSnapshotSet:async=0x80042315;GatherWriterStatus:writer:2=0x800423F3", PREPARE,
           VSS_E_WRITERERROR_RETRYABLE, "NTDS writer after DoSnapshotSet")},
    {FAILS("PrepareForBackup:async=0x80042302;GatherWriterMetadata:writer=0x800423F2", PREPARE,
           VSS_E_WRITERERROR_TIMEOUT, "NTDS writer after PrepareForBackup")},
    {FAILS("DoSnapshotSet:async=0x80042313;GatherWriterStatus:2=0x80042318", PREPARE,
           VSS_E_FLUSH_WRITES_TIMEOUT, "DoSnapshotSet")},
    {TOLD("DoSnapshotSet:async=0x80042306;AbortBackup=0x80042301", PREPARE, VSS_E_PROVIDER_VETO,
          "AbortBackup", "VSS_E_BAD_STATE")},

    /* --- the end */
    {TOLD("GatherWriterStatus:3=0x80042318", END, VSS_E_WRITER_STATUS_NOT_AVAILABLE,
          "GatherWriterStatus", "VSS_E_WRITER_INFRASTRUCTURE")},
    {TOLD("GatherWriterStatus:async:3=0x80042302", END, VSS_E_WRITER_STATUS_NOT_AVAILABLE,
          "BackupComplete succeeded, but the state of the NTDS writer after it cannot be read",
          "does not count as complete")},
    {FAILS("BackupComplete:async=0x80042315;GatherWriterStatus:writer:3=0x800423F4", END,
           VSS_E_WRITERERROR_NONRETRYABLE, "NTDS writer after BackupComplete")},
    {TOLD("BackupComplete:async=0x80042315;AbortBackup=0x80042301", END,
          VSS_E_UNEXPECTED_WRITER_ERROR, "AbortBackup", "VSS_E_BAD_STATE")},

    /* --- retries */
    {RETRIED("StartSnapshotSet:1=0x80042316;StartSnapshotSet:2=0x80042316", "StartSnapshotSet",
             "VSS_E_SNAPSHOT_SET_IN_PROGRESS", 1)},
    {RETRIED("AddToSnapshotSet:1=0x80042316", "AddToSnapshotSet", "VSS_E_SNAPSHOT_SET_IN_PROGRESS",
             2)},
    {TOLD("StartSnapshotSet=0x80042316", PREPARE, hrBackupInProgress, "StartSnapshotSet",
          "VSS_E_SNAPSHOT_SET_IN_PROGRESS"),
     .attempts_most = 2, .retry_s = 9, .limit_s = 30},
    {RETRIED("PrepareForBackup:writer:1=0x800423F3", "NTDS writer after PrepareForBackup",
             "VSS_E_WRITERERROR_RETRYABLE", 2)},
    {RETRIED("DoSnapshotSet:writer:1=0x800423F2", "NTDS writer after DoSnapshotSet",
             "VSS_E_WRITERERROR_TIMEOUT", 2)},
    {RETRIED("Freeze:1=0x800423F1", "NTDS writer after DoSnapshotSet",
             "VSS_E_WRITERERROR_OUTOFRESOURCES", 2),
     .long_only = true},
    {RETRIED("DoSnapshotSet:async:1=0x80042314", "DoSnapshotSet", "VSS_E_HOLD_WRITES_TIMEOUT", 2)},
    {RETRIED("DoSnapshotSet:async:1=0x80042306", "DoSnapshotSet", "VSS_E_PROVIDER_VETO", 2),
     .long_only = true},
    {RETRIED("GatherWriterStatus:1=0x80042409", "GatherWriterStatus",
             "VSS_E_WRITER_STATUS_NOT_AVAILABLE", 2)},
    {FAILS("DoSnapshotSet:async=0x80042313", PREPARE, VSS_E_FLUSH_WRITES_TIMEOUT, "DoSnapshotSet"),
     .attempts = 2, .retry_s = 9, .limit_s = 30},
    {FAILS("DoSnapshotSet:writer=0x800423F4", PREPARE, VSS_E_WRITERERROR_NONRETRYABLE,
           "NTDS writer after DoSnapshotSet"),
     .retry_s = 30},
    {TOLD("DoSnapshotSet:async=0x8004231F", PREPARE, ERROR_DISK_FULL, "DoSnapshotSet",
          "VSS_E_INSUFFICIENT_STORAGE"),
     .retry_s = 30},

    /* --- operations that do not finish */
    {CANCELLED("GatherWriterMetadata:async", PREPARE, "GatherWriterMetadata"), .long_only = true},
    {CANCELLED("PrepareForBackup:async", PREPARE, "PrepareForBackup")},
    {CANCELLED("GatherWriterStatus:async", PREPARE, "GatherWriterStatus"), .long_only = true},
    {CANCELLED("DoSnapshotSet:async", PREPARE, "DoSnapshotSet"), .long_only = true},
    {CANCELLED("Freeze", PREPARE, "DoSnapshotSet"), .long_only = true},
    {CANCELLED("Copy", PREPARE, "DoSnapshotSet")},
    {CANCELLED("BackupComplete:async", END, "BackupComplete")},

    /* --- calls that do not return */
    {STUCK("AddToSnapshotSet", PREPARE, "AddToSnapshotSet")},
    {STUCK("InitializeForBackup", PREPARE, "InitializeForBackup"), .long_only = true},
    {STUCK("SetContext", PREPARE, "SetContext"), .long_only = true},
    {STUCK("GetWriterMetadata", PREPARE, "GetWriterMetadata"), .long_only = true},
    {STUCK("StartSnapshotSet", PREPARE, "StartSnapshotSet"), .long_only = true},
    {STUCK("GetWriterStatus", PREPARE, "GetWriterStatus"), .long_only = true},
    {STUCK("GetSnapshotProperties", PREPARE, "GetSnapshotProperties"), .long_only = true},
    {STUCK("BackupComplete", END, "BackupComplete"), .long_only = true},
    {STUCK("DoSnapshotSet:async=0x80042306;AbortBackup", PREPARE, "AbortBackup"), .cut_off = true},

    /* --- slow, but within its limit */
    {TOLD("GatherWriterMetadata:async=0,500;PrepareForBackup:async=0,500;Copy=0,1000", NULL, S_OK,
          NULL, NULL)},
    /* What VSS has said counts; the shadow copies may take longer to go than the limit. */
    {TOLD("Release=0,12000", NULL, S_OK, NULL, NULL), .timeout_s = 10, .limit_s = 45},
};

const size_t fault_case_count = sizeof(fault_cases) / sizeof(fault_cases[0]);
