/*
 * ldap_api.c - loads wldap32.dll.
 */
#include "ldap_api.h"

#include "common/system_library.h"

bool ldap_api_load(struct ldap_api *api)
{
    const struct system_function functions[] = {
        {"ldap_initW", &api->init},
        {"ldap_connect", &api->connect},
        {"ldap_bind_sW", &api->bind},
        {"ldap_search_ext_sW", &api->search},
        {"ldap_first_entry", &api->first_entry},
        {"ldap_count_entries", &api->count_entries},
        {"ldap_get_values_lenW", &api->get_values},
        {"ldap_value_free_len", &api->free_values},
        {"ldap_msgfree", &api->free_message},
        {"ldap_unbind", &api->unbind},
    };

    api->module = system_library_load(L"wldap32.dll");
    if (api->module && system_library_find(api->module, functions, ARRAYSIZE(functions)))
        return true;
    ldap_api_unload(api);
    return false;
}

void ldap_api_unload(struct ldap_api *api)
{
    if (api->module)
        FreeLibrary(api->module);
    api->module = NULL;
}
