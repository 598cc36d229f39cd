/* Runs a restore: replaces the files by the plan, and says how it ended. */
#ifndef SAMPLES_RESTORE_FRAME_H
#define SAMPLES_RESTORE_FRAME_H

#include "destination.h"
#include "options.h"

/* The state of the directory if the program ended now. */
enum restore_state
{
    RESTORE_UNCHANGED,
    RESTORE_INCOMPLETE, /* registered: the computer knows of it */
    RESTORE_DONE,
};

struct restore_frame
{
    const struct options *options;
    struct source source;
    struct plan plan;
    struct destination destination;
    enum restore_state state; /* the program keeps it up to date */
    bool may_run;             /* the directory, meanwhile: new files are left in their places */
    bool old_is_back;         /* after a failure, all of the old files */
    uint64_t started_ms;
};

/* End with restore_frame_end. The structure must stay where it is until then. */
void restore_frame_begin(struct restore_frame *frame, const struct options *options);

/* Reports that the directory of OPTIONS, called NAME, is not stopped. Returns EXIT_DIRECTORY. */
enum exit_code restore_frame_report_running(const wchar_t *name, const struct options *options);

/* Prints what a restore would do. */
void restore_frame_print_plan(const struct restore_frame *frame);

/* Moves the old files aside, or deletes them, and copies those of the plan. Errors are reported and
 * put into *failure. */
enum exit_code restore_frame_replace_files(struct restore_frame *frame, HRESULT *failure);

/* The server knows how the restore ended: deletes the old files, or puts them back if it failed,
 * but not under a directory that may run on the new ones. */
void restore_frame_settle(struct restore_frame *frame);

/* Prints how a restore with the exit code CODE ended, and frees what the structure holds. */
void restore_frame_end(struct restore_frame *frame, enum exit_code code);

#endif
