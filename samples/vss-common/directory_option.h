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
    wchar_t name[300];    /* for people */
    wchar_t service[300]; /* NTDS, or ADAM_ and the instance's name */
};

/*
 * The directory of OPTIONS: of this computer, as VSS knows no other. Errors are reported: a server
 * that is not this computer, a name that cannot be an instance's.
 */
enum exit_code directory_option_find(struct directory_option *target,
                                     const struct options *options);

#endif
