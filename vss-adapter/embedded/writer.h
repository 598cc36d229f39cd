/*
 * A writer as one requestor session sees it: what it says about itself, and its state through the
 * phases of a backup.
 *
 * A writer class is a table of functions; writer_ntds.c is the only one there is.
 */
#ifndef NTDSBCLI_EMBEDDED_WRITER_H
#define NTDSBCLI_EMBEDDED_WRITER_H

#include <stdbool.h>

#include "document.h"
#include "freeze.h"
#include "metadata.h"
#include "shadow.h"

#include <vss.h>

struct writer;

/* Every function returns S_OK or the failure code that the writer then reports. */
struct writer_class
{
    GUID id;
    /* Whether the writer runs on this machine now. */
    bool (*is_present)(void);
    /* Fills an all-zero document (all but the instance id). */
    HRESULT (*describe)(struct doc_writer *document);
    /* May add metadata to its components in the backup's document. */
    HRESULT (*prepare_backup)(struct writer *writer, struct doc_writer_components *components);
    /* Whether a consistent copy can be made of these volumes. */
    HRESULT (*prepare_snapshot)(struct writer *writer, const struct shadow *shadows, size_t count);
    /* E_ABORT: `cancel` was signalled. Notes itself with the slot of the set. */
    HRESULT (*freeze)(struct writer *writer, const GUID *set_id, HANDLE cancel);
    HRESULT (*thaw)(struct writer *writer, const GUID *set_id);
    /* May write into the shadows. */
    HRESULT (*post_snapshot)(struct writer *writer, const struct shadow *shadows, size_t count);
};

struct writer
{
    const struct writer_class *class;
    struct metadata_holder *metadata; /* one reference */
    GUID instance_id;
    VSS_WRITER_STATE state;
    HRESULT failure;
    bool participates; /* has a part in this backup or restore: gets the events */
    struct freeze freeze;
};

/* The classes that exist; NULL after the last. */
const struct writer_class *writer_class_at(size_t index);

/* Asks the writer for its document and makes a session of it. Faults: Identify. */
HRESULT writer_init(struct writer *writer, const struct writer_class *class);
void writer_fini(struct writer *writer);

/* The phases. Each does nothing for a writer that has no part or has failed, and otherwise moves
 * its state on. Faults, by the names of the events of Windows: PrepareBackup, PrepareSnapshot,
 * Freeze, Thaw, PostSnapshot, BackupComplete, PreRestore, PostRestore. */
void writer_prepare_backup(struct writer *writer, struct doc_writer_components *components);
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

extern const struct writer_class writer_ntds_class;

#endif
