/*
 * event_log.h - entries in the Windows Event Log: what an administrator and a monitoring product
 * look for.
 *
 * Log Application, source "ntdsbcli". The numbers are those that the engine's own source ESENT uses
 * for the same events, and each text begins with the program and its process id, as there. The
 * texts (messages.mc) are in ntdsbevents.dll, a file of their own, so that whoever shows an entry
 * does not hold the DLL; the installer, or `ntdsdoctor --register-events`, tells Windows where that
 * is. Without it the entries are written all the same, and show the facts without the
 * sentence around them. A failure to write one is a line in the log and nothing else.
 */
#ifndef NTDSBCLI_EVENT_LOG_H
#define NTDSBCLI_EVENT_LOG_H

#include "host/result.h"

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENT_LOG_SOURCE L"ntdsbcli"
#define EVENT_LOG_FILE   L"ntdsbevents.dll"
#define EVENT_LOG_SOURCE_KEY                                                                       \
    L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\" EVENT_LOG_SOURCE

/* Severity in the two highest bits, as in messages.mc; test_event_texts holds both together. */
#define EVENT_LOG_RESTORE_STARTED  0x400000CCu /* 204 */
#define EVENT_LOG_RESTORE_COMPLETE 0x400000CDu /* 205 */
#define EVENT_LOG_RESTORE_FAILED   0xC00000CFu /* 207 */
#define EVENT_LOG_RESTORE_NO_VSS   0x800000D0u /* 208: ours, ESENT has no such event */
#define EVENT_LOG_BACKUP_STARTED   0x400000D2u /* 210 */
#define EVENT_LOG_BACKUP_COMPLETE  0x400000D5u /* 213 */
#define EVENT_LOG_BACKUP_FAILED    0xC00000D6u /* 214 */
#define EVENT_LOG_BACKUP_ABORTED   0x800000D7u /* 215 */
#define EVENT_LOG_FILE_LEFT_OUT    0x800000D8u /* 216: ours, ESENT has no such event */
#define EVENT_LOG_NO_LOG           0x800000D9u /* 217: ours, ESENT has no such event */

/* Insertion strings of every event; fewer in most. */
#define EVENT_LOG_STRINGS_MAX 8

void event_log_backup_started(void);
void event_log_backup_complete(size_t database_count, size_t log_count, uint64_t byte_count,
                               uint64_t elapsed_ms);

/* function: the exported function that failed; hr: what it returned. */
void event_log_backup_failed(const wchar_t *function, legacy_result hr);

/* A file in the log folder is no part of the backup. reason: in English. */
void event_log_file_left_out(const wchar_t *path, const wchar_t *reason);

/* There is no log, and no records, in the folder. why: in English, or "": hr says it. */
void event_log_no_log(const wchar_t *folder, legacy_result hr, const wchar_t *why);

/* The program ended it before it had read everything. */
void event_log_backup_aborted(size_t delivered_count, size_t file_count);

/* backup_id: hexadecimal. taken_over: from a restore that was never completed. */
void event_log_restore_started(const wchar_t *backup_id, bool taken_over);

/* It goes on without VSS. failure: which code, and what it means. */
void event_log_restore_no_vss(const wchar_t *backup_id, const wchar_t *failure);
void event_log_restore_complete(const wchar_t *backup_id);
void event_log_restore_failed(const wchar_t *backup_id, const wchar_t *function, legacy_result hr);

/* What is called, for tests; NULL puts the system's back. */
struct event_log_api
{
    HANDLE(WINAPI *open)(LPCWSTR, LPCWSTR);
    BOOL(WINAPI *report)(HANDLE, WORD, WORD, DWORD, PSID, WORD, DWORD, LPCWSTR *, LPVOID);
    BOOL(WINAPI *close)(HANDLE);
};
void event_log_replace_api(const struct event_log_api *api);

#endif
