/*
 * restore_map.h - the map a restore program registers: where each file was, and where it is now.
 */
#ifndef NTDSBCLI_RESTORE_MAP_H
#define NTDSBCLI_RESTORE_MAP_H

#include "host/result.h"

#include <windows.h>
#include <ntdsbcli.h>

struct restore_map_facts
{
    const wchar_t *host;        /* this computer, as UNC names call it */
    const wchar_t *backup_host; /* the computer of the backup; may have been called differently */
    const wchar_t *backup_database; /* local path of the database that was backed up */
    const wchar_t *database;        /* local path of the directory's database on this computer */
};

/*
 * Exactly one entry must name the backed-up database as its old path, and this computer's as the
 * new one; BFT characters, UNC or local form and case do not matter. Other entries are logged and
 * left alone: the documented caller passes one for the "system database".
 *
 * *text: one line "old>new" for each entry, to be freed with free. ERROR_INVALID_PARAMETER: a
 * malformed map, the reason being in the log. ERROR_NOT_ENOUGH_MEMORY.
 */
legacy_result restore_map_check(const EDB_RSTMAPW *map, size_t count,
                                const struct restore_map_facts *facts, wchar_t **text);

#endif
