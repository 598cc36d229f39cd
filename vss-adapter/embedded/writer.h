/*
 * A writer as one requestor session sees it: what it says about itself, and its state through the
 * phases of a backup.
 *
 * A writer class is a table of functions: writer_ntds.c is the directory's, writer_registry.c
 * serves every writer that the registry describes.
 */
#ifndef NTDSBCLI_EMBEDDED_WRITER_H
#define NTDSBCLI_EMBEDDED_WRITER_H

#include <stdbool.h>

#include "document.h"
#include "freeze.h"
#include "metadata.h"
#include "shadow.h"

#include <vss.h>

#define WRITER_KEY_CHARS    200
#define WRITER_FREEZE_CHARS 64

struct writer;
struct writer_source;

/* Every function returns S_OK or the failure code that the writer then reports. */
struct writer_class
{
    /* Whether the writer runs on this machine now. */
    bool (*is_present)(const struct writer_source *source);
    /* Fills an all-zero document (all but the instance id, unless it is always the same). */
    HRESULT (*describe)(const struct writer_source *source, struct doc_writer *document);
    /* May add metadata to its components in the backup's document (NULL: no component mode). */
    HRESULT (*prepare_backup)(struct writer *writer, struct doc_writer_components *components);
    /* May write into the shadows. */
    HRESULT (*post_snapshot)(struct writer *writer, const struct shadow *shadows, size_t count);
};

/* A writer of this machine. */
struct writer_source
{
    const struct writer_class *class;
    GUID id;                     /* of the class, as requestors know it */
    WCHAR key[WRITER_KEY_CHARS]; /* its settings, below HKLM */
};

struct writer
{
    struct writer_source source;
    struct metadata_holder *metadata; /* one reference */
    GUID instance_id;
    VSS_WRITER_STATE state;
    HRESULT failure;
    bool participates; /* has a part in this backup or restore: gets the events */
    /* What was selected of it, in the session's document; NULL: it was not asked for components. */
    const struct doc_writer_components *components;
    struct freeze freeze;
    WCHAR freeze_base[WRITER_FREEZE_CHARS];
};

/* The writers of this machine, whether they run or not. *list is an array to free with free. */
HRESULT writer_sources(struct writer_source **list, size_t *count);

/* Asks the writer for its document and makes a session of it. Faults: Identify. */
HRESULT writer_init(struct writer *writer, const struct writer_source *source);
void writer_fini(struct writer *writer);

bool writer_is_present(const struct writer *writer);

/* The phases. Each does nothing for a writer that has no part or has failed, and otherwise moves
 * its state on. Faults, by the names of the events of Windows: PrepareBackup, PrepareSnapshot,
 * Freeze, Thaw, PostSnapshot, BackupComplete, PreRestore, PostRestore. */
void writer_prepare_backup(struct writer *writer, struct doc_writer_components *components);
/* A component whose volumes are not all in the set fails the writer; a writer none of whose files
 * are in it has no part any more. */
void writer_prepare_snapshot(struct writer *writer, const struct shadow *shadows, size_t count);
/* E_ABORT when cancelled, S_OK otherwise (a failure is the writer's state). */
HRESULT writer_freeze(struct writer *writer, const GUID *set_id, HANDLE cancel);
void writer_thaw(struct writer *writer, const GUID *set_id);
void writer_post_snapshot(struct writer *writer, const struct shadow *shadows, size_t count);
void writer_backup_complete(struct writer *writer);
void writer_pre_restore(struct writer *writer);
void writer_post_restore(struct writer *writer);
/* The backup was given up: a writer that did not fail is stable again. */
void writer_abort(struct writer *writer);

/* Makes the writer report this failure as of the given call (fault injection). */
void writer_fail_after_call(struct writer *writer, const char *call, HRESULT failure);

/* Whether a component that takes part wants the shadow recovered before it is read. */
bool writer_recovers(const struct writer *writer);

/* --- shared by the classes ------------------------------------------------------------------- */

/* Whether a Windows service runs. */
bool writer_service_runs(const WCHAR *name);

extern const struct writer_class writer_ntds_class;
extern const GUID writer_ntds_id;
extern const struct writer_class writer_registry_class;

#endif
