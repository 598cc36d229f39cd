/*
 * proof_errand.h - a command line that another process of ntdsprove runs, started by Windows as a
 * service or as a task.
 *
 * The order is a file in the work folder, where only administrators and SYSTEM can write. The other
 * process owns a mutex while it works, so its end is seen whether it ends well or dies.
 */
#ifndef PROOF_ERRAND_H
#define PROOF_ERRAND_H

#include "proof.h"

struct proof_errand
{
    wchar_t folder[PROOF_PATH_CHARS];
    HANDLE begun, running; /* event, mutex */
};

/* name: of a new folder below the work folder. False: the last error says why. */
bool proof_errand_create(struct proof_errand *errand, const struct proof *proof,
                         const wchar_t *name, const wchar_t *line, DWORD limit_ms);

/* To its end, which *run says; release it with proof_run_fini. It has no output. */
void proof_errand_wait(const struct proof_errand *errand, DWORD limit_ms, struct proof_run *run);
void proof_errand_fini(struct proof_errand *errand);

/* The other process: does what is ordered in a folder. */
void proof_errand_do(const wchar_t *folder);

#endif
