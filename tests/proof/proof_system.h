/*
 * proof_system.h - runs a command line as SYSTEM, by a service or by a task that is deleted again.
 */
#ifndef PROOF_SYSTEM_H
#define PROOF_SYSTEM_H

#include "proof.h"

/*
 * To its end, which *run says; release it with proof_run_fini. NULL, or what could not be done: to
 * make, start or delete the service or task; then run->start_error is the Win32 error, or 0 and
 * run->code is the exit code of schtasks.
 */
const wchar_t *proof_service_run(const struct proof *proof, const wchar_t *line, DWORD limit_ms,
                                 struct proof_run *run);
const wchar_t *proof_task_run(const struct proof *proof, const wchar_t *line, DWORD limit_ms,
                              struct proof_run *run);

/* True: this process is one that these started, and has done what it should. */
bool proof_system_is_started(int argc, wchar_t **argv);

#endif
