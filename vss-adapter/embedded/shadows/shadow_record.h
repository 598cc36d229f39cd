/*
 * shadow_record.h - the record of a shadow on disk (private to shadow*.c).
 */
#ifndef NTDSBCLI_EMBEDDED_SHADOW_RECORD_H
#define NTDSBCLI_EMBEDDED_SHADOW_RECORD_H

#include "shadow.h"

/* Writes or rewrites it. VSS_E_INSUFFICIENT_STORAGE, VSS_E_UNEXPECTED_PROVIDER_ERROR. */
HRESULT shadow_record_write(const struct shadow *shadow);
/* What a failure to write means to the requestor: one of these two. */
HRESULT shadow_record_failure(DWORD error);
bool shadow_record_delete(const struct shadow *shadow);

/* Calls visit for every record of this prefix. It may delete the one it is given. E_OUTOFMEMORY,
 * VSS_E_UNEXPECTED_PROVIDER_ERROR: there may be more than those. */
HRESULT shadow_record_each(void (*visit)(const struct shadow *shadow, void *context),
                           void *context);

#endif
