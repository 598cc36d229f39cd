/*
 * restore_cases.c - faults of a restore that are peculiar: what does not fail it, several at once,
 * calls that never return.
 */
#include "fault_cases.h"

#include <ntdsbmsg.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>

#define REGISTER "DsRestoreRegister"
#define COMPLETE "DsRestoreRegisterComplete"

/* Calls of PreRestore and PostRestore. */
#define CALLS(pre, post) .restore = true, .pre_restores = pre, .post_restores = post

const struct fault_case restore_cases[] = {
    /* --- only said in the log: nothing depends on it */
    {TOLD("CreateVssExamineWriterMetadata=0x80042311", NULL, S_OK, "CreateVssExamineWriterMetadata",
          "VSS_E_INVALID_XML_DOCUMENT"),
     CALLS(1, 1)},
    {TOLD("FreeWriterStatus=0x80042301", NULL, S_OK, NULL, NULL), CALLS(1, 1)},

    /* --- refused once: posted when the session is closed */
    {FAILS("PostRestore:1=0x80042308", COMPLETE, VSS_E_OBJECT_NOT_FOUND, "PostRestore"),
     CALLS(1, 2), .interlock = true},

    /* --- the writer's own code before a generic one */
    {FAILS("PreRestore:async=0x80042315;GatherWriterStatus:writer:1=0x800423F4", REGISTER,
           VSS_E_WRITERERROR_NONRETRYABLE, "NTDS writer after PreRestore"),
     CALLS(1, 1)},
    {FAILS("PostRestore:async=0x80042315;GatherWriterStatus:writer:2=0x800423F3", COMPLETE,
           VSS_E_WRITERERROR_RETRYABLE, "NTDS writer after PostRestore"),
     CALLS(1, 1), .interlock = true},

    /* --- PreRestore fails, and so does what is to tell the writer that */
    {TOLD("PreRestore:async=0x80042308;PostRestore=0x80042302", REGISTER, VSS_E_OBJECT_NOT_FOUND,
          "PostRestore", "VSS_E_UNEXPECTED"),
     CALLS(1, 2)},
    {TOLD("PreRestore:writer=0x800423F4;PostRestore:async=0x80042302", REGISTER,
          VSS_E_WRITERERROR_NONRETRYABLE, "PostRestore", "VSS_E_UNEXPECTED"),
     CALLS(1, 1)},

    /* --- no writer was told: the restore goes on */
    {TOLD("GatherWriterMetadata:async=0,600000", NULL, S_OK, "GatherWriterMetadata failed",
          "ERROR_TIMEOUT"),
     CALLS(0, 0), .without_vss = true, .timeout_s = LIMIT_S, .limit_s = 25},
    {TOLD("InitializeForRestore=0x80042311", NULL, S_OK, "without the NTDS writer",
          "VSS_E_INVALID_XML_DOCUMENT"),
     CALLS(0, 0), .without_vss = true},
    {TOLD("InitializeForRestore=0,600000", NULL, S_OK, "without the NTDS writer", "ERROR_TIMEOUT"),
     CALLS(0, 0), .without_vss = true, .timeout_s = LIMIT_S, .limit_s = 45, .cut_off = true},

    /* --- operations that do not finish, calls that do not return */
    {CANCELLED("PreRestore:async", REGISTER, "PreRestore"), CALLS(1, 1)},
    {CANCELLED("PostRestore:async", COMPLETE, "PostRestore"), CALLS(1, 1), .interlock = true,
     .long_only = true},
    {CANCELLED("GatherWriterStatus:async:1", REGISTER, "GatherWriterStatus"), CALLS(1, 1),
     .long_only = true},
    {STUCK("SetSelectedForRestore", REGISTER, "SetSelectedForRestore"), CALLS(0, 0),
     .cut_off = true, .interlock = true, .long_only = true},
    {STUCK("PostRestore", COMPLETE, "PostRestore"), CALLS(1, 0), .cut_off = true,
     .interlock = true},
    {TOLD("Release=0,12000", NULL, S_OK, NULL, NULL), CALLS(1, 1), .timeout_s = 10, .limit_s = 45},
};

const size_t restore_case_count = sizeof(restore_cases) / sizeof(restore_cases[0]);
