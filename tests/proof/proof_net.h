/*
 * proof_net.h - stops and starts a directory service, and what depends on it.
 */
#ifndef PROOF_NET_H
#define PROOF_NET_H

#include "proof.h"

#define PROOF_SERVICES_MAX  16
#define PROOF_SERVICE_CHARS 257 /* 256 and the terminator, by Microsoft Learn */

/* Services that were stopped, the first to be started again last. */
struct proof_services
{
    wchar_t names[PROOF_SERVICES_MAX][PROOF_SERVICE_CHARS];
    size_t count;
};

/* Stops those that depend on it first. stopped: what to start again. False: it is not stopped. */
bool proof_net_stop(const struct proof *proof, const wchar_t *name, struct proof_services *stopped);

/* False: one of them does not run. */
bool proof_net_start(const struct proof *proof, const struct proof_services *stopped);

/* How a service ended: its state and exit codes, for evidence. */
#define PROOF_NET_END_CHARS 100
void proof_net_describe(const wchar_t *name, wchar_t text[PROOF_NET_END_CHARS]);

/* 0: it does not run, or cannot be asked. */
DWORD proof_net_process(const wchar_t *name);

#endif
