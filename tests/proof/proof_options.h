/*
 * proof_options.h - the command line of prove.cmd.
 */
#ifndef PROOF_OPTIONS_H
#define PROOF_OPTIONS_H

#include <stdbool.h>
#include <wchar.h>

/* Texts are NULL where the option is not there. */
struct proof_options
{
    unsigned int level, wait_s, port;
    const wchar_t *adlds, *out, *restore, *from;
    bool install, account, only, help;
};

/* False: wrong usage, which is said. computer: the name of this one. */
bool proof_options_parse(int argc, wchar_t **argv, const wchar_t *computer,
                         struct proof_options *options);

void proof_options_help(void);

/* What the level will do, before it does it. */
void proof_options_announce(const struct proof_options *options);

#endif
