/*
 * ntdsvss.h - backs up and restores the database of Active Directory, or of an AD LDS instance,
 * through Volume Shadow Copy, in the calling process. The broker of ntdsbcli.dll uses it; a program
 * that leaves the old API calls it instead. Link libntdsvss.a with advapi32, ole32, oleaut32,
 * shlwapi and uuid. The header is C11 and C++.
 *
 * Stability. Functions, codes and members keep their meaning. The caller zero-initialises the
 * structures that it fills in ({0}, or named members): a member that is added at the end means "as
 * before" when it is 0. A structure that can reach a library of another version carries its size.
 *
 * Backup. One struct ntdsvss_backup is one requestor session. ntdsvss_backup_start makes a shadow
 * copy of every volume that holds files of the directory, ntdsvss_backup_complete tells the writers
 * that all is saved, ntdsvss_backup_close ends the session and its shadow copies in every state. A
 * session that was not completed is aborted.
 *
 * Restore. One struct ntdsvss_restore is one session that restores such a backup while the
 * directory is stopped: ntdsvss_restore_start takes the documents of the backup,
 * ntdsvss_restore_register comes before the first file is written, the caller copies the files and
 * checks them through ntdsvss_restore_open_file, ntdsvss_restore_complete says how it went. What
 * this leaves in the registry is described below, under "restore".
 *
 * Threads. A session belongs to the thread that started it, which must have entered COM's
 * multi-threaded apartment. Other threads may only set the cancel event and call the two abandon
 * functions. The process sets COM security once, before the first session (ntdsvss_com_security).
 * VSS serves only programs of the operating system's own bitness.
 *
 * Results are HRESULTs: VSS's own, the writer's failure code if it has one, or HRESULT_FROM_WIN32
 * of an operating system error. settings->log receives the operation, the name of the code and its
 * meaning. On failure outputs are untouched. Files, documents and locations belong to the session;
 * the caller releases nothing but handles.
 *
 * Sources: Microsoft Learn, "Volume Shadow Copy Service": requestor sequence, writer errors,
 * security considerations for requestors, in-box writers.
 */
#ifndef NTDSVSS_H
#define NTDSVSS_H

#include <windows.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* This computer has no VSS, or its service cannot be reached. */
#define NTDSVSS_E_UNAVAILABLE ((HRESULT)0x80044E01L)

/* Another restore, whose process is running, owns the interlock. */
#define NTDSVSS_E_RESTORE_IN_PROGRESS ((HRESULT)0x80044E02L)

/*
 * This computer has no AD LDS instance of this name, or its writer is missing because its service
 * is not running; in a restore also: the backup is another instance's. The log names the instances
 * that exist.
 */
#define NTDSVSS_E_NO_INSTANCE ((HRESULT)0x80044E03L)

/* A 32-bit program on 64-bit Windows, where VSS serves 64-bit programs only. */
#define NTDSVSS_E_WRONG_BITNESS ((HRESULT)0x80044E04L)

/* The database needs a log that its log folder does not have: no backup of it could be restored.
 * The log names the generations. */
#define NTDSVSS_E_LOG_MISSING ((HRESULT)0x80044E05L)

/* The writer lists more than one database: no backup of them could be restored. The log names two.
 */
#define NTDSVSS_E_DATABASE_COUNT ((HRESULT)0x80044E06L)

enum ntdsvss_level
{
    NTDSVSS_LEVEL_ERROR = 1,
    NTDSVSS_LEVEL_WARNING,
    NTDSVSS_LEVEL_INFO,
    NTDSVSS_LEVEL_TRACE
};

/* How a session behaves and what it reports to. Copied by the create functions. */
struct ntdsvss_settings
{
    uint32_t wait_ms; /* limit of each wait for VSS, in milliseconds; not 0 */

    /*
     * How long to retry, in milliseconds, 0 for not at all: while another program makes a shadow
     * copy, and up to three times after a failure of VSS or of the writer that can pass.
     */
    uint32_t retry_ms;

    /* Manual-reset event or NULL. Once set, waits end with HRESULT_FROM_WIN32(ERROR_CANCELLED). */
    HANDLE cancel;

    /* Receives each log line, on the session's thread. May be NULL. */
    void (*log)(_In_opt_ void *context, _In_ enum ntdsvss_level level, _In_ const wchar_t *line);

