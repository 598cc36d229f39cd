/*
 * ntdsvss.h - backs up and restores the Active Directory database, or that of an AD LDS instance,
 * through Volume Shadow Copy, in process: what the broker of ntdsbcli.dll uses, and what a program
 * that leaves the old API uses in its place. Link libntdsvss.a with advapi32, ole32, oleaut32,
 * shlwapi and uuid; the header is C11 and C++.
 *
 * Stable: functions, codes and members stay what they are. Structures that a caller fills in are
 * zero-initialised by it ({0}, or named members), so that members which are added at their end mean
 * "as before"; one that may be handed to a library of another version carries its size.
 *
 * One struct ntdsvss_backup is one requestor session. ntdsvss_backup_start makes the shadow copy of
 * every volume that the directory's files live on; ntdsvss_backup_complete tells the writers that
 * all is saved; ntdsvss_backup_close ends the session, and with it the shadow, in every state -
 * what was not completed is aborted.
 *
 * One struct ntdsvss_restore is the session that brings such a backup back, while the directory is
 * stopped: ntdsvss_restore_start with the documents of the backup, ntdsvss_restore_register before
 * the first file is written, then the caller copies the files and looks at them through
 * ntdsvss_restore_open_file, ntdsvss_restore_complete says how it went. See "restore" below for
 * what it leaves in the registry.
 *
 * Threads: a session belongs to the thread that started it, which must have entered COM's
 * multi-threaded apartment; only the cancel event and the abandon functions are for other threads.
 * The process sets COM security itself (ntdsvss_com_security), once, before the first session. VSS
 * serves only programs of the operating system's own bitness.
 *
 * Results are HRESULTs: VSS's own, the writer's failure code where it has one, or
 * HRESULT_FROM_WIN32 of an operating system error; settings->log hears what was being done, the
 * code's name and its meaning. Outputs are untouched where a function fails. What a session hands
 * out (files, documents, locations) is the session's: nothing but handles is for the caller to
 * release.
 *
 * Sources: Microsoft Learn, "Volume Shadow Copy Service" (requestor sequence, writer errors,
 * security considerations for requestors, in-box writers).
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

/* There is no VSS on this computer, or its service cannot be reached. */
#define NTDSVSS_E_UNAVAILABLE ((HRESULT)0x80044E01L)

/* Another restore, whose process is alive, owns the interlock. */
#define NTDSVSS_E_RESTORE_IN_PROGRESS ((HRESULT)0x80044E02L)

/*
 * There is no AD LDS instance of this name, or its writer is not there as its service does not run;
 * in a restore also: the backup is of another instance. The log names those that are there.
 */
#define NTDSVSS_E_NO_INSTANCE ((HRESULT)0x80044E03L)

/* A 32-bit program on 64-bit Windows, which VSS does not serve. */
#define NTDSVSS_E_WRONG_BITNESS ((HRESULT)0x80044E04L)

/* The database needs a log that its log folder does not have: no backup of it could be restored.
 * The log names the generations. */
#define NTDSVSS_E_LOG_MISSING ((HRESULT)0x80044E05L)

enum ntdsvss_level
{
    NTDSVSS_LEVEL_ERROR = 1,
    NTDSVSS_LEVEL_WARNING,
    NTDSVSS_LEVEL_INFO,
    NTDSVSS_LEVEL_TRACE
};

/* How a session behaves and whom it tells. Everything is copied by ntdsvss_backup_create. */
struct ntdsvss_settings
{
    uint32_t wait_ms; /* limit of each single wait for VSS, in milliseconds; not 0 */

    /*
     * Budget for retries in milliseconds, 0 for none: while another program makes a shadow copy,
     * and twice where the writer failed in a way that may pass.
     */
    uint32_t retry_ms;

    /* Manual-reset event; once set, waits end with HRESULT_FROM_WIN32(ERROR_CANCELLED). May be
     * NULL. */
    HANDLE cancel;

    /* Receives each log line, from the session's thread. May be NULL. */
    void (*log)(void *context, enum ntdsvss_level level, const wchar_t *line);

