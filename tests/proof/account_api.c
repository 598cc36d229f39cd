/*
 * account_api.c - what local_account.h asks, from the system's own libraries.
 */
#include "local_account.h"

#include "common/system_library.h"

bool account_api_load(struct account_api *api)
{
    const struct system_function of_network[] = {
        {"NetUserAdd", &api->user_add},
        {"NetUserSetInfo", &api->user_set_info},
        {"NetUserDel", &api->user_delete},
        {"NetLocalGroupAddMembers", &api->group_add},
    };
    const struct system_function of_profiles[] = {{"DeleteProfileW", &api->delete_profile}};
    /* Both stay loaded until the process ends. */
    HMODULE network = system_library_load(L"netapi32.dll");
    HMODULE profiles = system_library_load(L"userenv.dll");

    api->find_sid = LookupAccountNameW;
    api->find_name = LookupAccountSidW;
    api->logon = LogonUserW;
    api->create_with_token = CreateProcessWithTokenW;
    api->create_with_logon = CreateProcessWithLogonW;
    return network && profiles && system_library_find(network, of_network, ARRAYSIZE(of_network)) &&
           system_library_find(profiles, of_profiles, ARRAYSIZE(of_profiles));
}
