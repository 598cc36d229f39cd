/*
 * The session object behind IVssBackupComponents (to Ex4). Private to components*.c.
 */
#ifndef NTDSBCLI_EMBEDDED_COMPONENTS_H
#define NTDSBCLI_EMBEDDED_COMPONENTS_H

#include "embedded/document/document.h"
#include "embedded/shadows/shadow.h"
#include "embedded/writers/session_writer.h"

#include <windows.h>
#include <stdbool.h>
#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#define COMPONENTS_MAX_VOLUMES 64
#define COMPONENTS_MAX_CLASSES 64

enum components_mode
{
    MODE_NONE, /* neither InitializeFor... was called */
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
    const char *call;
    /* On the worker thread, with the object to itself. E_ABORT: cancelled. */
    HRESULT (*run)(struct components *self, HANDLE cancel);
    /* May be NULL: after run, or a fault in its place, failed. */
    void (*failed)(struct components *self);
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

    /* Guards all that follows. While `operation` is set, the worker thread has it all to itself and
     * every other method is refused; the lock is not held while files are copied or deleted or a
     * writer works. */
    SRWLOCK lock;
    const struct components_operation *operation;
    IVssAsync *pending; /* of the operation; one reference */

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

    bool only_enabled; /* EnableWriterClasses was called: others are out */
    struct class_list enabled;
    struct class_list disabled;
    struct class_list disabled_instances;

    struct session_writer *writers;
    size_t writer_count;

    bool status_gathered;
    struct writer_status *statuses;
    size_t status_count;

    GUID break_id; /* set that a pending BreakSnapshotSetEx is about */
    GUID set_id;
    HANDLE reaper_done;
    struct shadow shadows[COMPONENTS_MAX_VOLUMES]; /* of the set; made once snapshot_made */
    size_t shadow_count;
};

struct components *components_from_iface(IVssBackupComponentsEx4 *iface);

/* --- components.c: frame of every method ---------------------------------------------------- */

/* New session. E_OUTOFMEMORY. */
HRESULT components_create(IVssBackupComponents **out);

/* Injected fault, busy and mode checks. S_OK: the lock is held, end with components_leave. */
HRESULT components_enter(struct components *self, const char *call, enum components_need need);
void components_leave(struct components *self);

/* Starts an operation; call between enter and leave. */
HRESULT components_start(struct components *self, const struct components_operation *operation,
                         IVssAsync **async);

/* --- shared between the files ---------------------------------------------------------------- */

/* A component by its writer; wide strings as the API has them. The lock is held. instance NULL:
 * any. NULL: not in the document. */
struct doc_component *components_find(struct components *self, const GUID *instance,
                                      const GUID *writer, VSS_COMPONENT_TYPE type,
                                      const wchar_t *logical_path, const wchar_t *name);

/* The live writer of a class (instance NULL: its first), or NULL. */
struct session_writer *components_writer(struct components *self, const GUID *writer_id,
                                         const GUID *instance);

/* Makes sessions of the writers that are wanted and there. On the worker thread. */
HRESULT components_find_writers(struct components *self, HANDLE cancel);

bool components_has_writers(const struct components *self);
bool components_is_persistent(const struct components *self);

/* Deletes what the set has made, but for shadows that are kept, and gives the creation slot back.
 */
void components_drop_set(struct components *self);

/* A deleted or broken shadow of this session must not be deleted again at its end. */
void components_forget_shadow(struct components *self, const GUID *id);

void components_free_statuses(struct components *self);

/* --- the methods ------------------------------------------------------------------------------ */

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
COMPONENTS_METHOD(AddRestoreSubcomponent, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR sub_path, LPCWSTR sub_name, boolean repair);
COMPONENTS_METHOD(AddNewTarget, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                  LPCWSTR file_path, LPCWSTR file_name, boolean recursive, LPCWSTR alternate_path);
COMPONENTS_METHOD(SetRangesFilePath, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, UINT partial_file, LPCWSTR ranges_file);
COMPONENTS_METHOD(SetAuthoritativeRestore, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, boolean authoritative);
COMPONENTS_METHOD(SetRollForward, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, VSS_ROLLFORWARD_TYPE roll, LPCWSTR point);
COMPONENTS_METHOD(SetRestoreName, VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                  LPCWSTR name, LPCWSTR restore_name);

/* components_expose.c */
COMPONENTS_METHOD(ExposeSnapshot, VSS_ID snapshot, VSS_PWSZ path_from_root, LONG attributes,
                  VSS_PWSZ expose, VSS_PWSZ *exposed);
COMPONENTS_METHOD(UnexposeSnapshot, VSS_ID snapshot);
COMPONENTS_METHOD(BreakSnapshotSet, VSS_ID set);
COMPONENTS_METHOD(BreakSnapshotSetEx, VSS_ID set, DWORD flags, IVssAsync **async);
COMPONENTS_METHOD(GetRootAndLogicalPrefixPaths, VSS_PWSZ file_path, VSS_PWSZ *root,
                  VSS_PWSZ *prefix, WINBOOL normalize);

/* components_absent.c: what no provider here can do; the documented refusals */
COMPONENTS_METHOD(ImportSnapshots, IVssAsync **async);
COMPONENTS_METHOD(RevertToSnapshot, VSS_ID snapshot, WINBOOL force);
COMPONENTS_METHOD(QueryRevertStatus, VSS_PWSZ volume, IVssAsync **async);
COMPONENTS_METHOD(PreFastRecovery, VSS_ID set, DWORD flags, IVssAsync **async);
COMPONENTS_METHOD(FastRecovery, VSS_ID set, DWORD flags, IVssAsync **async);
COMPONENTS_METHOD(AddSnapshotToRecoverySet, VSS_ID snapshot, DWORD flags, VSS_PWSZ volume);
COMPONENTS_METHOD(RecoverSet, DWORD flags, IVssAsync **async);
COMPONENTS_METHOD(GetSessionId, VSS_ID *session);

#endif
