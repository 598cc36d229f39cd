/*
 * result_text.c - names by table, texts by FormatMessage.
 */
#include "result_text.h"

#include "common/format.h"
#include "host/dll_instance.h"
#include "host/result.h"

#include <ntdsbmsg.h>
#include <ntdsvss.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>
#include <wchar.h>

#define NAME(code)                                                                                 \
    {                                                                                              \
        code, L"" #code                                                                            \
    }

/* What the exports return by themselves, and the VSS codes that they pass on. */
static const struct
{
    legacy_result hr;
    const wchar_t *name;
} names[] = {
    NAME(S_OK),
    NAME(ERROR_FILE_NOT_FOUND),
    NAME(ERROR_PATH_NOT_FOUND),
    NAME(ERROR_ACCESS_DENIED),
    NAME(ERROR_NOT_ENOUGH_MEMORY),
    NAME(ERROR_GEN_FAILURE),
    NAME(ERROR_SHARING_VIOLATION),
    NAME(ERROR_HANDLE_EOF),
    NAME(ERROR_INVALID_PARAMETER),
    NAME(ERROR_DISK_FULL),
    NAME(ERROR_NO_UNICODE_TRANSLATION),
    NAME(ERROR_CANCELLED),
    NAME(ERROR_LOGON_FAILURE),
    NAME(ERROR_TIME_SKEW),
    NAME(ERROR_TIMEOUT),
    NAME(RPC_S_INVALID_BINDING),
    NAME(hrInvalidParam),
    NAME(hrError),
    NAME(hrInvalidHandle),
    NAME(hrRestoreInProgress),
    NAME(hrAlreadyOpen),
    NAME(hrCouldNotConnect),
    NAME(hrRestoreMapExists),
    NAME(hrCommunicationError),
    NAME(hrMissingExpiryToken),
    NAME(hrUnknownExpiryTokenFormat),
    NAME(hrContentsExpired),
    NAME(hrLogFileCorrupt),
    NAME(hrBackupInProgress),
    NAME(hrInvalidLogSequence),
    NAME(hrInvalidBackupSequence),
    NAME(hrBadLogSignature),
    NAME(hrBadDbSignature),
    NAME(hrRestoreLogTooLow),
    NAME(hrRestoreLogTooHigh),
    NAME(hrMissingRestoreLogFiles),
    NAME(hrReadVerifyFailure),
    NAME(hrDiskIO),
    NAME(hrDatabaseNotFound),
    NAME(hrAttachedDatabaseMismatch),
    NAME(hrMissingFileToBackup),
    NAME(hrLogReadVerifyFailure),
    NAME(hrLogFileNotCopied),
    NAME(hrOtherInstallation),
    NAME(VSS_E_BAD_STATE),
    NAME(VSS_E_UNEXPECTED),
    NAME(VSS_E_PROVIDER_VETO),
    NAME(VSS_E_OBJECT_NOT_FOUND),
    NAME(VSS_E_VOLUME_NOT_SUPPORTED),
    NAME(VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER),
    NAME(VSS_E_UNEXPECTED_PROVIDER_ERROR),
    NAME(VSS_E_FLUSH_WRITES_TIMEOUT),
    NAME(VSS_E_HOLD_WRITES_TIMEOUT),
    NAME(VSS_E_UNEXPECTED_WRITER_ERROR),
    NAME(VSS_E_INSUFFICIENT_STORAGE),
    NAME(VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED),
    NAME(VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED),
    NAME(VSS_E_MAXIMUM_DIFFAREA_ASSOCIATIONS_REACHED),
    NAME(VSS_E_NESTED_VOLUME_LIMIT),
    NAME(VSS_E_OBJECT_ALREADY_EXISTS),
    NAME(VSS_E_PROVIDER_IN_USE),
    NAME(VSS_E_PROVIDER_NOT_REGISTERED),
    NAME(VSS_E_REBOOT_REQUIRED),
    NAME(VSS_E_REVERT_IN_PROGRESS),
    NAME(VSS_E_TRANSACTION_FREEZE_TIMEOUT),
    NAME(VSS_E_TRANSACTION_THAW_TIMEOUT),
    NAME(VSS_E_UNSUPPORTED_CONTEXT),
    NAME(VSS_E_VOLUME_IN_USE),
    NAME(VSS_E_CORRUPT_XML_DOCUMENT),
    NAME(VSS_E_INVALID_XML_DOCUMENT),
    NAME(RPC_S_CALL_FAILED),
    NAME(RPC_S_SERVER_UNAVAILABLE),
    NAME(VSS_E_WRITER_NOT_RESPONDING),
    NAME(VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT),
    NAME(VSS_E_WRITERERROR_OUTOFRESOURCES),
    NAME(VSS_E_WRITERERROR_TIMEOUT),
    NAME(VSS_E_WRITERERROR_RETRYABLE),
    NAME(VSS_E_WRITERERROR_NONRETRYABLE),
    NAME(VSS_E_WRITERERROR_RECOVERY_FAILED),
    NAME(VSS_E_WRITERERROR_PARTIAL_FAILURE),
    NAME(VSS_E_WRITER_STATUS_NOT_AVAILABLE),
};

void result_name(legacy_result hr, wchar_t name[RESULT_NAME_CHARS])
{
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].hr == hr)
            break;
    }
    if (i < sizeof(names) / sizeof(names[0]))
        format_text(name, RESULT_NAME_CHARS, L"%ls (0x%08lx)", names[i].name, (unsigned long)hr);
    else
        format_text(name, RESULT_NAME_CHARS, L"0x%08lx", (unsigned long)hr);
}

void result_text(legacy_result hr, wchar_t text[RESULT_TEXT_CHARS])
{
    static const DWORD flags = FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_HMODULE | flags, dll_instance(), (DWORD)hr, 0,
                                  text, RESULT_TEXT_CHARS, NULL);

    if (!length)
        length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | flags, NULL, (DWORD)hr, 0, text,
                                RESULT_TEXT_CHARS, NULL);
    while (length && text[length - 1] <= L' ')
        length--;
    text[length] = 0;
}
