/* What a program does before and around a session of ntdsvss.h, whichever of the two it is. */
#ifndef SAMPLES_REQUESTOR_SESSION_H
#define SAMPLES_REQUESTOR_SESSION_H

#include <ntdsvss.h>

#include "messages.h"

/*
 * Enters COM for this thread and sets its security for the process, once. Errors are reported.
 * Leave with CoUninitialize after a success.
 */
enum exit_code requestor_session_enter(void);

/* Ten minutes a wait and for retries, Ctrl-C (stop.h) cancels, failures are shown. */
struct ntdsvss_settings requestor_session_settings(void);

#endif
