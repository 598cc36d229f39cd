/*
 * ntdsbcli.h - the Active Directory backup and restore functions, drop-in for the platform SDK's
 * header of this name, from C and C++.
 *
 * Results. Every function but DsBackupFree returns S_OK (0), a raw Win32 or RPC error code (87, 5,
 * 38, 1702 ...: positive, so FAILED() is FALSE for them), an hr* code of ntdsbmsg.h, or the
 * HRESULT of the Volume Shadow Copy call that failed. Compare with 0. Where a function fails its
 * outputs are NULL or 0. FormatMessage with ntdsbcli.dll's module handle has texts for the hr*
 * codes.
 *
 * Contexts. An HBC is opaque and belongs to the process that got it. NULL, stale, freed and foreign
 * values, and those of the wrong kind, give ERROR_INVALID_PARAMETER from every function. Several
 * contexts may be open at once; each is used by one thread at a time.
 *
 * Names. A list is a sequence of zero-terminated strings with an empty one at its end. Each entry
 * is one BFT character followed by a UNC path that can be opened. The sizes returned are bytes and
 * count every terminator.
 *
 * Sources: Microsoft Learn, "Directory Backup Functions"; the public-domain mingw-w64 headers;
 * Microsoft's archived Knowledge Base (raw codes: Q159170, Q156715). Where those are silent the
 * comment says "ours".
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

/* Defined by the DLL's own sources only; the calling convention is stdcall either way. */
#ifdef _NTDSBCLI_DEFINED
#define NTDSBCLI_LINKAGE
#else
#define NTDSBCLI_LINKAGE DECLSPEC_IMPORT
#endif
#define NTDSBCLI_API __stdcall

#ifndef xRPC_STRING
#define xRPC_STRING
#endif

/* Names under which the original's RPC interfaces were registered. Nothing is registered here. */
#define g_wszBackupAnnotation  L"NTDS Backup Interface"
#define g_aszBackupAnnotation  "NTDS Backup Interface"
#define g_wszRestoreAnnotation L"NTDS Restore Interface"
#define g_aszRestoreAnnotation "NTDS Restore Interface"

/* btFlag of DsBackupPrepare; only a full backup is accepted. */
#define BACKUP_TYPE_FULL        0x01
#define BACKUP_TYPE_LOGS_ONLY   0x02
#define BACKUP_TYPE_INCREMENTAL 0x04

/* rtFlag of DsRestorePrepare; 0 and CATCHUP are accepted. */
#define RESTORE_TYPE_AUTHORATATIVE 0x01
#define RESTORE_TYPE_ONLINE        0x02
#define RESTORE_TYPE_CATCHUP       0x04

/* dwCurrentLog of DsSetCurrentBackupLog. */
#define BACKUP_DISABLE_INCREMENTAL 0xffffffff

/* First character of a name in a list: what the file is and where a restore puts it. */
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

/* One database's path at the time of the backup, and where its file is now. */
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
 * Tells at once, without a session, whether the directory service of this computer is running
 * (TRUE: DsBackupPrepare can succeed) or stopped, also in Directory Services Restore Mode (FALSE).
 *
 * szServerName   This computer: NetBIOS or DNS name, with or without leading backslashes, ".",
 *                "localhost", a loopback address; NULL or "" means this computer (ours).
 * pfNTDSOnline   Receives the answer. While the service is starting or stopping it is FALSE (ours).
 *
 * ERROR_INVALID_PARAMETER: pfNTDSOnline is NULL. hrCouldNotConnect: malformed name, a name with an
 * underscore, or not a domain controller. RPC_S_INVALID_BINDING: another computer.
 * Any thread.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsIsNTDSOnlineA(LPCSTR szServerName, BOOL *pfNTDSOnline);
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsIsNTDSOnlineW(LPCWSTR szServerName, BOOL *pfNTDSOnline);

