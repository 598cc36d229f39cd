/*
 * The directory under load: stamps the live database round after round, freezes when asked.
 */
#ifndef NTDSBCLI_LAB_WRITER_H
#define NTDSBCLI_LAB_WRITER_H

#include "service_settings.h"

/*
 * Writes until `stop` is signalled; then finishes the round and flushes, so that the database is
 * of one instant. `ready` is called once, with `context`, when the database is open and the
 * freeze events exist.
 *
 * Returns S_OK after a stop, else why the database could not be opened or written.
 */
HRESULT writer_run(const struct settings *settings, HANDLE stop, void (*ready)(void *context),
                   void *context);

#endif