    /* Called before ("name") and after (NULL) whatever may block, from the session's thread. May be
     * NULL. */
    void (*waiting)(void *context, const wchar_t *operation);

    void *context; /* handed to log and waiting */
};

/* Whose VSS writer names the files. */
enum ntdsvss_writer
{
    NTDSVSS_WRITER_NTDS = 0, /* {B2014C9E-8711-4C5C-A5A9-3CF384484757}, one on a computer */
    NTDSVSS_WRITER_ADLDS = 1 /* {DD846AAA-A1B6-42A8-AAF8-03DCB6114BFD}, one for each instance */
};

/* Which directory a session is about; copied by whoever takes it. */
struct ntdsvss_directory
{
    size_t struct_bytes; /* sizeof(struct ntdsvss_directory) */
    enum ntdsvss_writer writer;

    /*
     * NTDSVSS_WRITER_ADLDS: the instance's name as it was given at its setup, "instance1" where the
     * service is ADAM_instance1; upper and lower case are the same. NTDSVSS_WRITER_NTDS: NULL.
     */
    const wchar_t *instance;
};

enum ntdsvss_state
{
    NTDSVSS_STATE_ABSENT = 1, /* no domain controller, or no instance of this name */
    NTDSVSS_STATE_ONLINE,     /* it runs: it can be backed up */
    NTDSVSS_STATE_OFFLINE,    /* it is stopped, or NTDS in restore mode: it can be restored */
    NTDSVSS_STATE_BETWEEN     /* starting, stopping or paused: neither of the two */
};

enum ntdsvss_file_kind
{
    NTDSVSS_FILE_DATABASE = 1,
    NTDSVSS_FILE_LOG,
    NTDSVSS_FILE_CHECKPOINT
};

/* One file; owned by the session. */
struct ntdsvss_file
{
    enum ntdsvss_file_kind kind;
    const wchar_t *path; /* of the live file: drive letter, folders, name */
};

/* A file of the log folder that is no part of the backup; owned by the session. */
struct ntdsvss_left_out
{
    const wchar_t *path;
    const wchar_t *reason; /* in English */
};

/* The documents a restore needs; owned by the session, complete after ntdsvss_backup_start. */
struct ntdsvss_documents
{
    const wchar_t *components;      /* backup components document, marked successful */
    const wchar_t *writer;          /* the writer's metadata document */
    const wchar_t *backup_metadata; /* what the writer stored with its component; "" if nothing */
};

struct ntdsvss_backup;

/*
 * CoInitializeSecurity for a requestor: packet privacy, identify, and
 * COMGLB_EXCEPTION_DONOT_HANDLE. For programs, never for a DLL in somebody else's process. Call it
 * once from a thread that has entered COM.
 *
 * S_OK also where security had been set before: by another part of the program, which then answers
 * for it that writers can call back. CO_E_NOTINITIALIZED and COM's other codes.
 */
HRESULT ntdsvss_com_security(void);

/*
 * Tells whether a directory of this computer runs, from the registry and the service manager. Any
 * thread, without COM.
 *
 * directory  NULL: NTDS.
 * state      Receives the state; what cannot be asked counts as stopped.
 *
 * E_INVALIDARG: directory is not one that can be (see ntdsvss_backup_create_for).
 */
HRESULT ntdsvss_directory_state(const struct ntdsvss_directory *directory,
                                enum ntdsvss_state *state);

/*
 * --- backup ------------------------------------------------------------------------------------
 */

/*
 * Makes a session that has not begun, for NTDS.
 *
 * settings  Copied; not NULL.
 * backup    Receives the session; end it with ntdsvss_backup_close.
 *
 * E_OUTOFMEMORY.
 */
HRESULT ntdsvss_backup_create(const struct ntdsvss_settings *settings,
                              struct ntdsvss_backup **backup);

/*
 * The same for any directory.
 *
 * directory  Copied. NULL: NTDS.
 *
 * E_INVALIDARG: directory has a size, a member or a writer that this library does not know, names
 * an instance of NTDS, or none of AD LDS, or one whose name cannot be a service's. That the
 * instance is there is seen when the session begins.
 */
