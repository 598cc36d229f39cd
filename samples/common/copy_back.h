/* Copies the files of a plan to their places. */
#ifndef SAMPLES_COPY_BACK_H
#define SAMPLES_COPY_BACK_H

#include "plan.h"

/*
 * Copies every file of PLAN from SOURCE, BUFFER_BYTES at a time, and creates folders that are
 * missing. Errors are reported and *failure says them, too; the first ends it. A wish to stop
 * (stop.h) is reported by the caller and gives EXIT_OTHER.
 */
enum exit_code copy_back(const struct plan *plan, const struct source *source, DWORD buffer_bytes,
                         HRESULT *failure);

#endif
