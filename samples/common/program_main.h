/* The main function of every program: command line, Ctrl-C, privilege, exit code. */
#ifndef SAMPLES_PROGRAM_MAIN_H
#define SAMPLES_PROGRAM_MAIN_H

#include "messages.h"
#include "options.h"

struct program
{
    const wchar_t *name;      /* its messages begin with it */
    const wchar_t *library;   /* the loaded DLL that has the texts of codes; NULL: Windows only */
    const wchar_t *usage;     /* for --help */
    const wchar_t *privilege; /* enabled if the account holds it */
    unsigned options;         /* OPTIONS_ values beside those that every program has */

    /* The program itself. Errors are reported; Ctrl-C (stop.h) ends it. */
    enum exit_code (*run)(const struct options *options);
};

/* Each program defines its own. */
extern const struct program this_program;

#endif