    /* Called before an operation that can block, with its name, and after it, with NULL; on the
     * session's thread. May be NULL. */
    void (*waiting)(_In_opt_ void *context, _In_opt_ const wchar_t *operation);

    void *context; /* first argument of log and waiting */

    /* The provider that makes the shadow copies of a backup; zeros: VSS chooses. One that is not
     * there fails the backup with VSS_E_PROVIDER_NOT_REGISTERED. */
    GUID provider;
};

/* The VSS writer that names the files. */
enum ntdsvss_writer
{
    NTDSVSS_WRITER_NTDS = 0, /* {B2014C9E-8711-4C5C-A5A9-3CF384484757}, one per computer */
    NTDSVSS_WRITER_ADLDS = 1 /* {DD846AAA-A1B6-42A8-AAF8-03DCB6114BFD}, one per instance */
};

/* The directory that a session backs up or restores. Copied by the create functions. */
struct ntdsvss_directory
{
    size_t struct_bytes; /* sizeof(struct ntdsvss_directory) */
    enum ntdsvss_writer writer;

    /*
     * NTDSVSS_WRITER_ADLDS: the instance's name as given at its setup ("instance1" if its service
     * is ADAM_instance1), or its service's name, in upper or lower case. NTDSVSS_WRITER_NTDS: NULL.
     */
    const wchar_t *instance;
};

enum ntdsvss_state
{
    NTDSVSS_STATE_ABSENT = 1, /* not a domain controller, or no instance of this name */
    NTDSVSS_STATE_ONLINE,     /* running: it can be backed up */
    NTDSVSS_STATE_OFFLINE,    /* stopped, or NTDS in restore mode: it can be restored */
    NTDSVSS_STATE_BETWEEN,    /* starting, stopping or paused: neither is possible */
    NTDSVSS_STATE_UNKNOWN     /* cannot be asked: no restore; a backup finds out by the writer */
};

enum ntdsvss_file_kind
{
    NTDSVSS_FILE_DATABASE = 1,
    NTDSVSS_FILE_LOG,
    NTDSVSS_FILE_CHECKPOINT
};

/* One file. Belongs to the session. */
struct ntdsvss_file
{
    enum ntdsvss_file_kind kind;
    const wchar_t *path; /* of the live file, with drive letter */
};

/* A file of the log folder that is not part of the backup. It belongs to the session. */
struct ntdsvss_left_out
{
    const wchar_t *path;
    const wchar_t *reason; /* in English */
};

/* The documents that a restore needs. They belong to the session. */
struct ntdsvss_documents
{
    const wchar_t *components;      /* backup components document, marked successful */
    const wchar_t *writer;          /* the writer's metadata document */
    const wchar_t *backup_metadata; /* what the writer stored with its component, or "" */
};

struct ntdsvss_backup;

/*
 * Calls CoInitializeSecurity as a requestor needs it: packet privacy, identify, and
 * COMGLB_EXCEPTION_DONOT_HANDLE. For programs, never for a DLL in another program's process. Call
 * it once, on a thread that has entered COM.
 *
 * S_OK also if another part of the program set COM security before; that part then has to let
 * writers call back.
 *
 * CO_E_NOTINITIALIZED  The thread has not entered COM.
 * Otherwise            COM's own code.
 *
 * Any thread in COM. Source: Microsoft Learn, "Security Considerations for Requestors".
 */
HRESULT ntdsvss_com_security(void);

/*
 * Reads the state of a directory of this computer from the registry and the service manager.
 *
 * directory  NULL: NTDS.
 * state      Receives the state. A service that is registered but does not exist counts as stopped.
 *
 * E_INVALIDARG  As ntdsvss_backup_create_for; *state is as it was.
 * Otherwise     Why the registry or the service manager does not say: a Win32 code as HRESULT.
 *               *state is NTDSVSS_STATE_UNKNOWN.
 *
 * Any thread, without COM.
 */
HRESULT ntdsvss_directory_state(_In_opt_ const struct ntdsvss_directory *directory,
                                _Out_ enum ntdsvss_state *state);

/*
 * --- backup ------------------------------------------------------------------------------------
 */

/*
 * Creates a session for NTDS. It does nothing before ntdsvss_backup_start.
 *
 * settings  Copied.
 * backup    Receives the session; end it with ntdsvss_backup_close.
 *
 * E_OUTOFMEMORY
 *
 * Any thread.
 */
