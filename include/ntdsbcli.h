/*
 * ntdsbcli.h - the Active Directory backup and restore functions: a drop-in for the platform SDK's
 * header of this name, for C and C++.
 *
 * Results. Every function but DsBackupFree returns 0 (S_OK) on success. Any other value is a
 * failure: a raw Win32 or RPC error code (5, 38, 87, 1702 ...), an hr* code of ntdsbmsg.h, or the
 * HRESULT of the Volume Shadow Copy call that failed. Raw codes are positive, so SUCCEEDED() is
 * TRUE for them: compare with 0. On failure every output is NULL or 0. Any function may also return
 * ERROR_NOT_ENOUGH_MEMORY. FormatMessage with ntdsbcli.dll's module handle has texts for the hr*
 * and VSS codes.
 *
 * Contexts. An HBC is opaque and belongs to the process that opened it. A value that is NULL,
 * closed, foreign or of the wrong kind gives ERROR_INVALID_PARAMETER, from every function.
 *
 * Threads. Several contexts can be open at once; each is used by one thread at a time. A function
 * without a context can be called from any thread.
 *
 * Names. A list is a sequence of zero-terminated strings with an empty string at its end. Each
 * entry is one BFT character followed by a UNC path that can be opened. Sizes are in bytes and
 * count every terminator. Lists and tokens are freed with DsBackupFree and stay valid after the
 * context's end.
 *
 * A and W functions differ only in the type of their strings: the ANSI code page, or UTF-16.
 *
 * Source of each function: its page in Microsoft Learn, "Directory Backup Functions", and the
 * public-domain mingw-w64 headers; of the raw codes: Microsoft Knowledge Base Q159170 and Q156715.
 * What no public source settles is marked "ours".
 */
#ifndef NTDSBCLI_H
#define NTDSBCLI_H
#ifndef _NTDSBCLI_H_
#define _NTDSBCLI_H_

#include <windows.h>
#include <ntdsbmsg.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Compilers older than Visual Studio 2012 lack some of these annotations, or all of them. */
#ifndef _In_
#define _In_
#endif
#ifndef _In_opt_
#define _In_opt_
#endif
#ifndef _In_reads_
#define _In_reads_(count)
#endif
#ifndef _In_reads_bytes_opt_
#define _In_reads_bytes_opt_(bytes)
#endif
#ifndef _Out_
#define _Out_
#endif
#ifndef _Out_writes_bytes_to_
#define _Out_writes_bytes_to_(bytes, written)
#endif
#ifndef _Outptr_
#define _Outptr_
#endif
#ifndef _Outptr_result_bytebuffer_
#define _Outptr_result_bytebuffer_(bytes)
#endif
#ifndef _Success_
#define _Success_(condition)
#endif

/* Defined by the DLL's own sources only; the calling convention is stdcall either way. */
#ifdef _NTDSBCLI_DEFINED
#define NTDSBCLI_LINKAGE
#else
#define NTDSBCLI_LINKAGE DECLSPEC_IMPORT
#endif
#define NTDSBCLI_API      __stdcall
#define NTDSBCLI_FUNCTION _Success_(return == 0) NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API

#ifndef xRPC_STRING
#define xRPC_STRING
#endif

/* The original's RPC interfaces had these names. This DLL registers none. */
#define g_wszBackupAnnotation  L"NTDS Backup Interface"
#define g_aszBackupAnnotation  "NTDS Backup Interface"
#define g_wszRestoreAnnotation L"NTDS Restore Interface"
#define g_aszRestoreAnnotation "NTDS Restore Interface"

/* btFlag of DsBackupPrepare; only BACKUP_TYPE_FULL is accepted. */
#define BACKUP_TYPE_FULL        0x01
#define BACKUP_TYPE_LOGS_ONLY   0x02
#define BACKUP_TYPE_INCREMENTAL 0x04

/* rtFlag of DsRestorePrepare; only 0 and RESTORE_TYPE_CATCHUP are accepted. */
#define RESTORE_TYPE_AUTHORATATIVE 0x01
#define RESTORE_TYPE_ONLINE        0x02
#define RESTORE_TYPE_CATCHUP       0x04

