/*
 * log_folder.h - the folder of logs and records: whether it may be used, and which one an account
 * has.
 *
 * Programs that run as SYSTEM or as an elevated administrator use the configured folder (setting
 * LogFolder), and make it if it is not there. A program of another account uses it if an
 * administrator gave that account the right to create files in it. Else the account has a folder of
 * its own beside it, <LogFolder>-<SID of the account>.
 *
 * A folder counts only if write_trust.h trusts it and each folder above it, and if no part of its
 * path is a link. If it does not, there is no log and no record: a backup is not worth less without
 * them, and a restore needs none of them. What a restore does need to be safe, the interlock with
 * the facts to undo it, is in the registry, where only administrators can write, and a restore that
 * cannot write it is refused before anything is changed (interlock/interlock.h).
 */
#ifndef NTDSBCLI_LOG_FOLDER_H
#define NTDSBCLI_LOG_FOLDER_H

#include "result.h"
#include "write_trust.h"

#include <windows.h>

#define LOG_FOLDER_CHARS (2u * MAX_PATH)

enum log_folder_use
{
    LOG_FOLDER_WRITE,          /* the configured one or the account's own, made if missing */
    LOG_FOLDER_READ,           /* the configured one */
    LOG_FOLDER_READ_OF_ACCOUNT /* the account's own */
};

/* The reason is the end of a sentence about the folder. */
struct log_folder
{
    HANDLE handle; /* nobody can rename or delete the folder while it is open */
    wchar_t path[LOG_FOLDER_CHARS];
    wchar_t why[WRITE_TRUST_WHY_CHARS]; /* why path is not used; "": the result says it */
};

/*
 * configured: "" is ERROR_PATH_NOT_FOUND. A Win32 code otherwise, with path and why set;
 * ERROR_ACCESS_DENIED also for a folder that does not count.
 */
legacy_result log_folder_open(const wchar_t *configured, enum log_folder_use use,
                              struct log_folder *folder);
void log_folder_close(struct log_folder *folder);

#endif
