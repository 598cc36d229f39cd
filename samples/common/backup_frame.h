/* Runs a backup: opens the folder, has it filled, and keeps all of the files or none. */
#ifndef SAMPLES_BACKUP_FRAME_H
#define SAMPLES_BACKUP_FRAME_H

#include "copy_in.h"
#include "options.h"

/* What the program adds. */
struct backup_frame
{
    const wchar_t *name;   /* of the directory, for people */
    const wchar_t *marker; /* the file that is saved last and makes the folder a backup */
    DWORD buffer_bytes;    /* for each read */

    /* Copies every file and ends the session. Errors are reported. */
    enum exit_code (*back_up)(void *context, struct copy_in *copy);
    void *context;
};

/*
 * Makes a backup in the folder of OPTIONS, or leaves nothing there, and says which. Errors are
 * reported; Ctrl-C (stop.h) gives EXIT_OTHER.
 */
enum exit_code backup_frame_run(const struct backup_frame *frame, const struct options *options);

/* Reports that the directory of OPTIONS, called NAME, is not online. Returns EXIT_DIRECTORY. */
enum exit_code backup_frame_report_offline(const wchar_t *name, const struct options *options);

#endif