/* dwCurrentLog of DsSetCurrentBackupLog. */
#define BACKUP_DISABLE_INCREMENTAL 0xffffffff

/* First character of a name in a list: what the file is, and where a restore puts it. */
#ifdef UNICODE
typedef WCHAR BFT;
#define g_szBackupAnnotation  g_wszBackupAnnotation
#define g_szRestoreAnnotation g_wszRestoreAnnotation
#else
typedef CHAR BFT;
#define g_szBackupAnnotation  g_aszBackupAnnotation
#define g_szRestoreAnnotation g_aszRestoreAnnotation
#endif

#define BFT_DIRECTORY          0x80
#define BFT_DATABASE_DIRECTORY 0x40
#define BFT_LOG_DIRECTORY      0x20

#define BFT_LOG            ((BFT)(0x01 | BFT_LOG_DIRECTORY))
#define BFT_LOG_DIR        ((BFT)(0x02 | BFT_DIRECTORY))
#define BFT_CHECKPOINT_DIR ((BFT)(0x03 | BFT_DIRECTORY))
#define BFT_NTDS_DATABASE  ((BFT)(0x04 | BFT_DATABASE_DIRECTORY))
#define BFT_PATCH_FILE     ((BFT)(0x05 | BFT_LOG_DIRECTORY))
#define BFT_UNKNOWN        ((BFT)(0x0f))

/* A backup or restore context. */
typedef void *HBC;

/* One database: its path at the time of the backup, and the path it is restored to. */
typedef struct tagEDB_RSTMAPA
{
    char *szDatabaseName;
    char *szNewDatabaseName;
} EDB_RSTMAPA, *PEDB_RSTMAPA;

#define UNICODE_RSTMAP
typedef struct tagEDB_RSTMAPW
{
    WCHAR *wszDatabaseName;
    WCHAR *wszNewDatabaseName;
} EDB_RSTMAPW, *PEDB_RSTMAPW;

#ifdef UNICODE
#define EDB_RSTMAP                    EDB_RSTMAPW
#define PEDB_RSTMAP                   PEDB_RSTMAPW
#define DsIsNTDSOnline                DsIsNTDSOnlineW
#define DsBackupPrepare               DsBackupPrepareW
#define DsBackupGetDatabaseNames      DsBackupGetDatabaseNamesW
#define DsBackupOpenFile              DsBackupOpenFileW
#define DsBackupGetBackupLogs         DsBackupGetBackupLogsW
#define DsRestoreGetDatabaseLocations DsRestoreGetDatabaseLocationsW
#define DsRestorePrepare              DsRestorePrepareW
#define DsRestoreRegister             DsRestoreRegisterW
#define DsSetCurrentBackupLog         DsSetCurrentBackupLogW
#define DsSetAuthIdentity             DsSetAuthIdentityW
#else
#define EDB_RSTMAP                    EDB_RSTMAPA
#define PEDB_RSTMAP                   PEDB_RSTMAPA
#define DsIsNTDSOnline                DsIsNTDSOnlineA
#define DsBackupPrepare               DsBackupPrepareA
#define DsBackupGetDatabaseNames      DsBackupGetDatabaseNamesA
#define DsBackupOpenFile              DsBackupOpenFileA
#define DsBackupGetBackupLogs         DsBackupGetBackupLogsA
#define DsRestoreGetDatabaseLocations DsRestoreGetDatabaseLocationsA
#define DsRestorePrepare              DsRestorePrepareA
#define DsRestoreRegister             DsRestoreRegisterA
#define DsSetCurrentBackupLog         DsSetCurrentBackupLogA
#define DsSetAuthIdentity             DsSetAuthIdentityA
#endif

