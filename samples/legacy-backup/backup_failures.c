/* What a failed call means for a backup. It must not know how messages are printed. */
#include "backup_failures.h"

#include <ntdsbcli.h>

#include "directory_server.h"

/* The engine behind the directory says with this one that not every log was read to its end. */
#define HR_LOG_FILE_NOT_COPIED ((HRESULT)0xC8000268)

static const struct messages_advice advices[] = {
    {ERROR_ACCESS_DENIED,
     L"Run it elevated, as a member of Administrators or Backup Operators of this server."},
    {RPC_S_INVALID_BINDING,
     L"The directory can be backed up on its own server only: run this program there, or give the "
     L"name of this computer."},
    {hrCouldNotConnect,
     L"Check the name of the server, that it is a domain controller and that its service \"Active "
     L"Directory Domain Services\" (NTDS) is running."},
    {hrBackupInProgress,
     L"Another backup of this server is being started. Try again in some minutes."},
    {ERROR_DISK_FULL,
     L"The server has no room left for a backup. Free space on the volumes that hold the "
     L"directory's database and logs."},
    {hrReadVerifyFailure,
     L"The file is damaged on the server. Keep your earlier backups, check the disk, and check the "
     L"database with \"esentutl /k\"."},
    {hrDiskIO,
     L"The server could not read the file to its end. Check its disks and the room for shadow "
     L"copies, then try again."},
    {HR_LOG_FILE_NOT_COPIED, L"Not every log file was read to its end. Run the backup again."},
    {hrInvalidBackupSequence,
     L"The calls of a backup came in an order the server does not accept: please report this."},
};

static const wchar_t *advice_for(HRESULT hr, enum backup_step step)
{
    const wchar_t *advice = directory_server_find_advice(hr, advices, ARRAYSIZE(advices));

    if (advice)
        return advice;
    if (step == STEP_READ)
        return L"Check the disks of the server and its event log, then try again.";
    return L"See the server's event log for the cause, then try again.";
}

static enum exit_code exit_code_for(HRESULT hr, enum backup_step step)
{
    if (step == STEP_READ)
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
