/*
 * directory_object.c - asks the directory on this computer, under the computer's own name, so that
 * the answer comes from no other one. Source: MS-ADTS (rootDSE, nTDSDSA), Microsoft Learn (LDAP).
 */
#include "directory_object.h"

#include "host/ldap_api.h"

#include <objbase.h>
#include <stdlib.h>
#include <wchar.h>

#define LIMIT_S    5
#define NAME_CHARS 1024u

static ULONG search(const struct ldap_api *api, LDAP *connection, wchar_t *base, ULONG scope,
                    wchar_t *filter, wchar_t *attribute, LDAPMessage **message)
{
    struct l_timeval limit = {LIMIT_S, 0};
    wchar_t *attributes[] = {attribute, NULL};

    return api->search(connection, base, scope, filter, attributes, 0, NULL, NULL, &limit, 0,
                       message);
}

/* The first value of an attribute of one object; *byte_count: in, of value; out, of what is there.
 */
static ULONG read_value(const struct ldap_api *api, LDAP *connection, wchar_t *object,
                        wchar_t *attribute, void *value, ULONG *byte_count)
{
    wchar_t any[] = L"(objectClass=*)";
    LDAPMessage *message = NULL;
    LDAPMessage *entry;
    struct berval **values = NULL;
    ULONG error = search(api, connection, object, LDAP_SCOPE_BASE, any, attribute, &message);

    if (error == LDAP_SUCCESS) {
        entry = api->first_entry(connection, message);
        if (entry)
            values = api->get_values(connection, entry, attribute);
        if (!values || !values[0] || values[0]->bv_len > *byte_count) {
            error = LDAP_NO_SUCH_ATTRIBUTE;
        } else {
            *byte_count = values[0]->bv_len;
            memcpy(value, values[0]->bv_val, *byte_count);
        }
    }
    if (values)
        api->free_values(values);
    if (message)
        api->free_message(message);
    return error;
}

/* A name that rootDSE has. */
static ULONG read_name(const struct ldap_api *api, LDAP *connection, wchar_t *attribute,
                       wchar_t name[NAME_CHARS])
{
    wchar_t root[] = L"";
    char bytes[NAME_CHARS];
    ULONG byte_count = NAME_CHARS - 1;
    ULONG error = read_value(api, connection, root, attribute, bytes, &byte_count);
    int char_count = 0;

    if (error == LDAP_SUCCESS)
        char_count = MultiByteToWideChar(CP_UTF8, 0, bytes, (int)byte_count, name, NAME_CHARS - 1);
    name[char_count] = 0;
    return error;
}

static ULONG read_invocation_id(const struct ldap_api *api, LDAP *connection,
                                struct directory_object *object)
{
    wchar_t name_attribute[] = L"dsServiceName";
    wchar_t id_attribute[] = L"invocationId";
    wchar_t name[NAME_CHARS];
    GUID id;
    ULONG byte_count = sizeof(id);
    ULONG error = read_name(api, connection, name_attribute, name);

    if (error == LDAP_SUCCESS)
        error = read_value(api, connection, name, id_attribute, &id, &byte_count);
    if (error == LDAP_SUCCESS && byte_count == sizeof(id))
        StringFromGUID2(&id, object->invocation_id, INVOCATION_ID_CHARS);
    return error;
}

static int count_dsas(const struct ldap_api *api, LDAP *connection)
{
    wchar_t name_attribute[] = L"configurationNamingContext";
    wchar_t filter[] = L"(objectClass=nTDSDSA)";
    wchar_t attribute[] = L"cn";
    wchar_t name[NAME_CHARS];
    LDAPMessage *message = NULL;
    int count = -1;

    if (read_name(api, connection, name_attribute, name) == LDAP_SUCCESS &&
        search(api, connection, name, LDAP_SCOPE_SUBTREE, filter, attribute, &message) ==
            LDAP_SUCCESS)
        count = (int)api->count_entries(connection, message);
    if (message)
        api->free_message(message);
    return count > 0 ? count : -1;
}

static ULONG ask(const struct ldap_api *api, struct directory_object *object)
{
    struct l_timeval limit = {LIMIT_S, 0};
    wchar_t host[NAME_CHARS];
    DWORD host_chars = NAME_CHARS;
    LDAP *connection;
    ULONG error;

    if (!GetComputerNameExW(ComputerNameDnsFullyQualified, host, &host_chars))
        return LDAP_LOCAL_ERROR;
    connection = api->init(host, LDAP_PORT);
    if (!connection)
        return LDAP_SERVER_DOWN;
    error = api->connect(connection, &limit);
    if (error == LDAP_SUCCESS)
        error = api->bind(connection, NULL, NULL, LDAP_AUTH_NEGOTIATE);
    if (error == LDAP_SUCCESS)
        error = read_invocation_id(api, connection, object);
    if (error == LDAP_SUCCESS)
        object->dsa_count = count_dsas(api, connection);
    api->unbind(connection);
    return error;
}

void directory_object_read(struct directory_object *object)
{
    struct ldap_api api;

    *object = (struct directory_object){.dsa_count = -1};
    object->error = LDAP_NOT_SUPPORTED;
    if (!ldap_api_load(&api))
        return;
    object->error = ask(&api, object);
    ldap_api_unload(&api);
}