HRESULT ntdsvss_backup_create(_In_ const struct ntdsvss_settings *settings,
                              _Outptr_ struct ntdsvss_backup **backup);

/*
 * Creates a session for any directory.
 *
 * settings   Copied.
 * directory  Copied. NULL: NTDS. Whether the instance exists is checked by ntdsvss_backup_start.
 * backup     Receives the session; end it with ntdsvss_backup_close.
 *
 * E_INVALIDARG   directory has a size, member or writer that this library does not know, names an
 *                instance of NTDS, or no instance of AD LDS, or one that cannot be a service's
 * name. E_OUTOFMEMORY
 *
 * Any thread.
 */
HRESULT ntdsvss_backup_create_for(_In_ const struct ntdsvss_settings *settings,
                                  _In_opt_ const struct ntdsvss_directory *directory,
                                  _Outptr_ struct ntdsvss_backup **backup);

/*
 * Starts a session, once: a full component backup of this directory's writer alone, with all its
 * volumes in one shadow copy set. Returns when the shadow copies exist.
 *
 * NTDSVSS_E_UNAVAILABLE             This computer has no VSS.
 * NTDSVSS_E_WRONG_BITNESS           A 32-bit program on 64-bit Windows.
 * NTDSVSS_E_NO_INSTANCE             The AD LDS instance does not exist or is not running.
 * E_ACCESSDENIED                    VSS denied access.
 * E_UNEXPECTED                      The session was started before.
 * VSS_E_SNAPSHOT_SET_IN_PROGRESS    Another program made a shadow copy until the retries ran out.
 * VSS_E_OBJECT_NOT_FOUND            There is no NTDS writer, or it names no database.
 * NTDSVSS_E_LOG_MISSING             The database needs a log that its log folder does not have.
 * NTDSVSS_E_DATABASE_COUNT          The writer lists more than one database.
 * HRESULT_FROM_WIN32(ERROR_FILE_TOO_LARGE) The documents are larger than a restore takes.
 * HRESULT_FROM_WIN32(ERROR_TIMEOUT) A wait exceeded settings->wait_ms.
 * Otherwise                         The code of the VSS call that failed, or the writer's.
 *
 * After a failure the VSS session is aborted and released; only ntdsvss_backup_close is left to
 * call. Source: Microsoft Learn, "Overview of Processing a Backup Under VSS".
 */
HRESULT ntdsvss_backup_start(_In_ struct ntdsvss_backup *backup);

/*
 * Returns the database files, after ntdsvss_backup_start: one.
 *
 * files  Receives an array of *count files, with the indices 0 to *count - 1. It belongs to the
 *        session and is valid until ntdsvss_backup_close.
 * count  Receives the number of files.
 */
void ntdsvss_backup_databases(_In_ const struct ntdsvss_backup *backup,
                              _Outptr_result_buffer_(*count) const struct ntdsvss_file **files,
                              _Out_ size_t *count);

/*
 * Returns the documents that a restore needs, after ntdsvss_backup_start. Keep them with the backup
 * once ntdsvss_backup_complete has succeeded.
 *
 * documents  Receives texts that belong to the session and are valid until ntdsvss_backup_close.
 */
void ntdsvss_backup_documents(_In_ const struct ntdsvss_backup *backup,
                              _Out_ struct ntdsvss_documents *documents);

/*
 * Returns the logs and the checkpoint as they are in the shadow copy, after ntdsvss_backup_start:
 * the unbroken run of logs of the database's own series that ends with the current one (edb.log, or
 * edbtmp.log in its place: without either a restore would replay no log).
 *
 * files  Receives an array of *count files, whose indices follow those of the databases. It belongs
 *        to the session and is valid until ntdsvss_backup_close.
 * count  Receives the number of files, which may be 0.
 *
 * S_OK
 */
HRESULT ntdsvss_backup_logs(_In_ struct ntdsvss_backup *backup,
                            _Outptr_result_buffer_(*count) const struct ntdsvss_file **files,
                            _Out_ size_t *count);

/*
 * Returns the files among the logs that are not part of the backup, each with the reason: a log of
 * another series, an empty one, one under another log's name. After ntdsvss_backup_start.
 *
 * files  Receives an array of *count files. It belongs to the session and is valid until
 *        ntdsvss_backup_close.
 * count  Receives the number of files, which may be 0.
 */
