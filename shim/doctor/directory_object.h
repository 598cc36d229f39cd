/*
 * directory_object.h - what this domain controller says of itself by LDAP.
 */
#ifndef NTDSDOCTOR_DIRECTORY_OBJECT_H
#define NTDSDOCTOR_DIRECTORY_OBJECT_H

#include "directory_events.h"

#include <windows.h>

struct directory_object
{
    ULONG error;                                /* LDAP_*; not 0: nothing below is known */
    wchar_t invocation_id[INVOCATION_ID_CHARS]; /* "{...}", or "" */
    int dsa_count; /* domain controllers of the forest, with this one; -1: not known */
};

/* Takes some seconds if nothing answers. */
void directory_object_read(struct directory_object *object);

#endif
