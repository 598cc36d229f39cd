/*
 * session.h - a backup context: the order in which things may be done, and when all is delivered.
 *
 * Results are the codes the exports return. Each function takes the session's own lock: calls for
 * one context wait for each other.
 */
#ifndef NTDSBCLI_SESSION_H
#define NTDSBCLI_SESSION_H

#include "call_log.h"
#include "handle_table.h"

#include <stdbool.h>
#include <stdint.h>

struct session;

enum session_list
{
    SESSION_DATABASES,
    SESSION_LOGS,     /* and the checkpoint; from then on no database can be opened */
    SESSION_LOCATIONS /* where the directory's files belong, from its registration */
};

/*
 * Makes the shadow copies and the expiry token (allocation_free). The session begins with one
 * reference; it is what struct handle_object is embedded in. call: begun, and ended here.
 */
HRESULT session_open(const struct call_log *call, struct session **session, void **token,
                     DWORD *token_bytes);

struct handle_object *session_object(struct session *session);
struct session *session_from_object(struct handle_object *object);

/* A list in UTF-16, or in the ANSI code page. *list: allocation_free. */
HRESULT session_get_list(struct session *session, enum session_list which, bool ansi, void **list,
                         DWORD *list_bytes);

HRESULT session_open_file(struct session *session, const wchar_t *name, LONGLONG *file_bytes);
HRESULT session_read(struct session *session, void *buffer, DWORD buffer_bytes, DWORD *read_bytes);
HRESULT session_close_file(struct session *session);
HRESULT session_truncate_logs(struct session *session);

/*
 * Completes the backup where everything was delivered, aborts it where not, and releases the
 * shadow. Every call after it gives ERROR_INVALID_PARAMETER. Once.
 */
HRESULT session_end(struct session *session);

#endif
