/* What a failed call means for a restore: advice and exit code. */
#include "restore_failures.h"

#include <ntdsbcli.h>

#include "directory_server.h"

static const struct messages_advice advices[] = {
    {ERROR_ACCESS_DENIED, L"Run this program elevated, as a member of Administrators."},
    {RPC_S_INVALID_BINDING, DIRECTORY_SERVER_ADVICE_REMOTE},
    {hrCouldNotConnect,
     L"Check the name of the server, that it is a domain controller, and that its directory is "
     L"stopped: in Directory Services Restore Mode, or with \"net stop ntds\"."},
    {hrRestoreInProgress, L"Another restore of this server is running. Wait until it has ended; "
                          L"this one changed nothing."},
    {hrMissingExpiryToken, L"token.bin is empty. Use another backup."},
    {hrUnknownExpiryTokenFormat,
     L"token.bin is damaged, or of another backup program. Use another backup."},
    {hrContentsExpired,
     L"The backup is older than the time for which the directory keeps deleted objects: a restore "
     L"would bring them back. Use a newer backup, or replicate from another domain controller."},
    {ERROR_TIME_SKEW,
     L"The clock of this computer says a time before the backup was made, so nothing "
     L"is known of its age. Set the clock, then restore again."},
    {hrRestoreMapExists, L"This program registered the restore twice. Please report this."},
    {hrBadDbSignature,
     L"The database in the backup folder does not belong to token.bin: files of two backups were "
     L"mixed. Use the files of one backup."},
    {hrBadLogSignature,
     L"A log in the backup folder belongs to another database: files of two backups were mixed. "
     L"Use the files of one backup."},
    {hrMissingRestoreLogFiles,
     L"The database needs a log that is missing in the backup folder. Find the log, or use another "
     L"backup."},
    {hrRestoreLogTooLow,
     L"The logs are older than the database: files of two backups were mixed. Use the files of one "
     L"backup."},
    {hrRestoreLogTooHigh,
     L"The logs are newer than the database: files of two backups were mixed. Use the files of one "
     L"backup."},
    {hrLogFileCorrupt, L"A log in the backup folder is damaged. Use another backup."},
    {hrReadVerifyFailure,
     L"A page of the database is damaged, in the backup folder or by the disk that it was restored "
     L"to. Use another backup, or check the disk."},
};

static const wchar_t *advice_for(HRESULT hr, enum restore_step step)
{
    const wchar_t *advice = directory_server_find_advice(hr, advices, ARRAYSIZE(advices));

    if (advice)
        return advice;
    if (step == STEP_REGISTER && hr == ERROR_INVALID_PARAMETER)
        return L"The lists in the backup folder do not fit its token or this directory: files of "
               L"two "
               L"backups were mixed. Use the files of one backup.";
    if (step == STEP_COMPLETE)
        return L"See the log of ntdsbcli.dll for the file and the cause, then restore again.";
    return L"See the server's event log and the log of ntdsbcli.dll for the cause, then try again.";
}

static bool is_token_code(HRESULT hr)
{
    return hr == hrMissingExpiryToken || hr == hrUnknownExpiryTokenFormat ||
           hr == hrContentsExpired || hr == ERROR_TIME_SKEW;
}

static enum exit_code exit_code_for(HRESULT hr, enum restore_step step)
{
    if (directory_server_is_access_denied(hr))
        return EXIT_ACCESS;
    if (hr == hrCouldNotConnect || directory_server_is_rpc_code(hr))
        return EXIT_DIRECTORY;
    if (is_token_code(hr) || (step == STEP_REGISTER && hr == ERROR_INVALID_PARAMETER))
        return EXIT_READ;
    if (hr == ERROR_INVALID_PARAMETER || hr == ERROR_NOT_ENOUGH_MEMORY ||
        hr == ERROR_NO_UNICODE_TRANSLATION || step == STEP_CONNECT)
        return EXIT_OTHER;
    if (step == STEP_COMPLETE && !directory_server_is_service_code(hr))
        return EXIT_READ;
    return EXIT_SERVICE;
}

enum exit_code restore_failures_report(const wchar_t *function, const wchar_t *what, HRESULT hr,
                                       enum restore_step step)
{
    messages_call_failed(function, what, hr, advice_for(hr, step));
    return exit_code_for(hr, step);
}
