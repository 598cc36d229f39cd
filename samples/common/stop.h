/* Ctrl-C, a closed window or a logoff: asks the main thread to stop, and waits for it. */
#ifndef SAMPLES_STOP_H
#define SAMPLES_STOP_H

#include <stdbool.h>

#include <windows.h>

/* Begins; errors are reported. A second Ctrl-C ends the program at once. */
bool stop_install(void);

/* A manual-reset event that Ctrl-C sets, not for closing. NULL before stop_install. */
void *stop_event(void);

/* True after Ctrl-C. */
bool stop_requested(void);

/* What Windows calls for such an event, in a thread of its own. */
int WINAPI stop_on_event(DWORD event);

/* The main thread has undone what it had to. */
void stop_finished(void);

#endif
