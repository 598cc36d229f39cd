/*
 * ldap_api.h - the functions of wldap32.dll.
 *
 * It is loaded when needed, from the system folder: a program that never backs up should not depend
 * on it.
 */
#ifndef NTDSBCLI_LDAP_API_H
#define NTDSBCLI_LDAP_API_H

#include <windows.h>
#include <winldap.h>
#include <stdbool.h>

struct ldap_api
{
    HMODULE module;
    __typeof__(&ldap_initW) init;
    __typeof__(&ldap_connect) connect;
    __typeof__(&ldap_bind_sW) bind;
    __typeof__(&ldap_search_ext_sW) search;
    __typeof__(&ldap_first_entry) first_entry;
    __typeof__(&ldap_count_entries) count_entries;
    __typeof__(&ldap_get_values_lenW) get_values;
    __typeof__(&ldap_value_free_len) free_values;
    __typeof__(&ldap_msgfree) free_message;
    __typeof__(&ldap_unbind) unbind;
};

/* False: it cannot be had, and there is nothing to unload. */
bool ldap_api_load(struct ldap_api *api);
void ldap_api_unload(struct ldap_api *api);

#endif
