/*
 * Damage done to one file: to any bytes, to the pages of a database, to the segments of a log.
 */
#ifndef NTDSBCLI_LAB_DAMAGE_FILE_H
#define NTDSBCLI_LAB_DAMAGE_FILE_H

#include "host_file.h"

/*
 * Does what an action of ese-damage says (see its usage), with its value. *known: whether there is
 * such an action, and its value can be read. False: it is not possible in this file.
 */
bool damage_file(struct host_file *file, const char *action, const char *value, bool *known);

/* Two numbers with a colon between them, or, if second is NULL, one. */
bool damage_parse(const char *text, uint64_t *first, uint64_t *second);

#endif
