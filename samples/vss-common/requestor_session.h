/* What a backup and a restore do before their session of ntdsvss.h. */
#ifndef SAMPLES_REQUESTOR_SESSION_H
#define SAMPLES_REQUESTOR_SESSION_H

#include <ntdsvss.h>

#include "messages.h"

/*
 * Enters COM in this thread and sets COM security for the process, once. Errors are reported. After
 * a success leave with CoUninitialize.
 */
enum exit_code requestor_session_enter(void);

/* Ten minutes for each wait and for retries; Ctrl-C (stop.h) cancels; errors are printed. */
struct ntdsvss_settings requestor_session_settings(void);

#endif
