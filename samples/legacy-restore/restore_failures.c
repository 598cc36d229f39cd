/* What a failed call means for a restore. It must not know how messages are printed. */
#include "restore_failures.h"

#include <ntdsbcli.h>

#include "directory_server.h"

static const struct messages_advice advices[] = {
    {ERROR_ACCESS_DENIED, L"Run it elevated, as a member of Administrators of this server."},
    {RPC_S_INVALID_BINDING,
     L"The directory can be restored on its own server only: run this program there, or give the "
     L"name of this computer."},
    {hrCouldNotConnect,
     L"Check the name of the server, that it is a domain controller, and that its directory is "
     L"stopped: in Directory Services Restore Mode, or with \"net stop ntds\"."},
    {hrRestoreInProgress,
     L"Another restore of this server is under way. Wait for its end; nothing was changed here."},
    {hrMissingExpiryToken, L"token.bin is empty: it is not of a backup."},
    {hrUnknownExpiryTokenFormat,
     L"token.bin is damaged, or of another backup program. Use another backup."},
    {hrContentsExpired,
     L"The backup is older than the directory keeps deleted objects: restored, they would come "
     L"back. Use a newer backup, or replicate from another domain controller."},
    {hrRestoreMapExists, L"The calls of a restore came twice: please report this."},
    {hrBadDbSignature,
     L"The database in the backup folder is not the one its token was made for: files of two "
     L"backups were mixed. Use the files of one backup."},
    {hrBadLogSignature,
     L"A log in the backup folder belongs to another database: files of two backups were mixed. "
     L"Use the files of one backup."},
    {hrMissingRestoreLogFiles,
     L"The database needs a log that the backup folder does not have. Find the log, or use another "
     L"backup."},
    {hrRestoreLogTooLow, L"The logs are older than the database: files of two backups were mixed."},
    {hrRestoreLogTooHigh,
     L"The logs are newer than the database: files of two backups were mixed."},
    {hrLogFileCorrupt, L"A log in the backup folder is damaged. Use another backup."},
    {hrReadVerifyFailure,
     L"A page of the database is damaged: in the backup folder already, or by the disk it was "
     L"restored to. Use another backup, or check the disk."},
};

static const wchar_t *advice_for(HRESULT hr, enum restore_step step)
{
    const wchar_t *advice = directory_server_find_advice(hr, advices, ARRAYSIZE(advices));

    if (advice)
        return advice;
    if (step == STEP_REGISTER && hr == ERROR_INVALID_PARAMETER)
        return L"The lists in the backup folder do not fit its token, or this server's directory: "
               L"files of two backups were mixed.";
    if (step == STEP_COMPLETE)
        return L"See the log of ntdsbcli for the file and the cause, then restore again.";
    return L"See the server's event log and the log of ntdsbcli for the cause, then try again.";
}

static bool is_token_code(HRESULT hr)
{
    return hr == hrMissingExpiryToken || hr == hrUnknownExpiryTokenFormat ||
           hr == hrContentsExpired;
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
