/*
 * components.h - the session object behind IVssBackupComponents (to Ex4; private to components*.c).
 */
#ifndef NTDSBCLI_EMBEDDED_COMPONENTS_H
#define NTDSBCLI_EMBEDDED_COMPONENTS_H

#include "embedded/document/document.h"
#include "embedded/shadows/reaper.h"
#include "embedded/shadows/shadow.h"
#include "embedded/writers/session_writer.h"

#include <windows.h>
#include <stdbool.h>
#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#define COMPONENTS_MAX_VOLUMES SHADOW_SET_MAX
#define COMPONENTS_MAX_CLASSES 64

enum components_mode
{
    MODE_NONE, /* no InitializeFor... was called */
    MODE_BACKUP,
    MODE_RESTORE
};

/* What a method needs before it may run. */
enum components_need
{
    NEED_NOTHING,
    NEED_INITIALIZED,
    NEED_BACKUP, /* a backup that was not aborted */
    NEED_QUERY,  /* a backup, aborted or not */
    NEED_RESTORE
};

struct components;

/* An asynchronous method. */
struct components_operation
{
    enum components_need need;
    /* False: VSS_E_BAD_STATE. May be NULL. */
    bool (*may_start)(const struct components *self);
    /* On the worker thread, with the object to itself. E_ABORT: cancelled. */
    HRESULT (*run)(struct components *self, HANDLE cancel);
    /* May be NULL: called if run, or a fault in its place, failed. */
    void (*failed)(struct components *self);
};

/* A component as the methods name it. */
struct components_key
{
    const GUID *instance; /* NULL: any */
    const GUID *writer;
    VSS_COMPONENT_TYPE type;
    const wchar_t *path;
    const wchar_t *name;
};

struct class_list
{
    GUID items[COMPONENTS_MAX_CLASSES];
    size_t count;
};

struct writer_status
{
    GUID instance_id;
    GUID writer_id;
    char *name;
    VSS_WRITER_STATE state;
    HRESULT failure;
};

struct components
{
    IVssBackupComponentsEx4 IVssBackupComponentsEx4_iface;
    LONG refs;

    /*
     * Guards all that follows. While an operation runs, the worker thread has it all to itself, and
     * every other method is refused; the lock is not held while files are copied or deleted or a
     * writer works.
     */
    SRWLOCK lock;
    const struct components_operation *operation; /* that runs, or NULL */
    const char *call;                             /* its name */
    IVssAsync *pending;                           /* its object; one reference */

    enum components_mode mode;
    GUID session_id;
    LONG context; /* SHADOW_CONTEXT_BITS and what a program may add to them, or VSS_CTX_ALL */
    bool context_set;
    bool imported; /* initialized with a document */
    bool metadata_gathered;
    bool metadata_freed;
    bool prepared;
    bool set_started;
    bool snapshot_made;
    bool snapshot_failed;
    bool completed;
    bool aborted;
    bool pre_restored;
    bool post_restored;

    struct doc_backup document;

    bool only_enabled; /* EnableWriterClasses was called: other classes are out */
    struct class_list enabled;
    struct class_list disabled;
    struct class_list disabled_instances;

    struct session_writer *writers;
    size_t writer_count;

    bool status_gathered;
    struct writer_status *statuses;
    size_t status_count;

    GUID break_id; /* the set of a pending BreakSnapshotSetEx */
    GUID set_id;
    struct reaper reaper;
    struct shadow shadows[COMPONENTS_MAX_VOLUMES]; /* of the set; exist once snapshot_made */
    size_t shadow_count;
};

struct components *components_from_iface(IVssBackupComponentsEx4 *iface);

/* --- components.c: the frame of every method ------------------------------------------------- */

/* New session. E_OUTOFMEMORY. */
HRESULT components_create(IVssBackupComponents **out);

/* Injected fault, busy and mode checks. S_OK: the lock is held, end with components_leave. */
HRESULT components_enter(struct components *self, const char *call, enum components_need need);
void components_leave(struct components *self);

/* The same for a method that needs no lock. */
HRESULT components_check(struct components *self, const char *call, enum components_need need);

/*
 * The same for a method about a component of the document. valid: its other arguments are valid.
 *
 * E_INVALIDARG: they are not, or the name is NULL; VSS_E_BAD_STATE, also if allowed returns false;
 * VSS_E_OBJECT_NOT_FOUND.
 */
HRESULT components_enter_component(struct components *self, const char *call,
                                   enum components_need need,
                                   bool (*allowed)(const struct components *self),
                                   const struct components_key *key, bool valid,
                                   struct doc_component **component);

/* Starts an operation; call it between enter and leave. */
HRESULT components_start(struct components *self, const char *call,
                         const struct components_operation *operation, IVssAsync **async);

/* An asynchronous method without its line in the log. E_INVALIDARG: async is NULL. */
HRESULT components_begin(struct components *self, const char *call,
                         const struct components_operation *operation, IVssAsync **async);

