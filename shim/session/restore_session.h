/*
 * restore_session.h - a restore context: the order in which things may be done, and when a restore
 * counts.
 *
 * Results are the codes the exports return. Each function takes the context's own lock: calls for
 * one context wait for each other.
 */
#ifndef NTDSBCLI_RESTORE_SESSION_H
#define NTDSBCLI_RESTORE_SESSION_H

#include "host/result.h"

#include "record/call_log.h"
#include "host/handle_table.h"

#include <ntdsbcli.h>
#include <stdbool.h>
#include <stddef.h>

struct restore_session;

/* What DsRestoreRegister is given; all pointers are the caller's. */
struct restore_registration
{
    const wchar_t *checkpoint_folder, *log_folder, *backup_log_folder;
    const EDB_RSTMAPW *map;
    size_t map_count;
    ULONG generation_low, generation_high;
};

/*
 * With a token, which is copied: checks it and begins the VSS side; the context is HANDLE_RESTORE.
 * Without (NULL): HANDLE_RESTRICTED, which asks for locations only. One reference.
 * call: begun, and ended here.
 */
legacy_result restore_session_open(const struct call_log *call, struct restore_session **session,
                                   const void *token, DWORD token_bytes);

struct handle_object *restore_session_object(struct restore_session *session);
struct restore_session *restore_session_from_object(struct handle_object *object);

/* As backup_session_get_list of BACKUP_SESSION_LOCATIONS. */
legacy_result restore_session_locations(struct restore_session *session, bool ansi, void **list,
                                        DWORD *list_bytes);

/* hrMissingExpiryToken: a restricted context. hrRestoreMapExists: once only. */
legacy_result restore_session_register(struct restore_session *session,
                                       const struct restore_registration *registration);

/*
 * Once, after Register. state S_OK: verifies what lies in the directory's folders, and only where
 * that is the backup takes the interlock away. Anything else: a failed restore.
 */
legacy_result restore_session_complete(struct restore_session *session, legacy_result state);

/* Once; a registered restore that was never completed has failed. */
legacy_result restore_session_end(struct restore_session *session);

#endif
