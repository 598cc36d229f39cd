/*
 * ntdsvss.h - backs up the Active Directory database through Volume Shadow Copy, in process: what
 * the broker of ntdsbcli.dll uses, and what a program that leaves the old API uses in its place.
 *
 * One struct ntdsvss_backup is one requestor session. ntdsvss_backup_start makes the shadow copy of
 * every volume that the NTDS writer's files live on; ntdsvss_backup_complete tells the writers that
 * all is saved; ntdsvss_backup_close ends the session, and with it the shadow, in every state -
 * what was not completed is aborted.
 *
 * Threads: a session belongs to the thread that started it, which must have entered COM's
 * multi-threaded apartment; only the cancel event and ntdsvss_backup_abandon are for other threads.
 * The process sets COM security itself (ntdsvss_com_security), once, before the first session. VSS
 * serves only programs of the operating system's own bitness.
 *
 * Results are HRESULTs: VSS's own, the NTDS writer's failure code where it has one, or
 * HRESULT_FROM_WIN32 of an operating system error. Outputs are untouched where a function fails.
 *
 * Sources: Microsoft Learn, "Volume Shadow Copy Service" (requestor sequence, writer errors,
 * security considerations for requestors, in-box writers).
 */
#ifndef NTDSVSS_H
#define NTDSVSS_H

#include <windows.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* There is no VSS on this computer, or its service cannot be reached. */
#define NTDSVSS_E_UNAVAILABLE ((HRESULT)0x80044E01L)

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

enum ntdsvss_file_kind
{
    NTDSVSS_FILE_DATABASE = 1,
    NTDSVSS_FILE_LOG,
    NTDSVSS_FILE_CHECKPOINT
};

/* One file of the backup; owned by the session. */
struct ntdsvss_file
{
    enum ntdsvss_file_kind kind;
    const wchar_t *path; /* of the live file: drive letter, folders, name */
};

/* The documents a restore needs; owned by the session, complete after ntdsvss_backup_start. */
struct ntdsvss_documents
{
    const wchar_t *components;      /* backup components document, marked successful */
    const wchar_t *writer;          /* the NTDS writer's metadata document */
    const wchar_t *backup_metadata; /* what the writer stored with its component; "" if nothing */
};

struct ntdsvss_backup;

/*
 * CoInitializeSecurity for a requestor: packet privacy, identify, and
 * COMGLB_EXCEPTION_DONOT_HANDLE. For programs, never for a DLL in somebody else's process. Call it
 * once from a thread that has entered COM. S_OK also where security had been set before.
 */
HRESULT ntdsvss_com_security(void);

/*
 * Makes a session that has not begun. settings is not NULL. E_OUTOFMEMORY.
 *
 * backup  Receives the session; end it with ntdsvss_backup_close.
 */
HRESULT ntdsvss_backup_create(const struct ntdsvss_settings *settings,
                              struct ntdsvss_backup **backup);

/*
 * Begins a session, once: the NTDS writer alone, a full component backup, all volumes in one set.
 *
 * NTDSVSS_E_UNAVAILABLE: no VSS. E_ACCESSDENIED. VSS_E_SNAPSHOT_SET_IN_PROGRESS: the retry budget
 * ran out. VSS_E_OBJECT_NOT_FOUND: there is no NTDS writer, or it has no component.
 * HRESULT_FROM_WIN32(ERROR_TIMEOUT): a wait exceeded settings->wait_ms. The NTDS writer's own code
 * where it failed. The VSS side is aborted and released then; what is left to do is
 * ntdsvss_backup_close.
 */
HRESULT ntdsvss_backup_start(struct ntdsvss_backup *backup);

/* The database files; they have the indices 0 to *count - 1. The array is the
 * session's and good until ntdsvss_backup_logs. */
void ntdsvss_backup_databases(const struct ntdsvss_backup *backup,
                              const struct ntdsvss_file **files, size_t *count);

void ntdsvss_backup_documents(const struct ntdsvss_backup *backup,
                              struct ntdsvss_documents *documents);

/*
 * The logs and the checkpoint as they are in the shadow, looked for at the first call. Their
 * indices go on after the databases'. The array is the session's.
 */
HRESULT ntdsvss_backup_logs(struct ntdsvss_backup *backup, const struct ntdsvss_file **files,
                            size_t *count);

/*
 * Opens a file in the shadow for reading, sequentially. The file must lie below the shadow's own
 * root once every link in its path is followed.
 *
 * index  As above. E_INVALIDARG where there is no such file.
 * file   Receives the handle; close it with CloseHandle before ntdsvss_backup_close.
 * bytes  Receives the size.
 *
 * HRESULT_FROM_WIN32(ERROR_INVALID_REPARSE_DATA): the path leads out of the shadow.
 */
HRESULT ntdsvss_backup_open_file(struct ntdsvss_backup *backup, size_t index, HANDLE *file,
                                 uint64_t *bytes);

/*
 * Tells the writers that the backup is complete and looks at the NTDS writer's state once more. At
 * most once; E_UNEXPECTED the second time. A failure leaves the session to be aborted by close.
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

#ifdef __cplusplus
}
#endif

#endif /* NTDSVSS_H */
