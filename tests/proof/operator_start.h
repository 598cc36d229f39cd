/*
 * operator_start.h - starts programs as the account of local_account.h.
 */
#ifndef OPERATOR_START_H
#define OPERATOR_START_H

#include "local_account.h"
#include "proof_run.h"

/* How it logs on: with all rights that it has, or as at the console, where they are held back. */
enum operator_logon
{
    OPERATOR_BATCH,
    OPERATOR_INTERACTIVE
};

struct operator_start
{
    const struct local_account *account;
    enum operator_logon logon;
    const wchar_t *folder; /* becomes the current one: it must be able to enter it */
};

/* A proof_create of proof_run.h; context: a struct operator_start. */
BOOL operator_create(void *context, wchar_t *line, STARTUPINFOW *startup,
                     PROCESS_INFORMATION *created);

#endif
