/* The frame of a restore: what goes where, replacing the files, how it went. */
#ifndef SAMPLES_RESTORE_FRAME_H
#define SAMPLES_RESTORE_FRAME_H

#include "destination.h"
#include "options.h"

/* What the directory is like, should the program end now. */
enum restore_state
{
    RESTORE_UNCHANGED,
    RESTORE_INCOMPLETE, /* registered, so the computer knows of it */
    RESTORE_DONE,
};

struct restore_frame
{
    const struct options *options;
    struct source source;
    struct plan plan;
    struct destination destination;
    enum restore_state state; /* kept by the program */
    uint64_t started_ms;
};

/* End with restore_frame_end. The structure must stay where it is until then. */
void restore_frame_begin(struct restore_frame *frame, const struct options *options);

/* Reports that the directory of OPTIONS, called NAME, is not stopped. Returns EXIT_DIRECTORY. */
enum exit_code restore_frame_report_running(const wchar_t *name, const struct options *options);

/* Shows what a restore would do. */
void restore_frame_print_plan(const struct restore_frame *frame);

/* Deletes the old files and copies those of the plan. Errors are reported and in *failure, too. */
enum exit_code restore_frame_replace_files(struct restore_frame *frame, HRESULT *failure);

/* Says how the restore ended, with CODE, and frees what the structure holds. */
void restore_frame_end(struct restore_frame *frame, enum exit_code code);

#endif
