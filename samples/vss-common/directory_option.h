/* Which directory the command line means, and its state. */
#ifndef SAMPLES_DIRECTORY_OPTION_H
#define SAMPLES_DIRECTORY_OPTION_H

#include <ntdsvss.h>

#include "messages.h"
#include "options.h"

struct directory_option
{
    struct ntdsvss_directory directory;
    enum ntdsvss_state state;
    HRESULT failure;   /* why it is NTDSVSS_STATE_UNKNOWN */
    wchar_t name[300]; /* for messages */
};

/*
 * Finds the directory of OPTIONS. Errors are reported: a server that is not this computer, which is
 * the only one that VSS knows, or not a domain controller; an impossible name of an instance.
 */
enum exit_code directory_option_find(struct directory_option *target,
                                     const struct options *options);

/* Reports why the state of the directory is NTDSVSS_STATE_UNKNOWN. */
enum exit_code directory_option_report_unknown(const struct directory_option *target);

/*
 * False if the directory is in another state than WANTED. One whose state is unknown may be online:
 * its writer shows that; only one that is known to be stopped is offline. An AD LDS instance that
 * is absent passes: the session reports it, with the names of those that are there.
 */
bool directory_option_may_be(const struct directory_option *target, enum ntdsvss_state wanted);

#endif