/*
 * Opens a backup context: the whole Volume Shadow Copy session up to and including the shadow copy
 * of every volume that holds the database, its logs and its checkpoint. Blocks until the shadow
 * exists or a limit expires (Timeout, Retry: see README).
 *
 * szBackupServer     This computer, as above, but NULL and "" are not valid.
 * grbit              Ignored.
 * btFlag             BACKUP_TYPE_FULL.
 * ppvExpiryToken     Receives the expiry token: opaque bytes to keep with the backup, wanted by
 *                    DsRestorePrepare. Free with DsBackupFree; valid also after DsBackupEnd.
 * pcbExpiryTokenSize Receives its size in bytes.
 * phbc               Receives the context. End it with DsBackupEnd, whatever else happens; the
 *                    end of the process, or FreeLibrary, aborts the backup.
 *
 * hrInvalidParam: a token pointer is NULL. ERROR_INVALID_PARAMETER: phbc NULL, name NULL or empty,
 * any other btFlag. RPC_S_INVALID_BINDING: another computer. hrCouldNotConnect: malformed name, not
 * a domain controller, directory not running, or no VSS on this computer. ERROR_ACCESS_DENIED: the
 * process does not hold SE_BACKUP_NAME, or VSS refused it. hrBackupInProgress: another program was
 * creating a shadow copy until the retries ran out. ERROR_DISK_FULL: no room for the shadow.
 * ERROR_TIMEOUT: a limit expired. hrCommunicationError: the broker process could not be started or
 * died. Otherwise the failing VSS call's or the NTDS writer's own HRESULT. No context and no shadow
 * is left then. Any thread.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupPrepareA(LPCSTR szBackupServer, ULONG grbit,
                                                       ULONG btFlag, PVOID *ppvExpiryToken,
                                                       LPDWORD pcbExpiryTokenSize, HBC *phbc);
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupPrepareW(LPCWSTR szBackupServer, ULONG grbit,
                                                       ULONG btFlag, PVOID *ppvExpiryToken,
                                                       LPDWORD pcbExpiryTokenSize, HBC *phbc);

/*
 * Lists the database files of the backup: BFT_NTDS_DATABASE entries.
 *
 * hbc               Backup context.
 * pszAttachmentInfo Receives the list. Free with DsBackupFree; valid also after DsBackupEnd.
 * pcbSize           Receives its size in bytes with both final terminators.
 *
 * ERROR_INVALID_PARAMETER: bad context, a pointer is NULL. ERROR_NO_UNICODE_TRANSLATION (A): the
 * ANSI code page cannot hold a path. ERROR_NOT_ENOUGH_MEMORY.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupGetDatabaseNamesA(HBC hbc, LPSTR *pszAttachmentInfo,
                                                                LPDWORD pcbSize);
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupGetDatabaseNamesW(HBC hbc, LPWSTR *pszAttachmentInfo,
                                                                LPDWORD pcbSize);

/*
 * Opens one file of the backup for DsBackupRead. One file at a time.
 *
 * hbc              Backup context.
 * szAttachmentName A name of one of this context's lists, with or without its BFT character, as UNC
 * or as local path, in any case. A database may be opened before its list was asked for.
 * cbReadHintSize   Any value; a hint only.
 * pliFileSize      Receives the file's size in bytes.
 *
 * ERROR_INVALID_PARAMETER: bad context, a pointer is NULL, a name that this context did not list.
 * hrAlreadyOpen: a file is open. hrInvalidBackupSequence: a database after the list of logs was
 * asked for. hrDiskIO: the shadow copy is gone. Win32 codes of the open otherwise.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupOpenFileA(HBC hbc, LPCSTR szAttachmentName,
                                                        DWORD cbReadHintSize,
                                                        LARGE_INTEGER *pliFileSize);
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupOpenFileW(HBC hbc, LPCWSTR szAttachmentName,
                                                        DWORD cbReadHintSize,
                                                        LARGE_INTEGER *pliFileSize);

/*
 * Reads on in the open file.
 *
 * hbc      Backup context with an open file.
 * pvBuffer Receives the bytes.
 * cbBuffer Its size in bytes, 1 to 0xFFFFFFFF. Best speed from 64 KiB on, as a multiple of 8192.
 * pcbRead  Receives the count: cbBuffer everywhere but at the end of the file.
 *
 * ERROR_HANDLE_EOF (38) with *pcbRead = 0 once everything was delivered, as often as it is called.
 * ERROR_INVALID_PARAMETER: bad context, a pointer is NULL, cbBuffer is 0. hrInvalidHandle: no file
 * is open. hrDiskIO: the file is shorter than when it was opened, or the shadow copy is gone. After
 * a failure the buffer's content is undefined and the same code comes again until DsBackupClose.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupRead(HBC hbc, PVOID pvBuffer, DWORD cbBuffer,
                                                   PDWORD pcbRead);

/*
 * Closes the open file.
 *
 * ERROR_INVALID_PARAMETER: bad context. hrInvalidHandle: no file is open.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupClose(HBC hbc);

/*
 * Lists the log files of the backup: BFT_LOG entries, and edb.chk as BFT_PATCH_FILE so that a
 * restore program puts it beside the logs. The list is made at the first call and the same ever
 * after.
 *
 * Parameters and results as DsBackupGetDatabaseNames; hrInvalidBackupSequence: a file is open.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupGetBackupLogsA(HBC hbc, LPSTR *pszBackupLogFiles,
                                                             LPDWORD pcbSize);
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupGetBackupLogsW(HBC hbc, LPWSTR *pszBackupLogFiles,
                                                             LPDWORD pcbSize);

/*
 * Says whether every listed log was delivered to its last byte. Deletes nothing: the directory logs
 * circularly.
 *
 * ERROR_INVALID_PARAMETER: bad context. hrInvalidBackupSequence: the logs were not listed, or a
 * file is open. 0xC8000268 (engine error -616, log file not copied): a listed log was not read to
 * its end.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupTruncateLogs(HBC hbc);

/*
 * Ends a backup context and its VSS session, and with it the shadow copy, whatever it returns. The
 * backup is reported to the writers as complete when every byte of every listed database and log
 * was delivered, and aborted otherwise.
 *
 * ERROR_INVALID_PARAMETER: bad context. hrCommunicationError: the broker process died.
 * Otherwise the failing VSS call's HRESULT: the backup must not be relied on then.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsBackupEnd(HBC hbc);

/*
 * Frees a list or token. NULL and pointers that did not come from this DLL are ignored. Any thread.
 */
