/*
 * Damage done to a folder with logs: files missing, added, exchanged.
 */
#ifndef NTDSBCLI_LAB_DAMAGE_SET_H
#define NTDSBCLI_LAB_DAMAGE_SET_H

#include <stdbool.h>

/* As damage_file, for a folder. */
bool damage_set(const char *folder, const char *action, const char *value, bool *known);

#endif
