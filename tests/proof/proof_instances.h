/*
 * proof_instances.h - AD LDS instances that the kit makes, and removes again.
 */
#ifndef PROOF_INSTANCES_H
#define PROOF_INSTANCES_H

#include "proof.h"

#define PROOF_INSTANCE       L"ntdsprove1"
#define PROOF_INSTANCE_OTHER L"ntdsprove2"
#define PROOF_INSTANCE_PORT  40389u
#define PROOF_PARTITION      L"CN=ntdsprove"

/*
 * Two instances: one with its database on a volume of its own that is mounted in a folder, and its
 * logs behind a junction, if Windows allows it; one beside it. False: there are none, and it is
 * said why. proof_instances_remove in both cases.
 */
bool proof_instances_install(struct proof *proof);

/* Backup, destruction and restore of the first one. */
void proof_instances_prove(struct proof *proof);
void proof_instances_remove(struct proof *proof);

#endif