/*
 * Tells whether the directory service of this computer is running (TRUE: it can be backed up) or
 * stopped, also in Directory Services Restore Mode (FALSE: it can be restored). Returns at once and
 * opens no context.
 *
 * szServerName  This computer: NetBIOS or DNS name, with or without leading backslashes, ".",
 *               "localhost" or a loopback address. NULL or "": this computer (ours).
 * pfNTDSOnline  Receives the answer. FALSE while the service is starting or stopping (ours).
 *
 * ERROR_INVALID_PARAMETER  pfNTDSOnline is NULL.
 * RPC_S_INVALID_BINDING    The name is another computer's.
 * hrCouldNotConnect        The name is malformed or contains an underscore, or this computer is not
 *                          a domain controller.
 * Another Windows error    The service manager does not say (ours).
 *
 * Any thread.
 */
NTDSBCLI_FUNCTION DsIsNTDSOnlineA(_In_opt_ LPCSTR szServerName, _Out_ BOOL *pfNTDSOnline);
NTDSBCLI_FUNCTION DsIsNTDSOnlineW(_In_opt_ LPCWSTR szServerName, _Out_ BOOL *pfNTDSOnline);

/*
 * Opens a backup context: runs the Volume Shadow Copy session up to and including the shadow copies
 * of all volumes that hold the database, its logs and its checkpoint. Blocks until they exist or a
 * limit expires (settings Timeout and Retry).
 *
 * szBackupServer      This computer, as for DsIsNTDSOnline; not NULL and not "".
 * grbit               Ignored.
 * btFlag              BACKUP_TYPE_FULL.
 * ppvExpiryToken      Receives the expiry token: opaque bytes to keep with the backup, for
 *                     DsRestorePrepare. The caller frees it with DsBackupFree.
 * pcbExpiryTokenSize  Receives its size in bytes.
 * phbc                Receives the context. The caller ends it with DsBackupEnd, whatever happens
 *                     in between. The end of the process, and FreeLibrary, abort the backup.
 *
 * ERROR_INVALID_PARAMETER  phbc is NULL, the name is NULL or empty, or btFlag is another type.
 * hrInvalidParam           ppvExpiryToken or pcbExpiryTokenSize is NULL.
 * RPC_S_INVALID_BINDING    The name is another computer's.
 * hrCouldNotConnect        The name is malformed, this computer is not a domain controller, its
 *                          directory service is not running, or it has no Volume Shadow Copy.
 * ERROR_ACCESS_DENIED      The process does not hold SE_BACKUP_NAME, or VSS denied access.
 * hrBackupInProgress       Another program was creating a shadow copy until the retries ran out.
 * ERROR_DISK_FULL          There is no room for the shadow copy.
 * 0xC8000239               A log that the database needs is missing (ours).
 * ERROR_NOT_SUPPORTED      The NTDS writer lists more than one database, or a folder that is on no
 *                          local volume (ours).
 * ERROR_FILE_TOO_LARGE     The documents of VSS are larger than a restore takes (ours).
 * hrReadVerifyFailure      Both headers of the database are damaged (ours).
 * hrLogReadVerifyFailure   The current log is damaged (ours).
 * ERROR_TIMEOUT            A wait for VSS exceeded its limit.
 * hrCommunicationError     The broker beside the DLL could not be started, or ended.
 * Otherwise                The HRESULT of the VSS call that failed, or of the NTDS writer.
 *
 * A failed call leaves no context and no shadow copy. Any thread.
 */
NTDSBCLI_FUNCTION DsBackupPrepareA(_In_ LPCSTR szBackupServer, _In_ ULONG grbit, _In_ ULONG btFlag,
                                   _Outptr_result_bytebuffer_(*pcbExpiryTokenSize)
                                       PVOID *ppvExpiryToken,
                                   _Out_ LPDWORD pcbExpiryTokenSize, _Outptr_ HBC *phbc);
NTDSBCLI_FUNCTION DsBackupPrepareW(_In_ LPCWSTR szBackupServer, _In_ ULONG grbit, _In_ ULONG btFlag,
                                   _Outptr_result_bytebuffer_(*pcbExpiryTokenSize)
                                       PVOID *ppvExpiryToken,
                                   _Out_ LPDWORD pcbExpiryTokenSize, _Outptr_ HBC *phbc);

