/* Privileges of this process. */
#ifndef SAMPLES_PRIVILEGE_H
#define SAMPLES_PRIVILEGE_H

#include <stddef.h>

/*
 * Switches one on. Where the account does not hold it whoever wants it says so, and the message
 * about that is the better one.
 */
void privilege_enable(const wchar_t *name);

#endif
