/*
 * restore_record.h - what a restore found and did: lines that go into the log, and at the end into
 * a file of their own that stays.
 */
#ifndef NTDSBCLI_RESTORE_RECORD_H
#define NTDSBCLI_RESTORE_RECORD_H

#include "common/log_file.h"

#include <stddef.h>

/* Zero-initialise; restore_record_fini in every state. One thread at a time. */
struct restore_record
{
    wchar_t *text;
    size_t char_count, capacity;
    size_t lost_count; /* lines there was no memory for; the log has them */
    /* NULL, or also receives each line. */
    void (*watch)(void *context, enum log_level level, const wchar_t *line);
    void *watch_context;
};

/* One line for both, without line end. */
void restore_record_line(struct restore_record *record, enum log_level level, const wchar_t *format,
                         ...);

/*
 * Appends all lines to restore-<backup_id>.txt in the log folder, with the time before them. A
 * record that cannot be written is named in the log and nothing else: it changes no result.
 */
void restore_record_save(const struct restore_record *record, const wchar_t *log_folder,
                         const wchar_t *backup_id);

void restore_record_fini(struct restore_record *record);

#endif
