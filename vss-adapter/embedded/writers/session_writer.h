/*
 * session_writer.h - a writer in one requestor session: its description, and its state through the
 * phases of a backup or restore.
 *
 * A writer class is a table of functions: writer_ntds.c has the directory's, writer_registry.c
 * serves every writer that the registry describes.
 */
#ifndef NTDSBCLI_SESSION_WRITER_H
#define NTDSBCLI_SESSION_WRITER_H

#include "embedded/base/embedded_settings.h"
#include "embedded/document/document.h"
#include "embedded/metadata/metadata.h"
#include "embedded/shadows/freeze.h"
#include "embedded/shadows/shadow.h"

#include <stdbool.h>
#include <vss.h>

#define WRITER_FREEZE_CHARS 64

struct session_writer;
struct writer_source;

/* Every function returns S_OK, or the failure that the writer then reports. */
struct writer_class
{
    /* Whether the writer runs on this machine now. */
    bool (*is_present)(const struct writer_source *source);
    /* Fills an all-zero document; its instance id may stay zero, for a new one per session. */
    HRESULT (*describe)(const struct writer_source *source, struct doc_writer *document);
    /* May add metadata to its components in the backup's document (NULL: no component mode). */
    HRESULT(*prepare_backup)
    (struct session_writer *writer, struct doc_writer_components *components);
    /* May write into the shadows. */
    HRESULT(*post_snapshot)
    (struct session_writer *writer, const struct shadow *shadows, size_t count);
};

/* A writer of this machine. */
struct writer_source
{
    const struct writer_class *class;
    GUID id;                         /* of the class, as requestors know it */
    wchar_t key[SETTINGS_KEY_CHARS]; /* its settings, below HKLM */
};

struct session_writer
{
    struct writer_source source;
    struct metadata_holder *metadata; /* one reference */
    GUID instance_id;
    VSS_WRITER_STATE state;
    HRESULT failure;
    bool participates; /* takes part in this backup or restore: gets the events */
    /* Its selected components, in the session's document; NULL: none. */
    const struct doc_writer_components *components;
    struct freeze freeze;
    wchar_t freeze_base[WRITER_FREEZE_CHARS];
};

/* The writers of this machine, whether they run or not. *list is an array to free with free. */
HRESULT writer_sources(struct writer_source **list, size_t *count);

/* Gets the writer's document and makes a session of it. Faults: Identify. */
HRESULT session_writer_init(struct session_writer *writer, const struct writer_source *source);
void session_writer_fini(struct session_writer *writer);

bool session_writer_is_present(const struct session_writer *writer);

/*
 * The phases. Each does nothing for a writer that takes no part or has failed; otherwise it moves
 * the writer's state on. Faults have the names of Windows' events: PrepareBackup, PrepareSnapshot,
 * Freeze, Thaw, PostSnapshot, BackupComplete, PreRestore, PostRestore.
 */
void session_writer_prepare_backup(struct session_writer *writer,
                                   struct doc_writer_components *components);
/*
 * A writer fails if the set does not have all volumes of a component. A writer with no file in the
 * set takes no part any more.
 */
void session_writer_prepare_snapshot(struct session_writer *writer, const struct shadow *shadows,
                                     size_t count);
/* E_ABORT if cancelled; otherwise S_OK, and the writer's state has the failure. */
HRESULT session_writer_freeze(struct session_writer *writer, const GUID *set_id, HANDLE cancel);
void session_writer_thaw(struct session_writer *writer, const GUID *set_id);
void session_writer_post_snapshot(struct session_writer *writer, const struct shadow *shadows,
                                  size_t count);
void session_writer_backup_complete(struct session_writer *writer);
void session_writer_pre_restore(struct session_writer *writer);
void session_writer_post_restore(struct session_writer *writer);
/* The backup was aborted: a writer that has not failed is stable again. */
void session_writer_abort(struct session_writer *writer);

/* Makes the writer report this failure as that of the call (fault injection). */
void session_writer_fail_after_call(struct session_writer *writer, const char *call,
                                    HRESULT failure);

/* Whether a component that takes part wants the shadow recovered before it is read. */
bool session_writer_recovers(const struct session_writer *writer);

/* --- shared by the classes ------------------------------------------------------------------- */

/* Whether a Windows service runs. */
bool writer_service_runs(const wchar_t *name);

extern const struct writer_class writer_ntds_class;
extern const GUID writer_ntds_id;
extern const struct writer_class writer_registry_class;

#endif
