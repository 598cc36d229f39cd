/*
 * settings.h - what an administrator can set, and people at a prompt for themselves.
 *
 * HKLM\SOFTWARE\ntdsbcli, 64-bit view, DWORD values unless said:
 *
 *   Timeout     seconds, 1 to 86400: limit of each wait for VSS. Default 600.
 *   Retry       seconds, 0 to 86400: how long to retry while another program makes a shadow copy,
 *               or after a failure that can pass (requestor/retry.h). Default 600.
 *   LogLevel    0 off, 1 errors, 2 warnings, 3 what matters, 4 every call. Default 3.
 *   LogFolder   REG_SZ; default %ProgramData%\ntdsbcli, the system's %ProgramData%.
 *               When it is used is in host/log_folder.h.
 *   ExpiryDays  days, 0 to 3650: how long a backup may be restored. Default 0: as the NTDS writer
 *               or the directory's tombstone lifetime says, 60 where neither can be had. At a
 *               restore it widens days that were assumed, and no others.
 *   AllowOtherInstallation  1: a restore goes on, with a warning, where the backup is of another
 *               installation of Windows. Default 0: it is refused.
 *   Verify      REG_SZ, what is checked:
 *                 "full" (default): every header, page and log segment, in DsBackupRead and in
 *                 DsRestoreRegisterComplete.
 *                 "headers-only": DsRestoreRegisterComplete leaves damaged pages and log segments
 *                 to the first start of the directory. Backups are checked as with full.
 *                 "off": in addition DsBackupRead hands bytes out as they come, unchecked and with
 *                 nothing corrected; every DsBackupPrepare says so in the log. Restores are never
 *                 checked less than with headers-only.
 *
 *   Provider    REG_SZ, a GUID in braces as "vssadmin list providers" prints it: the provider that
 *               makes the shadow copies. Default: VSS chooses.
 *
 * The environment variables NTDSBCLI_TIMEOUT_S, NTDSBCLI_RETRY_S and NTDSBCLI_LOG (a level) come
 * before the first three: they can weaken no check. A value that is out of bounds is named in the
 * log and ignored.
 */
#ifndef NTDSBCLI_SETTINGS_H
#define NTDSBCLI_SETTINGS_H

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

enum settings_verify
{
    SETTINGS_VERIFY_FULL,
    SETTINGS_VERIFY_HEADERS_ONLY,
    SETTINGS_VERIFY_OFF
};

struct settings
{
    uint32_t wait_ms;
    uint32_t retry_ms;
    uint32_t log_level; /* enum log_level */
    uint32_t expiry_days;
    bool allow_other_installation;
    enum settings_verify verify;
    GUID provider; /* zeros: VSS chooses */
    wchar_t log_folder[MAX_PATH];
};

/* Reads them anew. Any thread. */
void settings_read(struct settings *settings);

#endif
