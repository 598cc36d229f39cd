/*
 * writer.h - the directory's writer: its component, its files, its state.
 */
#ifndef NTDSVSS_WRITER_H
#define NTDSVSS_WRITER_H

#include <ntdsvss.h>

#include "target.h"

#include <vss.h>
#include <vswriter.h>
#include <vsbackup.h>
#include <stdbool.h>

/* What the writer wants saved in one folder: a name, possibly with wildcards. */
struct writer_filespec
{
    enum ntdsvss_file_kind kind;
    wchar_t *folder; /* expanded, without trailing backslash */
    wchar_t *name;
};

struct writer_component
{
    VSS_COMPONENT_TYPE type;
    BSTR logical_path; /* NULL where the writer gave none */
    BSTR name;
};

/* Zero but for the target; writer_fini in every state, which leaves just that. */
struct writer
{
    const struct target *target; /* whose writer it is */
    VSS_ID instance;
    struct writer_component *components;
    size_t component_count, component_capacity;
    struct writer_filespec *filespecs; /* databases first */
    size_t filespec_count, filespec_capacity;
    BSTR document;
};

/*
 * Finds the target's writer in the gathered metadata and reads its components.
 * VSS_E_OBJECT_NOT_FOUND where it is not there or has no database; NTDSVSS_E_NO_INSTANCE where the
 * instance is not there, with a line that names those that are.
 */
HRESULT writer_find(const struct ntdsvss_settings *settings, IVssBackupComponents *components,
                    struct writer *writer);
void writer_fini(struct writer *writer);

/* Finds only which instance of the target's writer is there, if any. Nothing is logged where none
 * is. */
HRESULT writer_find_instance(const struct ntdsvss_settings *settings,
                             IVssBackupComponents *components, struct writer *writer, bool *found);

/*
 * What the writer said about itself in a document that was saved with a backup.
 * NTDSVSS_E_NO_INSTANCE: it is of another instance, or class.
 */
HRESULT writer_read_saved(const struct ntdsvss_settings *settings,
                          IVssExamineWriterMetadata *metadata, struct writer *writer);

/* The strings are copied; logical_path may be NULL. E_OUTOFMEMORY. */
HRESULT writer_append_component(struct writer *writer, VSS_COMPONENT_TYPE type,
                                const wchar_t *logical_path, const wchar_t *name);

HRESULT writer_add_components(const struct ntdsvss_settings *settings,
                              IVssBackupComponents *components, const struct writer *writer);
HRESULT writer_set_succeeded(const struct ntdsvss_settings *settings,
                             IVssBackupComponents *components, const struct writer *writer);

/*
 * Gathers the writers' states and judges the target's writer by its own: S_OK, its failure code, or
 * VSS_E_WRITER_NOT_RESPONDING where it is no longer listed. after names the step just done.
 */
HRESULT writer_check_status(const struct ntdsvss_settings *settings,
                            IVssBackupComponents *components, const struct writer *writer,
                            const wchar_t *after);

/* Is hr what a writer says of itself, and not a failure to ask it? */
bool writer_is_its_code(HRESULT hr);

/*
 * The same after an operation that ended with hr: the writer's own failure tells more than the
 * operation's. hr itself where that is a time limit or a cancellation.
 */
HRESULT writer_prefer_status(const struct ntdsvss_settings *settings,
                             IVssBackupComponents *components, const struct writer *writer,
                             const wchar_t *after, HRESULT hr);

/* What the writer stored with its first component: *text is NULL where that is nothing. */
HRESULT writer_backup_metadata(const struct ntdsvss_settings *settings,
                               IVssBackupComponents *components, const struct writer *writer,
                               BSTR *text);

/*
 * The components of the target's writer in the document of a restore; there may be none.
 */
HRESULT writer_read_stored(const struct ntdsvss_settings *settings,
                           IVssBackupComponents *components, struct writer *writer);

/* Of every component that writer_read_stored found. The second goes on after a failure. */
HRESULT writer_select_for_restore(const struct ntdsvss_settings *settings,
                                  IVssBackupComponents *components, const struct writer *writer);
HRESULT writer_set_restored(const struct ntdsvss_settings *settings,
                            IVssBackupComponents *components, const struct writer *writer,
                            VSS_FILE_RESTORE_STATUS status);

#endif
