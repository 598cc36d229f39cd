/*
 * proof_place.h - where the results and the backups go, and what the kit needs before it begins.
 */
#ifndef PROOF_PLACE_H
#define PROOF_PLACE_H

#include "proof.h"

/*
 * Makes the folder of the results if it is missing, and in it a work folder that nobody else may
 * read. out: receives its full path. NULL: done; else why not, for the user.
 */
const wchar_t *proof_place_open(struct proof *proof, const wchar_t *name, wchar_t out[MAX_PATH]);

#endif