/*
 * Lists the database files of the backup, as BFT_NTDS_DATABASE entries.
 *
 * hbc                Backup context.
 * pszAttachmentInfo  Receives the list. The caller frees it with DsBackupFree.
 * pcbSize            Receives its size in bytes, both final terminators included.
 *
 * ERROR_INVALID_PARAMETER       hbc is not a backup context, or a pointer is NULL.
 * ERROR_NO_UNICODE_TRANSLATION  (A) The ANSI code page cannot represent a path.
 *
 * The context's thread.
 */
NTDSBCLI_FUNCTION
DsBackupGetDatabaseNamesA(_In_ HBC hbc,
                          _Outptr_result_bytebuffer_(*pcbSize) LPSTR *pszAttachmentInfo,
                          _Out_ LPDWORD pcbSize);
NTDSBCLI_FUNCTION
DsBackupGetDatabaseNamesW(_In_ HBC hbc,
                          _Outptr_result_bytebuffer_(*pcbSize) LPWSTR *pszAttachmentInfo,
                          _Out_ LPDWORD pcbSize);

/*
 * Opens one file of the backup for DsBackupRead. One file can be open at a time.
 *
 * hbc               Backup context.
 * szAttachmentName  A name from one of this context's lists, with or without its BFT character, as
 *                   UNC or local path, in upper or lower case. A database can be opened before its
 *                   list was requested, a log only afterwards.
 * cbReadHintSize    In bytes; any value, not used.
 * pliFileSize       Receives the file's size in bytes.
 *
 * ERROR_INVALID_PARAMETER  hbc is not a backup context, a pointer is NULL, or the name is not in
 *                          this context's lists.
 * hrAlreadyOpen            A file is open already.
 * hrInvalidBackupSequence  A database, after the logs were listed.
 * hrDiskIO                 The shadow copy is gone, or the database in it has another size than at
 *                          DsBackupPrepare (ours).
 * hrLogReadVerifyFailure   The log is empty (ours).
 * hrCommunicationError     The broker process ended unexpectedly.
 * Otherwise                The Win32 code of opening the file.
 *
 * The context's thread.
 */
NTDSBCLI_FUNCTION DsBackupOpenFileA(_In_ HBC hbc, _In_ LPCSTR szAttachmentName,
                                    _In_ DWORD cbReadHintSize, _Out_ LARGE_INTEGER *pliFileSize);
NTDSBCLI_FUNCTION DsBackupOpenFileW(_In_ HBC hbc, _In_ LPCWSTR szAttachmentName,
                                    _In_ DWORD cbReadHintSize, _Out_ LARGE_INTEGER *pliFileSize);

/*
 * Reads the next bytes of the open file. Every database page and log segment is verified before it
 * is handed out, unless the setting Verify is "off".
 *
 * hbc       Backup context with an open file.
 * pvBuffer  Receives the bytes. After a failure its content is undefined.
 * cbBuffer  Its size in bytes, 1 to 0xFFFFFFFF; fastest from 64 KiB on, in multiples of 8192.
 * pcbRead   Receives the number of bytes: cbBuffer, except at the end of the file.
 *
 * ERROR_HANDLE_EOF         The whole file was delivered; *pcbRead is 0. Every further call too.
 * ERROR_INVALID_PARAMETER  hbc is not a backup context, a pointer is NULL, or cbBuffer is 0.
 * hrInvalidHandle          No file is open.
 * hrReadVerifyFailure      A database page or header is damaged.
 * 0xC8000264               A log segment or header is damaged (engine error -612).
 * hrDiskIO                 The file is shorter than when it was opened, or the shadow copy is gone.
 *
 * After a failure every further call returns the same code until DsBackupClose. The context's
 * thread.
 */
NTDSBCLI_FUNCTION DsBackupRead(_In_ HBC hbc,
                               _Out_writes_bytes_to_(cbBuffer, *pcbRead) PVOID pvBuffer,
                               _In_ DWORD cbBuffer, _Out_ PDWORD pcbRead);