HRESULT ntdsvss_backup_create_for(const struct ntdsvss_settings *settings,
                                  const struct ntdsvss_directory *directory,
                                  struct ntdsvss_backup **backup);

/*
 * Begins a session, once: the directory's writer alone, a full component backup, all volumes in one
 * set. Takes as long as the shadow copy does.
 *
 * NTDSVSS_E_UNAVAILABLE: no VSS. NTDSVSS_E_WRONG_BITNESS. E_ACCESSDENIED.
 * VSS_E_SNAPSHOT_SET_IN_PROGRESS: the retry budget ran out. VSS_E_OBJECT_NOT_FOUND: there is no
 * NTDS writer, or the writer has no database. NTDSVSS_E_NO_INSTANCE: see there.
 * NTDSVSS_E_LOG_MISSING: see there. HRESULT_FROM_WIN32 of what kept a file of the shadow from being
 * listed or read.
 * HRESULT_FROM_WIN32(ERROR_TIMEOUT): a wait exceeded settings->wait_ms. The writer's own code
 * where it failed. The VSS side is aborted and released then; what is left to do is
 * ntdsvss_backup_close.
 */
HRESULT ntdsvss_backup_start(struct ntdsvss_backup *backup);

/*
 * The database files, after ntdsvss_backup_start: at least one; an AD or AD LDS database is one.
 *
 * files  Receives an array of *count files, which have the indices 0 to *count - 1. It is the
 *        session's and good until ntdsvss_backup_close.
 */
void ntdsvss_backup_databases(const struct ntdsvss_backup *backup,
                              const struct ntdsvss_file **files, size_t *count);

/*
 * What a restore will want, after ntdsvss_backup_start.
 *
 * documents  Receives texts that are good until ntdsvss_backup_close; they are worth keeping once
 *            ntdsvss_backup_complete has succeeded.
 */
void ntdsvss_backup_documents(const struct ntdsvss_backup *backup,
                              struct ntdsvss_documents *documents);

/*
 * The logs and the checkpoint as they are in the shadow, after ntdsvss_backup_start: the unbroken
 * run of logs of the database's own series that ends with the current one (edb.log, or edbtmp.log
 * in its place: without either no log would be read in a restore).
 *
 * files  Receives an array of *count files, which may be none; their indices go on after the
 *        databases'. It is the session's and good until ntdsvss_backup_close.
 *
 * S_OK.
 */
HRESULT ntdsvss_backup_logs(struct ntdsvss_backup *backup, const struct ntdsvss_file **files,
                            size_t *count);

/*
 * What else lies among the logs and is no part of the backup, each with its reason: a log of
 * another series, an empty one, one under another's name. After ntdsvss_backup_start.
 *
 * files  Receives an array of *count files, the session's, good until ntdsvss_backup_close.
 */
void ntdsvss_backup_left_out(const struct ntdsvss_backup *backup,
                             const struct ntdsvss_left_out **files, size_t *count);

/*
 * Opens a file in the shadow for reading, sequentially. The file must lie below the shadow's own
 * root once every link in its path is followed.
 *
 * index  As above. E_INVALIDARG where there is no such file.
 * file   Receives the handle; close it with CloseHandle before ntdsvss_backup_close.
 * bytes  Receives the size.
 *
 * HRESULT_FROM_WIN32(ERROR_INVALID_REPARSE_DATA): the path leads out of the shadow. Else
 * HRESULT_FROM_WIN32 of what kept the file from being opened.
 */
HRESULT ntdsvss_backup_open_file(struct ntdsvss_backup *backup, size_t index, HANDLE *file,
                                 uint64_t *bytes);

/*
 * Tells the writers that the backup is complete and looks at the writer's state once more. At most
 * once; E_UNEXPECTED the second time. Close every file first. A failure (the writer's own code,
 * HRESULT_FROM_WIN32(ERROR_TIMEOUT)) leaves the session to be aborted by close: the backup is none.
 */
HRESULT ntdsvss_backup_complete(struct ntdsvss_backup *backup);

/*
 * For another thread, when the session's own has not come back from a VSS call: calls AbortBackup
 * in its place, so that the computer's creation slot is freed. May hang as well. The process is to
 * be ended afterwards; the session must not be used or closed any more.
 */