NTDSBCLI_LINKAGE VOID NTDSBCLI_API DsBackupFree(PVOID pvBuffer);

/*
 * Lists where the directory's files belong on this computer, from its registration: the database
 * file (BFT_NTDS_DATABASE), the log folder (BFT_LOG_DIR) and the checkpoint's folder
 * (BFT_CHECKPOINT_DIR).
 *
 * hbc   Backup context, or any restore context. Otherwise as DsBackupGetDatabaseNames.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsRestoreGetDatabaseLocationsA(HBC hbc,
                                                                     LPSTR *pszDatabaseLocationList,
                                                                     LPDWORD pcbSize);
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API
DsRestoreGetDatabaseLocationsW(HBC hbc, LPWSTR *pszDatabaseLocationList, LPDWORD pcbSize);

/*
 * Opens a restore context, once the directory of this computer is stopped. With a token the Volume
 * Shadow Copy side of the restore begins.
 *
 * szServerName      This computer, as for DsIsNTDSOnline; NULL or "" means this computer (ours).
 * rtFlag            0 or RESTORE_TYPE_CATCHUP.
 * pvExpiryToken     What DsBackupPrepare gave for the backup that is to be restored; copied. NULL:
 *                   the context is restricted, good for DsRestoreGetDatabaseLocations and
 *                   DsRestoreEnd only.
 * cbExpiryTokenSize Its size in bytes.
 * phbc              Receives the context. End it with DsRestoreEnd, whatever else happens.
 *
 * ERROR_INVALID_PARAMETER: phbc NULL, any other rtFlag. RPC_S_INVALID_BINDING: another computer.
 * hrCouldNotConnect: malformed name, not a domain controller, the directory not stopped, or no VSS
 * on this computer. ERROR_ACCESS_DENIED: not an administrator, or SE_RESTORE_NAME is not held.
 * hrMissingExpiryToken: no bytes. hrUnknownExpiryTokenFormat: damaged, cut short, or not of this
 * DLL's version. hrContentsExpired: the backup is too old. hrCommunicationError, ERROR_TIMEOUT and
 * HRESULTs of VSS as for DsBackupPrepare. Any thread.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsRestorePrepareA(LPCSTR szServerName, ULONG rtFlag,
                                                        PVOID pvExpiryToken,
                                                        DWORD cbExpiryTokenSize, HBC *phbc);
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsRestorePrepareW(LPCWSTR szServerName, ULONG rtFlag,
                                                        PVOID pvExpiryToken,
                                                        DWORD cbExpiryTokenSize, HBC *phbc);

/*
 * Registers the restore: from now on the directory's registration says that one is in progress
 * ("Restore In Progress"), until DsRestoreRegisterComplete has found it good, and that its database
 * comes from a backup ("Database restored from backup"), for ever. Touches no file: they may be
 * copied before or after it.
 *
 * hbc                  Restore context with a token. One registration.
 * szCheckPointFilePath Folder of the checkpoint, szLogPath of the logs, szBackupLogPath of the logs
 *                      that come from the backup: put on record. Whatever they say, the files are
 *                      looked for where the directory is registered to have them
 *                      (DsRestoreGetDatabaseLocations), as the engine will.
 * rgrstmap, crstmap    1 or more entries. Exactly one names the database that was backed up as its
 *                      old path, and this computer's as the new one; with or without BFT character,
 *                      as UNC or as local path, in any case. Other entries are left alone.
 * genLow, genHigh      Lowest and highest log restored, as far as the caller knows; 0 and 0 are
 *                      fine. Only put on record: generations are read from the logs.
 *
 * ERROR_INVALID_PARAMETER: bad context, a pointer is NULL or a path empty, crstmap < 1,
 * genLow > genHigh, any other map. hrMissingExpiryToken: a restricted context. hrRestoreMapExists:
 * this context has registered already. hrRestoreInProgress: another restore, whose program lives.
 * (One whose program does not is taken over.) hrCouldNotConnect: the directory is not stopped any
 * more. Otherwise as DsRestorePrepare. Nothing is registered then.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsRestoreRegisterA(HBC hbc, LPCSTR szCheckPointFilePath,
                                                         LPCSTR szLogPath, EDB_RSTMAPA rgrstmap[],
                                                         LONG crstmap, LPCSTR szBackupLogPath,
                                                         ULONG genLow, ULONG genHigh);
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsRestoreRegisterW(HBC hbc, LPCWSTR szCheckPointFilePath,
                                                         LPCWSTR szLogPath, EDB_RSTMAPW rgrstmap[],
                                                         LONG crstmap, LPCWSTR szBackupLogPath,
                                                         ULONG genLow, ULONG genHigh);

/*
 * Says how a registered restore went. With S_OK everything that was restored is read and compared
 * with the token; only where it is that backup, complete and undamaged, is the restore over. Once;
 * takes about as long as reading all files.
 *
 * hbc            Restore context that has registered.
 * hrRestoreState S_OK, or any other code where the caller has failed: the call succeeds then, and
 *                "Restore In Progress" stays, as after each of these failures:
 *
 * hrCouldNotConnect: the directory is not stopped any more. hrDatabaseNotFound: no database file.
 * hrBadDbSignature: another directory's database, or another backup's than the token's.
 * hrBadLogSignature: the database or a log belongs to another series of logs. hrReadVerifyFailure:
 * a damaged header or page of the database, or another size than the backup's. hrLogFileCorrupt: a
 * damaged log. hrRestoreLogTooLow, hrRestoreLogTooHigh: a log older or newer than the backup's.
 * hrInvalidLogSequence: a log under another one's name, or that does not follow the one before it.
 * hrMissingRestoreLogFiles: a database that was not shut down cleanly lacks logs. hrDiskIO: reading
 * failed. Win32 codes of opening a file.
 *
 * The log names file, page or generation, and so does restore-<backup>.txt beside it. A checkpoint
 * that is not the backup's own is renamed, as the engine makes a new one.
 * ERROR_INVALID_PARAMETER: bad or restricted context, not registered, or completed already.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsRestoreRegisterComplete(HBC hbc, HRESULT hrRestoreState);

/*
 * Ends a restore context and its VSS session, whatever it returns. A restore that was registered
 * and never completed has failed: "Restore In Progress" stays.
 *
 * ERROR_INVALID_PARAMETER: bad context. hrCommunicationError: the broker process died in a restore
 * that was registered and not completed. Otherwise the failing VSS call's HRESULT.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsRestoreEnd(HBC hbc);

/*
 * Accepted for compatibility: the directory logs circularly, so there is no log to remember. The
 * name is checked as in DsIsNTDSOnline; dwCurrentLog may have any value.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsSetCurrentBackupLogA(LPCSTR szServerName,
                                                             DWORD dwCurrentLog);
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsSetCurrentBackupLogW(LPCWSTR szServerName,
                                                             DWORD dwCurrentLog);

/*
 * Names the account under which contexts opened later in this process work: its logon is tried at
 * once, and only the token or the error is kept, never the password.
 *
 * szUserName, szDomainName, szPassword   As for a logon; szUserName NULL means the process's own
 *                                        identity again.
 *
 * S_OK also where the logon fails: DsBackupPrepare and DsRestorePrepare return its Win32 code then,
 * and do nothing under another identity. ERROR_NO_UNICODE_TRANSLATION (A). Any thread.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsSetAuthIdentityA(LPCSTR szUserName, LPCSTR szDomainName,
                                                         LPCSTR szPassword);
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsSetAuthIdentityW(LPCWSTR szUserName, LPCWSTR szDomainName,
                                                         LPCWSTR szPassword);

/*
 * Tells whether a token could still be used for a restore. The prototype is ours: none is public.
 *
 * pvExpiryToken, cbExpiryTokenSize   The bytes that DsBackupPrepare gave.
 *
 * S_OK. hrMissingExpiryToken: NULL or no bytes. hrUnknownExpiryTokenFormat: damaged, cut short, or
 * not of this DLL. hrContentsExpired: too old. Any thread.
 */
NTDSBCLI_LINKAGE HRESULT NTDSBCLI_API DsRestoreCheckExpiryToken(PVOID pvExpiryToken,
                                                                DWORD cbExpiryTokenSize);

#ifdef __cplusplus
}
#endif

#endif /* _NTDSBCLI_H_ */
#endif /* NTDSBCLI_H */
