/*
 * writer_volumes.h - finds a writer's files on the volumes of a set (private to writer*.c).
 */
#ifndef NTDSBCLI_EMBEDDED_WRITER_VOLUMES_H
#define NTDSBCLI_EMBEDDED_WRITER_VOLUMES_H

#include "session_writer.h"

/*
 * S_OK: all files that take part are on the volumes. S_FALSE: none are, and no component was
 * selected. VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT: a component is there only in part, or was
 * selected and is not there.
 */
HRESULT writer_check_volumes(const struct session_writer *writer, const struct shadow *shadows,
                             size_t count);

/*
 * The place of a writer's path in a shadow; the path may contain environment variables. False: its
 * volume is not in the set, in_shadow is too small, or it is behind a link, which may lead out of
 * the shadow.
 */
bool writer_path_in_shadow(const wchar_t *path, const struct shadow *shadows, size_t count,
                           wchar_t *in_shadow, size_t chars);

#endif