void ntdsvss_backup_abandon(struct ntdsvss_backup *backup);

/*
 * Ends the session: AbortBackup unless it was completed, then the release of every VSS object, with
 * which the shadow is deleted. NULL is ignored. settings->cancel does not hurry it.
 */
void ntdsvss_backup_close(struct ntdsvss_backup *backup);

/*
 * --- restore -----------------------------------------------------------------------------------
 *
 * The interlock is the key Restore In Progress below HKLM\SYSTEM\CurrentControlSet\Services\NTDS,
 * with the three values KB814167 documents and a subkey "ntdsbcli" of ours that says whose it is.
 * The marker is the value "Database restored from backup" = 1 in NTDS\Parameters, which makes the
 * directory take a new invocation id when it starts, so that an old database is never taken for the
 * present one. Both are there from ntdsvss_restore_register on. The interlock goes with
 * ntdsvss_restore_complete(true) only; the marker never, but by the directory itself. A restore
 * that ends in any other way leaves both, and the next one takes the interlock over.
 *
 * For an AD LDS instance key and marker are below the instance's own service, ADAM_<instance>; NTDS
 * is not touched. That they are there is ours (the instance has the same Parameters, nothing public
 * says what of this it reads): they keep two restores apart, and tell of one that was not ended.
 * It is restored while its service is stopped; Directory Services Restore Mode is not needed. Its
 * writer lives in that service, so the restore goes without a writer, into the instance that the
 * backup is of. Not supported, and refused: a running instance, another instance than the backup's,
 * an instance that is not registered on this computer.
 */

/* Where the directory's files belong, by its registration; no trailing backslashes. */
struct ntdsvss_locations
{
    const wchar_t *database; /* the file */
    const wchar_t *log_folder;
    const wchar_t *checkpoint_folder;
};

/* What is put on record; copied during the call, and nothing of it is opened. No NULLs. */
struct ntdsvss_registration
{
    const wchar_t *checkpoint_folder; /* CheckpointFilePath, LogPath and BackupLogPath: */
    const wchar_t *log_folder;        /* in whatever form the caller has them */
    const wchar_t *backup_log_folder;
    const wchar_t *map;       /* lines of "old>new" */
    const wchar_t *backup_id; /* hexadecimal */
    uint32_t generation_low, generation_high;
};

struct ntdsvss_restore;

/*
 * Makes a session that has not begun, for NTDS.
 *
 * settings  Copied; not NULL.
 * restore   Receives the session; end it with ntdsvss_restore_close.
 *
 * E_OUTOFMEMORY.
 */
HRESULT ntdsvss_restore_create(const struct ntdsvss_settings *settings,
                               struct ntdsvss_restore **restore);

/* The same for any directory: directory and E_INVALIDARG as in ntdsvss_backup_create_for. */
HRESULT ntdsvss_restore_create_for(const struct ntdsvss_settings *settings,
                                   const struct ntdsvss_directory *directory,
                                   struct ntdsvss_restore **restore);

/*
 * Begins a session, once; E_UNEXPECTED the second time. Changes nothing on the computer. Whether
 * NTDS is stopped is for the caller to see (ntdsvss_directory_state).
 *
 * components_document, writer_document  As ntdsvss_backup_documents gave them.
 * has_writer                            Receives whether the NTDS writer is there; in Directory
 *                                       Services Restore Mode it usually is not, and the restore
 *                                       goes without it. Always false for AD LDS.
 *
 * VSS_E_INVALID_XML_DOCUMENT: the components document is none. VSS_E_OBJECT_NOT_FOUND: there is
 * nothing of the writer in it. AD LDS: NTDSVSS_E_NO_INSTANCE, see there;
 * HRESULT_FROM_WIN32(ERROR_SERVICE_ALREADY_RUNNING): the instance is not stopped. Else as
 * ntdsvss_backup_start; what is left to do after a failure is ntdsvss_restore_close.
 */
HRESULT ntdsvss_restore_start(struct ntdsvss_restore *restore, const wchar_t *components_document,
                              const wchar_t *writer_document, bool *has_writer);