void ntdsvss_backup_left_out(_In_ const struct ntdsvss_backup *backup,
                             _Outptr_result_buffer_(*count) const struct ntdsvss_left_out **files,
                             _Out_ size_t *count);

/*
 * Opens a file in the shadow copy for sequential reading. With every link in its path followed, the
 * file must lie in the shadow copy.
 *
 * index  Of the file, as above.
 * file   Receives the handle; the caller closes it with CloseHandle before ntdsvss_backup_close.
 * bytes  Receives the file's size in bytes.
 *
 * E_INVALIDARG                                   There is no such file.
 * HRESULT_FROM_WIN32(ERROR_INVALID_REPARSE_DATA) The path leads out of the shadow copy.
 * Otherwise                                      HRESULT_FROM_WIN32 of opening the file.
 */
HRESULT ntdsvss_backup_open_file(_In_ struct ntdsvss_backup *backup, _In_ size_t index,
                                 _Out_ HANDLE *file, _Out_ uint64_t *bytes);

/*
 * Tells the writers that the backup is complete and checks the writer's state once more. Call it
 * once, after closing every file.
 *
 * E_UNEXPECTED                      The second call.
 * HRESULT_FROM_WIN32(ERROR_TIMEOUT) A wait exceeded settings->wait_ms.
 * VSS_E_WRITER_STATUS_NOT_AVAILABLE The writers were told, but the writer's state after it cannot
 *                                   be read: whether it failed is not known.
 * Otherwise                         The code of the VSS call that failed, or the writer's.
 *
 * After a failure the backup is worthless, and ntdsvss_backup_close aborts it.
 */
HRESULT ntdsvss_backup_complete(_In_ struct ntdsvss_backup *backup);

/*
 * For another thread, when the session's own thread hangs in a VSS call: calls AbortBackup in its
 * place, so that other programs can make shadow copies again. Can hang as well. Afterwards end the
 * process; the session must not be used or closed any more.
 */
void ntdsvss_backup_abandon(_In_ struct ntdsvss_backup *backup);

/*
 * Ends the session: calls AbortBackup unless the backup was completed, then releases every VSS
 * object, which deletes the shadow copies. NULL is ignored. settings->cancel does not shorten it.
 */
void ntdsvss_backup_close(_In_opt_ struct ntdsvss_backup *backup);

/*
 * --- restore -----------------------------------------------------------------------------------
 *
 * The interlock is the key Restore In Progress below HKLM\SYSTEM\CurrentControlSet\Services\NTDS,
 * with the three values that KB814167 documents and a subkey "ntdsbcli" of ours that names its
 * owner.
 *
 * The marker is the value "Database restored from backup" = 1 in NTDS\Parameters. It makes the
 * directory take a new invocation ID at its next start, so that an old database is never taken for
 * the current one. Only the directory itself removes it.
 *
 * The epoch is the value "DSA Database Epoch" beside the marker. Since Windows Server 2008 the
 * database holds the same number, and the directory does not start on a database of another one
 * (event 2542). Where the value is missing it starts, and writes it anew.
 *
 * ntdsvss_restore_register sets interlock and marker and deletes the epoch, as published restore
 * tools do. ntdsvss_restore_complete(true) removes the interlock, and nothing else does. A restore
 * that ends in any other way leaves all as it is, and the next restore takes the interlock over.
 *
 * For an AD LDS instance, the three are below the instance's own service, ADAM_<instance>; NTDS is
 * not touched. AD LDS has the epoch; no public source says whether it reads interlock and marker.
 * They keep two restores apart and show that one did not end. The instance is restored while its
 * service is stopped; Directory Services Restore Mode is not needed. Its writer lives in that
 * service, so the restore has no writer and goes into the instance that the backup is of. A running
 * instance, another instance than the backup's, and an instance that is not registered on this
 * computer are refused.
 */

/* Where the directory's files belong, as registered; without trailing backslashes. */
struct ntdsvss_locations
{
    const wchar_t *database; /* the file */
    const wchar_t *log_folder;
    const wchar_t *checkpoint_folder;
};

/* What is recorded in the interlock. Copied during the call; nothing of it is opened. No NULLs. */
struct ntdsvss_registration
{
    const wchar_t *checkpoint_folder; /* CheckpointFilePath, LogPath and BackupLogPath, */
    const wchar_t *log_folder;        /* in the form the caller has them */
    const wchar_t *backup_log_folder;
    const wchar_t *map;       /* lines of "old>new" */
    const wchar_t *backup_id; /* hexadecimal */
    uint32_t generation_low, generation_high;
};

