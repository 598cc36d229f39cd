/*
 * proof_restore.h - level 3: restores, which overwrite a directory.
 */
#ifndef PROOF_RESTORE_H
#define PROOF_RESTORE_H

#include "proof.h"

/* On a domain controller: damaged, killed and whole restore, and the start that follows. */
void proof_restore_checks(struct proof *proof);

/*
 * On an AD LDS instance: backup, destruction, restore and start. partition: where objects may be
 * made, so that it is seen which ones a restore brings back; NULL: nowhere. other: an instance that
 * must not notice, or NULL. False: it is not restored, and does not run.
 */
bool proof_restore_adlds(struct proof *proof, const wchar_t *partition, const wchar_t *other);

#endif
