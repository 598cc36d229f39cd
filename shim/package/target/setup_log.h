/*
 * setup_log.h - the folder of the logs, which no ordinary user may have made or may write to, and
 * the logs of a program that is uninstalled.
 */
#ifndef SETUP_LOG_H
#define SETUP_LOG_H

#include "setup_entries.h"

#include "host/write_trust.h"

#include <windows.h>
#include <stdbool.h>

enum setup_log_trust
{
    SETUP_LOG_SAFE,
    SETUP_LOG_GRANTED, /* an administrator let some account write to it, too */
    SETUP_LOG_UNSAFE
};

/*
 * May an elevated program trust a folder with this owner and list? own: the SID of an account that
 * is trusted as Administrators and SYSTEM are. reason says why not (host/write_trust.h).
 */
enum setup_log_trust setup_log_judge(const wchar_t *own, PSID owner, PACL list,
                                     wchar_t reason[WRITE_TRUST_WHY_CHARS]);

/*
 * Makes the folder. One that is unsafe is renamed and made anew if it is the usual one; if an
 * administrator chose it, or its rights, it stays. Notes say so.
 */
void setup_log_make_folder(void);

/*
 * Deletes the logs of the entry's program, unless another installation's program has its name or
 * the folder is not safe; never through a link. Then the folder, if it is empty and no
 * other installation needs it.
 */
void setup_log_delete(const struct setup_entry *entry);

#endif