struct ntdsvss_restore;

/*
 * Creates a session for NTDS. It does nothing before ntdsvss_restore_start.
 *
 * settings  Copied.
 * restore   Receives the session; end it with ntdsvss_restore_close.
 *
 * E_OUTOFMEMORY
 *
 * Any thread.
 */
HRESULT ntdsvss_restore_create(_In_ const struct ntdsvss_settings *settings,
                               _Outptr_ struct ntdsvss_restore **restore);

/* The same for any directory; directory and E_INVALIDARG as in ntdsvss_backup_create_for. */
HRESULT ntdsvss_restore_create_for(_In_ const struct ntdsvss_settings *settings,
                                   _In_opt_ const struct ntdsvss_directory *directory,
                                   _Outptr_ struct ntdsvss_restore **restore);

/*
 * Starts a session, once. Changes nothing on the computer. The caller checks that NTDS is stopped
 * (ntdsvss_directory_state).
 *
 * A restore needs no VSS: if VSS is missing, does not start (safe mode), fails or does not answer
 * within settings->wait_ms, the session starts without it and without a writer, with a warning in
 * the log (ntdsvss_restore_vss_result). Interlock, marker and files are as in any other restore.
 *
 * components_document  As ntdsvss_backup_documents gave it. NULL: VSS is not asked, for a caller
 *                      whom it has kept waiting without end.
 * writer_document      The same. Tells which AD LDS instance the backup is of, for which vssapi.dll
 *                      is needed, but not the service.
 * has_writer           Receives whether the NTDS writer is present. In Directory Services Restore
 *                      Mode it usually is not, and the restore proceeds without it. Always false
 *                      for AD LDS.
 *
 * E_UNEXPECTED                The session was started before.
 * VSS_E_INVALID_XML_DOCUMENT, VSS_E_CORRUPT_XML_DOCUMENT  VSS cannot read components_document.
 * VSS_E_OBJECT_NOT_FOUND      The document does not contain the writer.
 * NTDSVSS_E_NO_INSTANCE       The AD LDS instance does not exist, or the backup is another one's.
 * HRESULT_FROM_WIN32(ERROR_SERVICE_ALREADY_RUNNING)  The AD LDS instance is not stopped.
 * E_OUTOFMEMORY, NTDSVSS_E_WRONG_BITNESS  As ntdsvss_backup_start.
 * HRESULT_FROM_WIN32(ERROR_CANCELLED)  settings->cancel was set.
 * Otherwise                   AD LDS only: why writer_document cannot be read, or why the service
 *                             manager does not say whether the instance is stopped.
 *
 * After a failure only ntdsvss_restore_close is left to call. Source: Microsoft Learn, "Overview of
 * Processing a Restore Under VSS".
 */
HRESULT ntdsvss_restore_start(_In_ struct ntdsvss_restore *restore,
                              _In_opt_ const wchar_t *components_document,
                              _In_ const wchar_t *writer_document, _Out_ bool *has_writer);

/*
 * Why the restore goes on without VSS, after ntdsvss_restore_start and ntdsvss_restore_register,
 * which may be the one to find that out: the code of the VSS call that failed;
 * NTDSVSS_E_UNAVAILABLE if there is no VSS, or it was not asked. S_OK: VSS works.
 */
HRESULT ntdsvss_restore_vss_result(_In_ const struct ntdsvss_restore *restore);

/*
 * Sets the interlock and the marker, deletes the epoch, flushes all to disk and, if the NTDS writer
 * is present, tells it what will be restored and to get ready. From now on the directory must not
 * be started until ntdsvss_restore_complete has succeeded. After a failure the call can be
 * repeated. If VSS fails before the writer is told, the restore goes on without both; from then on
 * a failure is one.
 *
 * registration  What to record; copied.
 * taken_over    Receives whether an earlier restore was never completed.
 *
 * E_UNEXPECTED                      The session has registered already.
 * NTDSVSS_E_RESTORE_IN_PROGRESS     Another restore, whose process is running.
 * HRESULT_FROM_WIN32(ERROR_TIMEOUT) The interlock's mutex was held for too long, or a wait exceeded
 *                                   settings->wait_ms.
 * Otherwise                         The code of the VSS call that failed, or the writer's.
 *
 * After a failure the interlock is as before, the marker stays if it was set, and the epoch comes
 * back if the database file is the one that was there at ntdsvss_restore_start. After
 * HRESULT_FROM_WIN32(ERROR_CANCELLED) all stays as it is: a caller that cancels may already have
 * copied files.
 */
