/* Which directory the command line means, and whether it runs. */
#ifndef SAMPLES_DIRECTORY_OPTION_H
#define SAMPLES_DIRECTORY_OPTION_H

#include <ntdsvss.h>

#include "messages.h"
#include "options.h"

struct directory_option
{
    struct ntdsvss_directory directory;
    enum ntdsvss_state state;
    wchar_t name[300]; /* for people */
};

/*
 * The directory of OPTIONS: of this computer, as VSS knows no other. Errors are reported: a server
 * that is not this computer or not a domain controller, a name that cannot be an instance's.
 */
enum exit_code directory_option_find(struct directory_option *target,
                                     const struct options *options);

/*
 * False if the directory is in another state than WANTED. An AD LDS instance that is absent may be:
 * the session, which knows those that are there, reports it.
 */
bool directory_option_may_be(const struct directory_option *target, enum ntdsvss_state wanted);

#endif
