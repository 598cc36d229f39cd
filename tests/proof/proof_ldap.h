/*
 * proof_ldap.h - reads a directory on this computer, and writes to one that the kit made itself.
 *
 * Source: MS-ADTS (rootDSE, objectGUID, uSNChanged), Microsoft Learn (LDAP).
 */
#ifndef PROOF_LDAP_H
#define PROOF_LDAP_H

#include "host/ldap_api.h"

#include <stdbool.h>
#include <stdint.h>

/* Release with proof_ldap_close, also if it was not opened. */
struct proof_ldap
{
    struct ldap_api api;
    LDAP *connection;
    ULONG error; /* LDAP_* of the last call */
};

/* Signs in as we are; localhost, so that no other computer answers. */
bool proof_ldap_open(struct proof_ldap *ldap, unsigned int port);
void proof_ldap_close(struct proof_ldap *ldap);

#define PROOF_LDAP_GUID_BYTES 16

/* An object, and the number of its last change in this copy of the directory. */
struct proof_object
{
    uint8_t guid[PROOF_LDAP_GUID_BYTES];
    int64_t usn;
};

/* One of those that were changed last. */
bool proof_ldap_newest(struct proof_ldap *ldap, struct proof_object *object);

/* The number of the last change of that object; false: it is not there. */
bool proof_ldap_find(struct proof_ldap *ldap, const uint8_t guid[PROOF_LDAP_GUID_BYTES],
                     int64_t *usn);

/* An empty container. */
bool proof_ldap_add(struct proof_ldap *ldap, const wchar_t *name);

/* 1: it is there; 0: it is not; -1: not known, error says why. */
int proof_ldap_has(struct proof_ldap *ldap, const wchar_t *name);

#endif
