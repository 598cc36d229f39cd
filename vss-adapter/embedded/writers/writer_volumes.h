/*
 * writer_volumes.h - which of a writer's files are on the volumes of a set (private to writer*.c).
 */
#ifndef NTDSBCLI_EMBEDDED_WRITER_VOLUMES_H
#define NTDSBCLI_EMBEDDED_WRITER_VOLUMES_H

#include "session_writer.h"

/*
 * S_OK: all that takes part is on the volumes. S_FALSE: none of it is, and no component was
 * selected. VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT: a component is there in part only, or was
 * selected and is not there.
 */
HRESULT writer_check_volumes(const struct session_writer *writer, const struct shadow *shadows,
                             size_t count);

/*
 * Where a writer's path, which may have environment variables in it, is in a shadow. False: its
 * volume is not in the set, or in_shadow has not enough room.
 */
bool writer_path_in_shadow(const wchar_t *path, const struct shadow *shadows, size_t count,
                           wchar_t *in_shadow, size_t chars);

#endif
