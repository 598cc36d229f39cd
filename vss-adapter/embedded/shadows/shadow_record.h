/*
 * The record of a shadow on disk (private to shadow*.c).
 */
#ifndef NTDSBCLI_EMBEDDED_SHADOW_RECORD_H
#define NTDSBCLI_EMBEDDED_SHADOW_RECORD_H

#include "shadow.h"

/* Writes (or rewrites) the record. */
HRESULT shadow_record_write(const struct shadow *shadow);

/* Calls `visit` for every record that belongs to this prefix. It may delete the one it is given. */
void shadow_record_each(void (*visit)(const struct shadow *shadow, void *context), void *context);

void shadow_record_path(const struct shadow *shadow, wchar_t path[MAX_PATH]);

#endif