/* A whole method that returns a number of items. allowed may be NULL. */
HRESULT components_get_count(struct components *self, const char *call,
                             bool (*allowed)(const struct components *self), const size_t *value,
                             UINT *count);

/* A whole method that sets a text of a component, without its line in the log. */
HRESULT components_put_text(struct components *self, const char *call, enum components_need need,
                            const struct components_key *key, enum doc_text which,
                            const wchar_t *text);

/* --- shared between the files ---------------------------------------------------------------- */

/* Whether the document may still be changed: before PrepareForBackup or PreRestore. */
bool components_is_open(const struct components *self);

/* The lock is held. NULL: the component is not in the document. */
struct doc_component *components_find(struct components *self, const struct components_key *key);

/* Reads the session's document from its text. */
HRESULT components_read_document(struct components *self, const wchar_t *xml);

/* Sets a text of the component; NULL clears it. */
HRESULT components_set_text(struct doc_component *component, enum doc_text which,
                            const wchar_t *text);

/* The live writer of a class (instance NULL: its first), or NULL. */
struct session_writer *components_writer(struct components *self, const GUID *writer_id,
                                         const GUID *instance);

/* Calls event for every writer. */
void components_each_writer(struct components *self, void (*event)(struct session_writer *writer));

/* Starts a session of each wanted writer that is present. On the worker thread. */
HRESULT components_find_writers(struct components *self, HANDLE cancel);

/* The faults after a call: writers report failures. */
void components_inject_fault(struct components *self, const char *call, HANDLE cancel);

bool components_has_writers(const struct components *self);
bool components_is_persistent(const struct components *self);

/* Deletes the shadows of the set that are not kept, and frees the creation slot. */
void components_drop_set(struct components *self);

/*
 * Deletes or breaks the finished shadow with this id, or those of the set with it, until act fails.
 * Without the lock. *done counts them; *failed receives the id of the one that failed.
 *
 * VSS_E_OBJECT_NOT_FOUND: there is none.
 */
HRESULT components_end_shadows(struct components *self, const GUID *id, VSS_OBJECT_TYPE type,
                               HRESULT (*act)(const struct shadow *shadow), LONG *done,
                               GUID *failed);

void components_free_statuses(struct components *self);

/* --- the methods ------------------------------------------------------------------------------ */

/* In a method: its name, as faults and the log have it. */
#define COMPONENTS_CALL (__func__ + sizeof("components_") - 1)

#define COMPONENTS_METHOD(name, ...)                                                               \
    HRESULT STDMETHODCALLTYPE components_##name(IVssBackupComponentsEx4 *iface, ##__VA_ARGS__)

/* components_document.c */
COMPONENTS_METHOD(InitializeForBackup, BSTR xml);
COMPONENTS_METHOD(SetBackupState, boolean select, boolean bootable, VSS_BACKUP_TYPE type,
                  boolean partial);
COMPONENTS_METHOD(SaveAsXML, BSTR *xml);
COMPONENTS_METHOD(AddComponent, VSS_ID instance, VSS_ID writer, VSS_COMPONENT_TYPE type,
                  LPCWSTR path, LPCWSTR name);
COMPONENTS_METHOD(GetWriterComponentsCount, UINT *count);
COMPONENTS_METHOD(GetWriterComponents, UINT index, IVssWriterComponentsExt **writer);
COMPONENTS_METHOD(SetBackupSucceeded, VSS_ID instance, VSS_ID writer, VSS_COMPONENT_TYPE type,
                  LPCWSTR path, LPCWSTR name, boolean succeeded);
COMPONENTS_METHOD(SetBackupOptions, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR options);
COMPONENTS_METHOD(SetPreviousBackupStamp, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR stamp);

/* components_writers.c */
COMPONENTS_METHOD(EnableWriterClasses, const VSS_ID *classes, UINT count);
COMPONENTS_METHOD(DisableWriterClasses, const VSS_ID *classes, UINT count);
COMPONENTS_METHOD(DisableWriterInstances, const VSS_ID *instances, UINT count);
COMPONENTS_METHOD(GatherWriterMetadata, IVssAsync **async);
COMPONENTS_METHOD(GetWriterMetadataCount, UINT *count);
COMPONENTS_METHOD(GetWriterMetadata, UINT index, VSS_ID *instance,
                  IVssExamineWriterMetadata **metadata);
COMPONENTS_METHOD(GetWriterMetadataEx, UINT index, VSS_ID *instance,
                  IVssExamineWriterMetadataEx **metadata);
COMPONENTS_METHOD(FreeWriterMetadata);
COMPONENTS_METHOD(GatherWriterStatus, IVssAsync **async);
COMPONENTS_METHOD(GetWriterStatusCount, UINT *count);
COMPONENTS_METHOD(GetWriterStatus, UINT index, VSS_ID *instance, VSS_ID *writer, BSTR *name,
                  VSS_WRITER_STATE *state, HRESULT *failure);
COMPONENTS_METHOD(GetWriterStatusEx, UINT index, VSS_ID *instance, VSS_ID *writer, BSTR *name,
                  VSS_WRITER_STATE *state, HRESULT *failure, HRESULT *application,
                  BSTR *application_message);
