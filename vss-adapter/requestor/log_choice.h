/*
 * log_choice.h - which of the logs in the shadow copy make a backup of the database there.
 */
#ifndef NTDSVSS_LOG_CHOICE_H
#define NTDSVSS_LOG_CHOICE_H

#include "file_list.h"

/*
 * Leaves in the list, from index first on (the databases come before), only the unbroken run of
 * logs of the database's own series that ends with the current one; a checkpoint that the run does
 * not begin at is left out, as the engine makes a new one. Each file left out is moved to
 * list->left_out, with a line in the log. If the database's header is damaged nothing can be
 * chosen, and all logs stay: reading the database fails then.
 *
 * NTDSVSS_E_LOG_MISSING: the database needs a log that is not there. Else HRESULT_FROM_WIN32 of
 * what kept a file from being opened or read, or E_OUTOFMEMORY.
 */
HRESULT log_choice_make(const struct ntdsvss_settings *settings, const struct snapshot_set *set,
                        struct file_list *list, size_t first);

#endif