/*
 * Makes the interlock and the marker, flushes both to disk, and where the NTDS writer is there
 * tells it what is to be restored, and to get ready. E_UNEXPECTED after a success; after a failure
 * it may be tried again. From here on the directory must not be started before
 * ntdsvss_restore_complete has succeeded.
 *
 * registration  Goes on record, see there; copied.
 * taken_over    Receives whether an earlier restore was never completed.
 *
 * NTDSVSS_E_RESTORE_IN_PROGRESS: another live restore. HRESULT_FROM_WIN32(ERROR_TIMEOUT): the
 * interlock's mutex was held for too long, or a wait exceeded settings->wait_ms. The writer's own
 * code where it failed. After a failure interlock and marker are as they were before, but for
 * HRESULT_FROM_WIN32(ERROR_CANCELLED): who cancels may have begun to copy, so both stay.
 */
HRESULT ntdsvss_restore_register(struct ntdsvss_restore *restore,
                                 const struct ntdsvss_registration *registration, bool *taken_over);

/*
 * Where the files of a backup belong, read anew from the directory's registration.
 *
 * locations  Receives paths that are the session's and good until the next call of this function.
 *
 * HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND): a location is not registered.
 */
HRESULT ntdsvss_restore_locations(struct ntdsvss_restore *restore,
                                  struct ntdsvss_locations *locations);

/*
 * What is on disk now where the directory's registration says: the database, whether it exists or
 * not; the logs by name; the checkpoint where there is one. May be called as often as wanted.
 *
 * files  Receives an array of *count files, which is the session's and good until the next call.
 *
 * HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND): a location is not registered. Else HRESULT_FROM_WIN32
 * of what kept a folder from being read.
 */
HRESULT ntdsvss_restore_files(struct ntdsvss_restore *restore, const struct ntdsvss_file **files,
                              size_t *count);

/*
 * Opens a file of the last list for reading; nobody can open it for writing meanwhile. The file
 * must lie in its registered folder once every link in its path is followed.
 *
 * index  Into the last list. E_INVALIDARG where there is no such file.
 * file   Receives the handle; close it with CloseHandle.
 * bytes  Receives the size.
 *
 * HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND): it is not there.
 * HRESULT_FROM_WIN32(ERROR_SHARING_VIOLATION): somebody has it open for writing.
 * HRESULT_FROM_WIN32(ERROR_INVALID_REPARSE_DATA): the path leads out of the folder.
 */
HRESULT ntdsvss_restore_open_file(struct ntdsvss_restore *restore, size_t index, HANDLE *file,
                                  uint64_t *bytes);

/*
 * Renames a checkpoint file within its folder, to edb.chk.ntdsbcli or that with a number where it
 * is taken, so that the engine builds a new one. E_INVALIDARG: no such file, or no checkpoint.
 */
HRESULT ntdsvss_restore_set_aside(struct ntdsvss_restore *restore, size_t index);

/*
 * Ends what was registered, once; E_UNEXPECTED without, or the second time.
 *
 * succeeded  true: the files are flushed to disk, the writer is told that all was restored, and
 *            where that went well the interlock is removed. false: the writer is told that nothing
 *            was; interlock and marker stay.
 *
 * A failure leaves interlock and marker in place. The writer hears the end (PostRestore) in every
 * case; settings->cancel does not hurry it.
 */
HRESULT ntdsvss_restore_complete(struct ntdsvss_restore *restore, bool succeeded);

/*
 * For another thread, when the session's own has not come back from a VSS call: calls PostRestore
 * in its place where the writer still waits for it. May hang as well. The process is to be ended
 * afterwards; the session must not be used or closed any more.
 */
void ntdsvss_restore_abandon(struct ntdsvss_restore *restore);

/*
 * Ends the session and releases everything. What was registered and not completed is a failed
 * restore: the writer is told so, interlock and marker stay. NULL is ignored. settings->cancel does
 * not hurry it, but the wait for the writer is limited to 15 s.
 */
void ntdsvss_restore_close(struct ntdsvss_restore *restore);

#ifdef __cplusplus
}
#endif

#endif /* NTDSVSS_H */
