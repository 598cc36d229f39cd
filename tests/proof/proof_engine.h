/*
 * proof_engine.h - what Windows' own engine and directory make of a backup.
 */
#ifndef PROOF_ENGINE_H
#define PROOF_ENGINE_H

#include "proof.h"
#include "proof_ldap.h"

/* Port 389 on a domain controller; of an AD LDS instance the one that was given. 0: not known. */
unsigned int proof_engine_port(const struct proof *proof);

/* Before a backup: *object is what it must have. False: no such object can be had. */
bool proof_engine_look(const struct proof *proof, struct proof_object *object);

/*
 * Recovers the database of a backup and mounts it: the backup's files are changed. object: NULL,
 * there is none.
 */
void proof_engine_checks(struct proof *proof, const wchar_t *folder, const wchar_t *database,
                         const struct proof_object *object);

#endif
