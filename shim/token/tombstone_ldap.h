/*
 * tombstone_ldap.h - how tombstone.c asks, for it and its test (private to this folder).
 */
#ifndef NTDSBCLI_TOMBSTONE_LDAP_H
#define NTDSBCLI_TOMBSTONE_LDAP_H

#include "host/ldap_api.h"

#include <stdint.h>

/* As tombstone_lifetime_days, but without its limit: at this computer's full DNS name, and where
 * that does not say it, at localhost. */
uint32_t tombstone_ask(const struct ldap_api *api);

typedef uint32_t (*tombstone_question)(void);

/* The answer; 0 where it does not come in time. */
uint32_t tombstone_ask_within(tombstone_question ask, DWORD limit_ms);

#endif
