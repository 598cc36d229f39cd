/* Which directory the command line means, and whether it runs. */
#ifndef SAMPLES_TARGET_H
#define SAMPLES_TARGET_H

#include <ntdsvss.h>

#include "messages.h"
#include "options.h"

struct target
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
enum exit_code target_find(struct target *target, const struct options *options);

#endif
