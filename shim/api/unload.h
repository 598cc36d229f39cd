/*
 * unload.h - what FreeLibrary must not leave behind.
 */
#ifndef NTDSBCLI_UNLOAD_H
#define NTDSBCLI_UNLOAD_H

/*
 * Gives up the contexts that are still open, closes the log and forgets the identity, so that no
 * handle of this DLL outlives it. Runs under the loader's lock: waits for nothing. Lists and tokens
 * stay, as their owners may still read them.
 */
void unload(void);

#endif