/*
 * Closes the open file.
 *
 * hbc  Backup context.
 *
 * ERROR_INVALID_PARAMETER  hbc is not a backup context.
 * hrInvalidHandle          No file is open.
 *
 * The context's thread.
 */
NTDSBCLI_FUNCTION DsBackupClose(_In_ HBC hbc);

/*
 * Lists the log files of the backup, as BFT_LOG entries, and edb.chk as BFT_PATCH_FILE, so that a
 * restore program puts it beside the logs. The list is the same at every call.
 *
 * hbc                Backup context.
 * pszBackupLogFiles  Receives the list. The caller frees it with DsBackupFree.
 * pcbSize            Receives its size in bytes, both final terminators included.
 *
 * ERROR_INVALID_PARAMETER       hbc is not a backup context, or a pointer is NULL.
 * hrInvalidBackupSequence       A file is open.
 * ERROR_NO_UNICODE_TRANSLATION  (A) The ANSI code page cannot represent a path.
 *
 * The context's thread.
 */
NTDSBCLI_FUNCTION
DsBackupGetBackupLogsA(_In_ HBC hbc, _Outptr_result_bytebuffer_(*pcbSize) LPSTR *pszBackupLogFiles,
                       _Out_ LPDWORD pcbSize);
NTDSBCLI_FUNCTION
DsBackupGetBackupLogsW(_In_ HBC hbc, _Outptr_result_bytebuffer_(*pcbSize) LPWSTR *pszBackupLogFiles,
                       _Out_ LPDWORD pcbSize);

/*
 * Checks that every listed log was delivered to its last byte. Deletes nothing: the directory
 * reuses its logs by itself.
 *
 * hbc  Backup context.
 *
 * ERROR_INVALID_PARAMETER  hbc is not a backup context.
 * hrInvalidBackupSequence  The logs were not listed, or a file is open.
 * 0xC8000268               A listed log was not read to its end (engine error -616).
 *
 * The context's thread.
 */
NTDSBCLI_FUNCTION DsBackupTruncateLogs(_In_ HBC hbc);

/*
 * Ends a backup context, its VSS session and its shadow copies, whatever it returns. If every byte
 * of every listed database and log was delivered, and recovery would accept these logs, the backup
 * is reported to the writers as complete; otherwise it is aborted. An open file is closed.
 *
 * hbc  Backup context; not valid afterwards.
 *
 * ERROR_INVALID_PARAMETER  hbc is not a backup context.
 * hrLogReadVerifyFailure   Data segments of a log are missing or not in order, which the engine's
 *                          own backup did not look at; the log names it (ours).
 * hrCommunicationError     The broker process ended unexpectedly.
 * Otherwise                The HRESULT of the VSS call that failed. Do not rely on this backup.
 *
 * The context's thread.
 */
NTDSBCLI_FUNCTION DsBackupEnd(_In_ HBC hbc);

/*
 * Frees a list or a token.
 *
 * pvBuffer  What this DLL returned. NULL, and pointers that are not this DLL's, are ignored.
 *
 * Any thread.
 */
NTDSBCLI_LINKAGE VOID NTDSBCLI_API DsBackupFree(_In_opt_ PVOID pvBuffer);

/*
 * Lists where the directory's files belong on this computer, as its registry says: the database
 * file (BFT_NTDS_DATABASE), the log folder (BFT_LOG_DIR) and the checkpoint's folder
 * (BFT_CHECKPOINT_DIR).
 *
 * hbc                      Backup context, or restore context with or without a token.
 * pszDatabaseLocationList  Receives the list. The caller frees it with DsBackupFree.
 * pcbSize                  Receives its size in bytes, both final terminators included.
 *
 * ERROR_INVALID_PARAMETER       hbc is not a context, or a pointer is NULL.
 * ERROR_NO_UNICODE_TRANSLATION  (A) The ANSI code page cannot represent a path.
 * Otherwise                     The Win32 code of reading the registry.
 *
 * The context's thread.
 */
