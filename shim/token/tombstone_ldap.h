/*
 * tombstone_ldap.h - how tombstone.c asks, for it and its test (private to this folder).
 */
#ifndef NTDSBCLI_TOMBSTONE_LDAP_H
#define NTDSBCLI_TOMBSTONE_LDAP_H

#include <windows.h>
#include <winldap.h>
#include <stdint.h>

/* The functions of wldap32.dll. */
struct ldap_api
{
    __typeof__(&ldap_initW) init;
    __typeof__(&ldap_connect) connect;
    __typeof__(&ldap_bind_sW) bind;
    __typeof__(&ldap_search_ext_sW) search;
    __typeof__(&ldap_first_entry) first_entry;
    __typeof__(&ldap_get_valuesW) get_values;
    __typeof__(&ldap_value_freeW) free_values;
    __typeof__(&ldap_msgfree) free_message;
    __typeof__(&ldap_unbind) unbind;
};

/* As tombstone_lifetime_days, but without its limit: at this computer's full DNS name, and where
 * that does not say it, at localhost. */
uint32_t tombstone_ask(const struct ldap_api *api);

#endif
