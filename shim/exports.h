/*
 * exports.h - what the files of exported functions share.
 */
#ifndef NTDSBCLI_EXPORTS_H
#define NTDSBCLI_EXPORTS_H

#include "session.h"

#include <ntdsbcli.h>

/* hrCouldNotConnect for a name that is not valid in the ANSI code page; free *wide in every case.
 */
HRESULT server_from_ansi(const char *server, wchar_t **wide);

/*
 * The session of a context, with a reference, under the process's identity; NULL: a bad handle.
 * Give both back to session_leave.
 */
struct session *session_enter(HBC hbc, HANDLE *token);
void session_leave(struct session *session, HANDLE token);

/* A list function: clears and checks the outputs, then asks the session. */
HRESULT get_list(HBC hbc, enum session_list which, bool ansi, void **list, LPDWORD list_bytes);

#endif