NTDSBCLI_FUNCTION
DsRestoreGetDatabaseLocationsA(_In_ HBC hbc,
                               _Outptr_result_bytebuffer_(*pcbSize) LPSTR *pszDatabaseLocationList,
                               _Out_ LPDWORD pcbSize);
NTDSBCLI_FUNCTION
DsRestoreGetDatabaseLocationsW(_In_ HBC hbc,
                               _Outptr_result_bytebuffer_(*pcbSize) LPWSTR *pszDatabaseLocationList,
                               _Out_ LPDWORD pcbSize);

/*
 * Opens a restore context. The directory service of this computer must be stopped. With a token,
 * the Volume Shadow Copy side of the restore begins, if there is one: a restore needs no VSS and no
 * NTDS writer. If VSS is missing, does not start, fails or hangs, the restore goes on without it,
 * with a warning in the log, in the record of the restore and in the Event Log (208).
 *
 * szServerName       This computer, as for DsIsNTDSOnline; NULL or "": this computer (ours).
 * rtFlag             0 or RESTORE_TYPE_CATCHUP.
 * pvExpiryToken      The token that DsBackupPrepare returned for the backup to be restored; copied.
 *                    NULL: the context has no token and serves only DsRestoreGetDatabaseLocations
 *                    and DsRestoreEnd.
 * cbExpiryTokenSize  Its size in bytes.
 * phbc               Receives the context. The caller ends it with DsRestoreEnd, whatever happens
 *                    in between.
 *
 * ERROR_INVALID_PARAMETER     phbc is NULL, or rtFlag is another type.
 * RPC_S_INVALID_BINDING       The name is another computer's.
 * hrCouldNotConnect           The name is malformed, this computer is not a domain controller, or
 *                             its directory service is not stopped.
 * ERROR_ACCESS_DENIED         The account is not an elevated administrator, or the process does
 *                             not hold SE_RESTORE_NAME.
 * hrMissingExpiryToken        cbExpiryTokenSize is 0.
 * hrUnknownExpiryTokenFormat  The token is damaged, truncated, or not of this DLL's version.
 * hrContentsExpired           The backup is too old.
 * VSS_E_OBJECT_NOT_FOUND      The backup's document does not contain the NTDS writer.
 * ERROR_TIME_SKEW             The clock is more than a day before the backup was made.
 * 0x80044E10                  The backup is of another installation of Windows or another domain
 *                             controller (ours; the message table has its text). The directory
 *                             could not decrypt its database.
 * hrCommunicationError        The broker beside the DLL could not be started, or ended.
 * Another Windows error       The service manager does not say whether the directory service is
 *                             stopped (ours).
 *
 * Any thread.
 */
NTDSBCLI_FUNCTION DsRestorePrepareA(_In_opt_ LPCSTR szServerName, _In_ ULONG rtFlag,
                                    _In_reads_bytes_opt_(cbExpiryTokenSize) PVOID pvExpiryToken,
                                    _In_ DWORD cbExpiryTokenSize, _Outptr_ HBC *phbc);
NTDSBCLI_FUNCTION DsRestorePrepareW(_In_opt_ LPCWSTR szServerName, _In_ ULONG rtFlag,
                                    _In_reads_bytes_opt_(cbExpiryTokenSize) PVOID pvExpiryToken,
                                    _In_ DWORD cbExpiryTokenSize, _Outptr_ HBC *phbc);

