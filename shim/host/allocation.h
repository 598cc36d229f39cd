/*
 * allocation.h - memory handed out to callers, which DsBackupFree takes back.
 */
#ifndef NTDSBCLI_ALLOCATION_H
#define NTDSBCLI_ALLOCATION_H

#include <stddef.h>

/* NULL: out of memory. Any thread. */
void *allocation_create(size_t byte_count);

/* Ignores NULL and whatever allocation_create did not return or has been freed. Any thread. */
void allocation_free(void *memory);

#endif
