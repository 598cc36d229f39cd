/* Copies the files of a plan to their places. */
#ifndef SAMPLES_COPY_BACK_H
#define SAMPLES_COPY_BACK_H

#include "plan.h"

/*
 * Copies every file of PLAN from SOURCE, BUFFER_BYTES at a time, and creates missing folders. The
 * first error is reported, put into *failure, and ends the copy. Ctrl-C (stop.h) gives EXIT_OTHER;
 * the caller reports it.
 */
enum exit_code copy_back(struct plan *plan, const struct source *source, DWORD buffer_bytes,
                         HRESULT *failure);

/* Deletes the files that copy_back created. Errors are reported. */
void copy_back_undo(struct plan *plan);

#endif