/*
 * Registers the restore. Sets the registry key "Restore In Progress", which stays until
 * DsRestoreRegisterComplete has verified the restored files, and the marker "Database restored from
 * backup", which only the directory itself removes. Touches no file: the caller copies the files
 * before or after this call. A context registers once. If VSS fails before the NTDS writer is told,
 * the restore goes on without both, as in DsRestorePrepare; a writer that was told can fail it.
 *
 * hbc                   Restore context with a token.
 * szCheckPointFilePath  Folder of the checkpoint.
 * szLogPath             Folder of the logs.
 * szBackupLogPath       Folder of the backup's logs. All three are only recorded; the files are
 *                       verified where the registry says that the directory has them
 *                       (DsRestoreGetDatabaseLocations), because the engine looks there.
 * rgrstmap              Exactly one entry has the path of the database that was backed up as its
 *                       old path and that of this computer's database as its new path; with or
 *                       without BFT character, as UNC or local path, in upper or lower case. Other
 *                       entries are ignored.
 * crstmap               Number of entries, at least 1.
 * genLow, genHigh       Lowest and highest log generation restored, 0 if not known. Only recorded;
 *                       generations are read from the logs.
 *
 * ERROR_INVALID_PARAMETER  hbc is not a restore context, a pointer is NULL, a path is empty,
 *                          crstmap < 1, genLow > genHigh, or rgrstmap is not as described.
 * hrMissingExpiryToken     The context has no token.
 * hrRestoreMapExists       This context has registered already.
 * hrRestoreInProgress      Another restore, whose program is running. (A restore whose program has
 *                          ended is taken over.)
 * hrCouldNotConnect        The directory is no longer stopped, or VSS ended while the NTDS writer
 *                          was told.
 * ERROR_TIMEOUT            A wait for VSS exceeded its limit.
 * Otherwise                As DsRestorePrepare, or the HRESULT of the VSS call that failed.
 *
 * After a failure nothing is registered. The context's thread.
 */
NTDSBCLI_FUNCTION DsRestoreRegisterA(_In_ HBC hbc, _In_ LPCSTR szCheckPointFilePath,
                                     _In_ LPCSTR szLogPath,
                                     _In_reads_(crstmap) EDB_RSTMAPA rgrstmap[], _In_ LONG crstmap,
                                     _In_ LPCSTR szBackupLogPath, _In_ ULONG genLow,
                                     _In_ ULONG genHigh);
NTDSBCLI_FUNCTION DsRestoreRegisterW(_In_ HBC hbc, _In_ LPCWSTR szCheckPointFilePath,
                                     _In_ LPCWSTR szLogPath,
                                     _In_reads_(crstmap) EDB_RSTMAPW rgrstmap[], _In_ LONG crstmap,
                                     _In_ LPCWSTR szBackupLogPath, _In_ ULONG genLow,
                                     _In_ ULONG genHigh);

/*
 * Completes a registered restore, once. With hrRestoreState 0 all restored files are read and
 * compared with the token; only if they are that backup, complete and undamaged, is the restore
 * complete and "Restore In Progress" removed. Takes about as long as reading all files.
 *
 * hbc             Restore context that has registered.
 * hrRestoreState  0, or any other code if the caller's restore failed. The call then succeeds and
 *                 "Restore In Progress" stays.
 *
 * "Restore In Progress" also stays after each of these failures:
 *
 * hrCouldNotConnect         The directory is no longer stopped.
 * ERROR_PATH_NOT_FOUND      A folder of the directory does not exist; the directory makes none.
 * hrDatabaseNotFound        There is no database file.
 * hrBadDbSignature          The database is another directory's, or another backup's.
 * hrBadLogSignature         The database or a log belongs to another series of logs.
 * hrReadVerifyFailure       A page or header of the database is damaged, or its size is wrong.
 * hrLogFileCorrupt          A log is damaged.
 * hrRestoreLogTooLow        A log is older than the backup's.
 * hrRestoreLogTooHigh       A log is newer than the backup's.
 * hrInvalidLogSequence      A log has another one's name, or does not follow the one before it.
 * hrMissingRestoreLogFiles  The database was not shut down cleanly, and logs it needs are missing.
 * hrDiskIO                  A file cannot be read.
 * Otherwise                 The Win32 code of opening a file or flushing it to disk, or the HRESULT
 *                           of the VSS call that failed.
 *
 * ERROR_INVALID_PARAMETER   hbc has no token, has not registered, or was completed already.
 *
 * The log names the file and the page or generation, and so does restore-<backup>.txt beside it. A
 * checkpoint that is not the backup's own is renamed; the engine makes a new one. Both files warn,
 * with the command that mends it, of restored files that SYSTEM cannot write, or that ordinary
 * users can read.
 *
 * The context's thread. A database of more than 20 MiB that can be read at 512 MiB a second or more
 * is read and checked by a second thread as well, if the process may use two processors; it has
 * ended when the function returns.
 */
