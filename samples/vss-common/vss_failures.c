/* What a failed call of ntdsvss.h means for a backup or a restore: advice and exit code. */
#include "vss_failures.h"

#include <ntdsvss.h>
#include <vss.h>
#include <vsserror.h>

#define DAMAGED_DOCUMENT L"components.xml in the backup folder is damaged. Use another backup."

static const struct messages_advice advices[] = {
    {E_ACCESSDENIED,
     L"Run this program elevated, as a member of Administrators (a backup: or Backup Operators)."},
    {HRESULT_FROM_WIN32(ERROR_TIMEOUT), MESSAGES_TIMEOUT},
    {HRESULT_FROM_WIN32(ERROR_CANCELLED), L"This program was stopped."},
    {E_OUTOFMEMORY, MESSAGES_NO_MEMORY},
    {NTDSVSS_E_UNAVAILABLE,
     L"Volume Shadow Copy does not work on this computer. See the event log."},
    {NTDSVSS_E_WRONG_BITNESS, L"Use the 64-bit build of this program."},
    {NTDSVSS_E_NO_INSTANCE, L"Give --adlds the name of an instance of this computer: what follows "
                            L"ADAM_ in the name of its service."},
    {NTDSVSS_E_RESTORE_IN_PROGRESS, L"Another restore of this directory is running. Wait until it "
                                    L"has ended; this one changed nothing."},
    {HRESULT_FROM_WIN32(ERROR_SERVICE_ALREADY_RUNNING),
     L"A running instance cannot be restored. Stop its service."},
    {NTDSVSS_E_DATABASE_COUNT,
     L"If one of them is not the directory's, move it to another folder, then try again."},
    {VSS_E_SNAPSHOT_SET_IN_PROGRESS,
     L"Another program is making a shadow copy. Try again in a few minutes."},
    {VSS_E_INSUFFICIENT_STORAGE,
     L"The server has no space left for a shadow copy. Free some on the volumes that hold the "
     L"directory's database and logs."},
    {VSS_E_INVALID_XML_DOCUMENT, DAMAGED_DOCUMENT},
    {VSS_E_CORRUPT_XML_DOCUMENT, DAMAGED_DOCUMENT},
};

static const wchar_t *advice_for(HRESULT hr, enum vss_step step)
{
    const wchar_t *advice = messages_find_advice(hr, advices, ARRAYSIZE(advices));

    if (advice)
        return advice;
    if (step == FAILURES_READ)
        return L"See the server's event log, check its disks, then try again.";
    if (step == FAILURES_CHECK)
        return L"Check the disk of the directory, then restore again.";
    return L"See the server's event log for the cause, then try again.";
}

static enum exit_code exit_code_for(HRESULT hr, enum vss_step step)
{
    if (hr == E_ACCESSDENIED)
        return EXIT_ACCESS;
    if (hr == NTDSVSS_E_NO_INSTANCE || hr == HRESULT_FROM_WIN32(ERROR_SERVICE_ALREADY_RUNNING))
        return EXIT_DIRECTORY;
    if (hr == HRESULT_FROM_WIN32(ERROR_CANCELLED) || hr == E_OUTOFMEMORY || hr == E_INVALIDARG ||
        hr == NTDSVSS_E_WRONG_BITNESS)
        return EXIT_OTHER;
    if (step == FAILURES_READ || step == FAILURES_CHECK)
        return EXIT_READ;
    if (step == FAILURES_RESTORE &&
        (hr == VSS_E_INVALID_XML_DOCUMENT || hr == VSS_E_CORRUPT_XML_DOCUMENT ||
         hr == VSS_E_OBJECT_NOT_FOUND))
        return EXIT_READ;
    return EXIT_SERVICE;
}

enum exit_code vss_failures_report(const wchar_t *function, const wchar_t *what, HRESULT hr,
                                   enum vss_step step)
{
    messages_call_failed(function, what, hr, advice_for(hr, step));
    return exit_code_for(hr, step);
}