HRESULT ntdsvss_restore_register(_In_ struct ntdsvss_restore *restore,
                                 _In_ const struct ntdsvss_registration *registration,
                                 _Out_ bool *taken_over);

/*
 * Reads where the files of a backup belong from the directory's registration.
 *
 * locations  Receives paths that belong to the session and are valid until the next call of this
 *            function.
 *
 * HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)  A location is not registered.
 */
HRESULT ntdsvss_restore_locations(_In_ struct ntdsvss_restore *restore,
                                  _Out_ struct ntdsvss_locations *locations);

/*
 * Lists the files that are now in the registered places: the database, whether it exists or not;
 * the logs, by their names; the checkpoint, if there is one. Can be called repeatedly.
 *
 * files  Receives an array of *count files that belongs to the session and is valid until the next
 *        call.
 * count  Receives the number of files.
 *
 * HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)  A location is not registered.
 * Otherwise                                 HRESULT_FROM_WIN32 of reading a folder.
 */
HRESULT ntdsvss_restore_files(_In_ struct ntdsvss_restore *restore,
                              _Outptr_result_buffer_(*count) const struct ntdsvss_file **files,
                              _Out_ size_t *count);

/*
 * Opens a file of the last list for reading and keeps writers out while it is open. With every link
 * in its path followed, the file must lie in its registered folder.
 *
 * index  In the last list.
 * file   Receives the handle; the caller closes it with CloseHandle.
 * bytes  Receives the file's size in bytes.
 *
 * E_INVALIDARG                                   There is no such file in the list.
 * HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)       The file does not exist.
 * HRESULT_FROM_WIN32(ERROR_SHARING_VIOLATION)    Another program has the file open for writing.
 * HRESULT_FROM_WIN32(ERROR_INVALID_REPARSE_DATA) The path leads out of the folder.
 * Otherwise                                      HRESULT_FROM_WIN32 of opening the file.
 */
HRESULT ntdsvss_restore_open_file(_In_ struct ntdsvss_restore *restore, _In_ size_t index,
                                  _Out_ HANDLE *file, _Out_ uint64_t *bytes);

/*
 * Renames a checkpoint file within its folder to edb.chk.ntdsbcli, with a number if that name is
 * taken, so that the engine makes a new one.
 *
 * index  In the last list of ntdsvss_restore_files.
 *
 * E_INVALIDARG  There is no such file, or it is not a checkpoint.
 * Otherwise     HRESULT_FROM_WIN32 of renaming it.
 */
HRESULT ntdsvss_restore_set_aside(_In_ struct ntdsvss_restore *restore, _In_ size_t index);

/*
 * Completes what was registered, once.
 *
 * succeeded  true: flushes the files to disk, tells the writer that all was restored and, if both
 *            succeed, removes the interlock. Marker and epoch are made what they were after
 *            ntdsvss_restore_register, should somebody have changed them since. false: tells the
 *            writer that nothing was restored; interlock and marker stay.
 *
 * E_UNEXPECTED  Nothing is registered, or the second call.
 * Otherwise     The code of the VSS call that failed, the writer's, or HRESULT_FROM_WIN32 of
 *               flushing a file or removing the interlock.
 *
 * A failure leaves interlock and marker in place. The writer is told the end (PostRestore) in every
 * case; settings->cancel does not shorten that.
 */
HRESULT ntdsvss_restore_complete(_In_ struct ntdsvss_restore *restore, _In_ bool succeeded);

/*
 * For another thread, when the session's own thread hangs in a VSS call: calls PostRestore in its
 * place if the writer still waits for it. Can hang as well. Afterwards end the process; the session
 * must not be used or closed any more.
 */
void ntdsvss_restore_abandon(_In_ struct ntdsvss_restore *restore);

/*
 * Ends the session and releases everything. A restore that was registered but not completed has
 * failed: the writer is told so, interlock and marker stay. NULL is ignored. settings->cancel does
 * not shorten it, but it waits for the writer for at most 15 s.
 */
void ntdsvss_restore_close(_In_opt_ struct ntdsvss_restore *restore);

#ifdef __cplusplus
}
#endif

#endif /* NTDSVSS_H */