NTDSBCLI_FUNCTION DsRestoreRegisterComplete(_In_ HBC hbc, _In_ HRESULT hrRestoreState);

/*
 * Ends a restore context and its VSS session, whatever it returns. A restore that was registered
 * but not completed has failed: "Restore In Progress" stays.
 *
 * hbc  Restore context; not valid afterwards.
 *
 * ERROR_INVALID_PARAMETER  hbc is not a restore context.
 * hrCommunicationError     The broker process ended during a restore that was not completed.
 * Otherwise                The HRESULT of the VSS call that failed.
 *
 * The context's thread.
 */
NTDSBCLI_FUNCTION DsRestoreEnd(_In_ HBC hbc);

/*
 * Does nothing: the directory reuses its logs by itself, so there is no log to remember.
 *
 * szServerName  As for DsIsNTDSOnline.
 * dwCurrentLog  Any value.
 *
 * RPC_S_INVALID_BINDING, hrCouldNotConnect: as DsIsNTDSOnline. Any thread.
 */
NTDSBCLI_FUNCTION DsSetCurrentBackupLogA(_In_opt_ LPCSTR szServerName, _In_ DWORD dwCurrentLog);
NTDSBCLI_FUNCTION DsSetCurrentBackupLogW(_In_opt_ LPCWSTR szServerName, _In_ DWORD dwCurrentLog);

/*
 * Sets the account that contexts opened later in this process use. Logs on at once and keeps only
 * the logon's token or its error, never the password.
 *
 * szUserName    User; NULL: the process's own account again.
 * szDomainName  Domain, as for a logon.
 * szPassword    Password.
 *
 * Returns 0 also if the logon fails: DsBackupPrepare and DsRestorePrepare then return its Win32
 * code and do nothing under another account.
 *
 * ERROR_NO_UNICODE_TRANSLATION  (A) A text is not valid in the ANSI code page.
 * Otherwise                     A Win32 code: memory ran out, or the thread's impersonation could
 *                               not be set aside.
 *
 * After a failure DsBackupPrepare and DsRestorePrepare return its code, too, until the next call.
 * Any thread.
 */
NTDSBCLI_FUNCTION DsSetAuthIdentityA(_In_opt_ LPCSTR szUserName, _In_opt_ LPCSTR szDomainName,
                                     _In_opt_ LPCSTR szPassword);
NTDSBCLI_FUNCTION DsSetAuthIdentityW(_In_opt_ LPCWSTR szUserName, _In_opt_ LPCWSTR szDomainName,
                                     _In_opt_ LPCWSTR szPassword);

/*
 * Tells whether a restore would accept the date of a token now. The prototype is ours: none is
 * public.
 *
 * pvExpiryToken      The token that DsBackupPrepare returned.
 * cbExpiryTokenSize  Its size in bytes.
 *
 * hrMissingExpiryToken        pvExpiryToken is NULL, or cbExpiryTokenSize is 0.
 * hrUnknownExpiryTokenFormat  The token is damaged, truncated, or not of this DLL's version.
 * hrContentsExpired           The backup is too old.
 * ERROR_TIME_SKEW             The clock is more than a day before the backup was made.
 *
 * Any thread.
 */
NTDSBCLI_FUNCTION
DsRestoreCheckExpiryToken(_In_reads_bytes_opt_(cbExpiryTokenSize) PVOID pvExpiryToken,
                          _In_ DWORD cbExpiryTokenSize);

#ifdef __cplusplus
}
#endif

#endif /* _NTDSBCLI_H_ */
#endif /* NTDSBCLI_H */
