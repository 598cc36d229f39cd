/*
 * Which of a writer's files are on the volumes of a set (private to writer*.c).
 */
#ifndef NTDSBCLI_EMBEDDED_WRITER_VOLUMES_H
#define NTDSBCLI_EMBEDDED_WRITER_VOLUMES_H

#include "session_writer.h"

/* S_OK: all that has a part is there. S_FALSE: nothing of the writer is (and nothing of it was
 * selected). VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT: a component is there in part only, or was
 * selected and is not there. */
HRESULT writer_check_volumes(const struct session_writer *writer, const struct shadow *shadows,
                             size_t count);

/* The path in a shadow of a path that a writer named (with environment variables, perhaps). false:
 * its volume is not in the set, or it does not fit. */
bool writer_path_in_shadow(const char *path, const struct shadow *shadows, size_t count,
                           wchar_t *in_shadow, size_t chars);

#endif
