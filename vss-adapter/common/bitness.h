/*
 * bitness.h - the operating system's bitness: VSS serves no programs of another one.
 */
#ifndef NTDSBCLI_BITNESS_H
#define NTDSBCLI_BITNESS_H

#include <stdbool.h>

/* A 32-bit program on 64-bit Windows. */
bool bitness_is_emulated(void);

/* Of the operating system: 32 or 64. */
int bitness_of_system(void);

#endif
