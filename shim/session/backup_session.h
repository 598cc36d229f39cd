/*
 * backup_session.h - a backup context: the order in which things may be done, and when all is
 * delivered.
 *
 * Results are the codes the exports return. Each function takes the session's own lock: calls for
 * one context wait for each other.
 */
#ifndef NTDSBCLI_BACKUP_SESSION_H
#define NTDSBCLI_BACKUP_SESSION_H

#include "host/result.h"

#include "record/call_log.h"
#include "host/handle_table.h"

#include <stdbool.h>
#include <stdint.h>

struct backup_session;

enum backup_session_list
{
    BACKUP_SESSION_DATABASES,
    BACKUP_SESSION_LOGS,     /* and the checkpoint; from then on no database can be opened */
    BACKUP_SESSION_LOCATIONS /* where the directory's files belong, from its registration */
};

/*
 * Makes the shadow copies and the expiry token (allocation_free). The session begins with one
 * reference; it is what struct handle_object is embedded in. call: begun, and ended here.
 */
legacy_result backup_session_open(const struct call_log *call, struct backup_session **session,
                                  void **token, DWORD *token_bytes);

struct handle_object *backup_session_object(struct backup_session *session);
struct backup_session *backup_session_from_object(struct handle_object *object);

/* A list in UTF-16, or in the ANSI code page. *list: allocation_free. */
legacy_result backup_session_get_list(struct backup_session *session,
                                      enum backup_session_list which, bool ansi, void **list,
                                      DWORD *list_bytes);

legacy_result backup_session_open_file(struct backup_session *session, const wchar_t *name,
                                       LONGLONG *file_bytes);
legacy_result backup_session_read(struct backup_session *session, void *buffer, DWORD buffer_bytes,
                                  DWORD *read_bytes);
legacy_result backup_session_close_file(struct backup_session *session);
legacy_result backup_session_truncate_logs(struct backup_session *session);

/*
 * Completes the backup where everything was delivered, aborts it where not, and releases the
 * shadow. Every call after it gives ERROR_INVALID_PARAMETER. Once.
 */
legacy_result backup_session_end(struct backup_session *session);

#endif