COMPONENTS_METHOD(FreeWriterStatus);

/* components_backup.c */
COMPONENTS_METHOD(PrepareForBackup, IVssAsync **async);
COMPONENTS_METHOD(DoSnapshotSet, IVssAsync **async);
COMPONENTS_METHOD(BackupComplete, IVssAsync **async);
COMPONENTS_METHOD(AbortBackup);

/* components_set.c */
/* Only with a reaper that watches may a copy be made. VSS_E_UNEXPECTED_PROVIDER_ERROR. */
HRESULT components_await_reaper(struct components *self);
COMPONENTS_METHOD(SetContext, LONG context);
COMPONENTS_METHOD(StartSnapshotSet, VSS_ID *set);
COMPONENTS_METHOD(AddToSnapshotSet, VSS_PWSZ volume, VSS_ID provider, VSS_ID *snapshot);
COMPONENTS_METHOD(IsVolumeSupported, VSS_ID provider, VSS_PWSZ volume, WINBOOL *supported);
COMPONENTS_METHOD(DeleteSnapshots, VSS_ID id, VSS_OBJECT_TYPE type, WINBOOL force, LONG *deleted,
                  VSS_ID *failed);
COMPONENTS_METHOD(GetSnapshotProperties, VSS_ID snapshot, VSS_SNAPSHOT_PROP *prop);
COMPONENTS_METHOD(Query, VSS_ID id, VSS_OBJECT_TYPE type, VSS_OBJECT_TYPE returned,
                  IVssEnumObject **out);

/* components_restore.c */
COMPONENTS_METHOD(InitializeForRestore, BSTR xml);
COMPONENTS_METHOD(SetRestoreState, VSS_RESTORE_TYPE type);
COMPONENTS_METHOD(SetSelectedForRestore, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean selected);
COMPONENTS_METHOD(SetSelectedForRestoreEx, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean selected, VSS_ID instance);
COMPONENTS_METHOD(SetRestoreOptions, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR options);
COMPONENTS_METHOD(SetAdditionalRestores, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean additional);
COMPONENTS_METHOD(SetFileRestoreStatus, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, VSS_FILE_RESTORE_STATUS status);
COMPONENTS_METHOD(PreRestore, IVssAsync **async);
COMPONENTS_METHOD(PostRestore, IVssAsync **async);

/* components_targets.c */
COMPONENTS_METHOD(AddAlternativeLocationMapping, VSS_ID writer, VSS_COMPONENT_TYPE type,
                  LPCWSTR path, LPCWSTR name, LPCWSTR file_path, LPCWSTR filespec,
                  boolean recursive, LPCWSTR destination);
COMPONENTS_METHOD(AddNewTarget, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                  LPCWSTR file_path, LPCWSTR file_name, boolean recursive, LPCWSTR alternate_path);
COMPONENTS_METHOD(SetRangesFilePath, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, UINT partial_file, LPCWSTR ranges_file);

/* components_expose.c */
COMPONENTS_METHOD(ExposeSnapshot, VSS_ID snapshot, VSS_PWSZ path_from_root, LONG attributes,
                  VSS_PWSZ expose, VSS_PWSZ *exposed);
COMPONENTS_METHOD(UnexposeSnapshot, VSS_ID snapshot);
COMPONENTS_METHOD(BreakSnapshotSet, VSS_ID set);
COMPONENTS_METHOD(BreakSnapshotSetEx, VSS_ID set, DWORD flags, IVssAsync **async);
COMPONENTS_METHOD(GetRootAndLogicalPrefixPaths, VSS_PWSZ file_path, VSS_PWSZ *root,
                  VSS_PWSZ *prefix, WINBOOL normalize);

/* components_absent.c */
COMPONENTS_METHOD(ImportSnapshots, IVssAsync **async);
COMPONENTS_METHOD(RevertToSnapshot, VSS_ID snapshot, WINBOOL force);
COMPONENTS_METHOD(QueryRevertStatus, VSS_PWSZ volume, IVssAsync **async);
COMPONENTS_METHOD(PreFastRecovery, VSS_ID set, DWORD flags, IVssAsync **async);
COMPONENTS_METHOD(FastRecovery, VSS_ID set, DWORD flags, IVssAsync **async);
COMPONENTS_METHOD(AddSnapshotToRecoverySet, VSS_ID snapshot, DWORD flags, VSS_PWSZ volume);
COMPONENTS_METHOD(RecoverSet, DWORD flags, IVssAsync **async);
COMPONENTS_METHOD(AddRestoreSubcomponent, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR sub_path, LPCWSTR sub_name, boolean repair);
COMPONENTS_METHOD(SetAuthoritativeRestore, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean authoritative);
COMPONENTS_METHOD(SetRollForward, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, VSS_ROLLFORWARD_TYPE roll, LPCWSTR point);
COMPONENTS_METHOD(SetRestoreName, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR restore_name);
COMPONENTS_METHOD(GetSessionId, VSS_ID *session);

#endif
