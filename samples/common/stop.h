/* Ctrl-C, a closed window, the end of the session: asks the program to stop and waits for it. */
#ifndef SAMPLES_STOP_H
#define SAMPLES_STOP_H

#include <stdbool.h>

/* From now on; errors are reported. Ctrl-C a second time ends the program at once. */
bool stop_install(void);

/* A manual-reset event that is set then; the module's own, NULL before stop_install. */
void *stop_event(void);

/* True once somebody wants the program to stop. */
bool stop_requested(void);

/* The program has nothing left to undo. */
void stop_finished(void);

#endif
