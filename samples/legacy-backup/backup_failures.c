/* What a failed call means for a backup: advice and exit code. */
#include "backup_failures.h"

#include <ntdsbcli.h>

#include "directory_server.h"

/* The codes of the ESE engine for "a log was not copied" and "a log is damaged". */
#define HR_LOG_FILE_NOT_COPIED     ((HRESULT)0xC8000268)
#define HR_LOG_READ_VERIFY_FAILURE ((HRESULT)0xC8000264)

static const struct messages_advice advices[] = {
    {ERROR_ACCESS_DENIED,
     L"Run this program elevated, as a member of Administrators or Backup Operators."},
    {RPC_S_INVALID_BINDING, DIRECTORY_SERVER_ADVICE_REMOTE},
    {hrCouldNotConnect,
     L"Check the name of the server, that it is a domain controller, and that its service \"Active "
     L"Directory Domain Services\" (NTDS) runs."},
    {hrBackupInProgress, L"Another program is making a shadow copy. Try again in a few minutes."},
    {ERROR_DISK_FULL,
     L"The server has no space left for a shadow copy. Free some on the volumes that hold the "
     L"directory's database and logs."},
    {ERROR_NOT_SUPPORTED,
     L"The NTDS writer lists more than one database, or a folder on no local volume; the log of "
     L"this program names them. If a database is not the directory's, move it to another folder, "
     L"then try again."},
    {hrReadVerifyFailure,
     L"The file is damaged on the server. Keep your earlier backups, then check the disk, and the "
     L"database with \"esentutl /k\"."},
    {HR_LOG_READ_VERIFY_FAILURE,
     L"A log is damaged on the server. Keep your earlier backups, and check the disk."},
    {hrDiskIO,
     L"The server could not read the file to its end. Check its disks and the space for shadow "
     L"copies, then try again."},
    {HR_LOG_FILE_NOT_COPIED, L"A log was not read to its end. Run the backup again."},
    {hrInvalidBackupSequence, L"This program made its calls in a wrong order. Please report this."},
};

static const wchar_t *advice_for(HRESULT hr, enum backup_step step)
{
    const wchar_t *advice = directory_server_find_advice(hr, advices, ARRAYSIZE(advices));

    if (advice)
        return advice;
    if (step == STEP_READ)
        return L"See the server's event log, check its disks, then try again.";
    return L"See the server's event log for the cause, then try again.";
}

static enum exit_code exit_code_for(HRESULT hr, enum backup_step step)
{
    if (step == STEP_READ || hr == hrReadVerifyFailure || hr == HR_LOG_READ_VERIFY_FAILURE)
        return directory_server_is_service_code(hr) ? EXIT_SERVICE : EXIT_READ;
    if (directory_server_is_access_denied(hr))
        return EXIT_ACCESS;
    if (hr == hrCouldNotConnect || directory_server_is_rpc_code(hr))
        return EXIT_DIRECTORY;
    if (hr == ERROR_INVALID_PARAMETER || hr == ERROR_NOT_ENOUGH_MEMORY || step == STEP_CONNECT)
        return EXIT_OTHER;
    return EXIT_SERVICE;
}

enum exit_code backup_failures_report(const wchar_t *function, const wchar_t *what, HRESULT hr,
                                      enum backup_step step)
{
    messages_call_failed(function, what, hr, advice_for(hr, step));
    return exit_code_for(hr, step);
}
