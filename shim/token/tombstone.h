/*
 * tombstone.h - asks the directory of this computer for its tombstone lifetime.
 */
#ifndef NTDSBCLI_TOMBSTONE_H
#define NTDSBCLI_TOMBSTONE_H

#include <stdint.h>

/*
 * Days, 2 to 3650; 0 where it cannot be read within 5 seconds, and where the attribute is not set.
 * The thread that asks may go on after that; it holds a reference to this DLL.
 */
uint32_t tombstone_lifetime_days(void);

#endif
