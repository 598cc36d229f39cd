/*
 * tombstone.c - reads tombstoneLifetime of CN=Directory Service by LDAP, with a limit on the whole.
 *
 * Binding and searching have no limit of their own that covers everything, so a thread does it, and
 * is left behind when it is late. Source: MS-ADTS (minimum 2 days), Microsoft Learn (LDAP).
 */
#include "tombstone.h"

#include "tombstone_ldap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>

#define LIMIT_MS     5000u
#define LDAP_LIMIT_S 2 /* so that a name that does not answer leaves time for the other */
#define HOST_CHARS   256u
#define DAYS_LEAST   2u
#define DAYS_MOST    3650u

/* Shared by the caller and the thread; the last of the two frees it. */
struct query
{
    LONG references;
    HANDLE done;
    HMODULE own_module; /* keeps this DLL loaded for the thread */
    tombstone_question ask;
    uint32_t days;
};

/* A copy, as a text; NULL: it is not one, or out of memory. */
static wchar_t *copy_text(const struct berval *value)
{
    wchar_t *text = calloc((size_t)value->bv_len + 1, sizeof(*text));

    /* Never more characters than bytes. */
    if (text && value->bv_len)
        MultiByteToWideChar(CP_UTF8, 0, value->bv_val, (int)value->bv_len, text,
                            (int)value->bv_len);
    return text;
}

/* The first value of one attribute of one object, in new memory; NULL where it cannot be had. */
static wchar_t *read_value(const struct ldap_api *api, LDAP *connection, wchar_t *object,
                           wchar_t *attribute)
{
    struct l_timeval limit = {LDAP_LIMIT_S, 0};
    wchar_t *attributes[] = {attribute, NULL};
    wchar_t any[] = L"(objectClass=*)";
    LDAPMessage *message = NULL;
    LDAPMessage *entry;
    struct berval **values = NULL;
    wchar_t *value = NULL;

    if (api->search(connection, object, LDAP_SCOPE_BASE, any, attributes, 0, NULL, NULL, &limit, 1,
                    &message) == LDAP_SUCCESS) {
        entry = api->first_entry(connection, message);
        if (entry)
            values = api->get_values(connection, entry, attribute);
        if (values && values[0])
            value = copy_text(values[0]);
        if (values)
            api->free_values(values);
    }
    if (message)
        api->free_message(message);
    return value;
}

static uint32_t read_days(const struct ldap_api *api, LDAP *connection)
{
    static const wchar_t service[] = L"CN=Directory Service,CN=Windows NT,CN=Services,";
    wchar_t root[] = L"";
    wchar_t context_attribute[] = L"configurationNamingContext";
    wchar_t lifetime_attribute[] = L"tombstoneLifetime";
    wchar_t *context = read_value(api, connection, root, context_attribute);
    wchar_t *object = NULL;
    wchar_t *value = NULL;
    unsigned long days = 0;

    if (context)
        object = malloc(sizeof(service) + wcslen(context) * sizeof(*context));
    if (object) {
        wcscpy(object, service);
        wcscat(object, context);
        value = read_value(api, connection, object, lifetime_attribute);
    }
    if (value)
        days = wcstoul(value, NULL, 10);
    free(value);
    free(object);
    free(context);
    return days >= DAYS_LEAST && days <= DAYS_MOST ? (uint32_t)days : 0;
}

static uint32_t ask_host(const struct ldap_api *api, wchar_t *host)
{
    struct l_timeval limit = {LDAP_LIMIT_S, 0};
    LDAP *connection = api->init(host, LDAP_PORT);
    uint32_t days = 0;

    if (!connection)
        return 0;
    if (api->connect(connection, &limit) == LDAP_SUCCESS &&
        api->bind(connection, NULL, NULL, LDAP_AUTH_NEGOTIATE) == LDAP_SUCCESS)
        days = read_days(api, connection);
    api->unbind(connection);
    return days;
}

/* Kerberos knows this computer by its own name; "localhost" can fail where NTLM is off. */
uint32_t tombstone_ask(const struct ldap_api *api)
{
    wchar_t host[HOST_CHARS];
    DWORD chars = HOST_CHARS;
    wchar_t fallback[] = L"localhost";
    uint32_t days = 0;

    if (GetComputerNameExW(ComputerNameDnsFullyQualified, host, &chars) && host[0])
        days = ask_host(api, host);
    return days ? days : ask_host(api, fallback);
}

static uint32_t ask_directory(void)
{
    struct ldap_api api;
    uint32_t days;

    if (!ldap_api_load(&api))
        return 0;
    days = tombstone_ask(&api);
    ldap_api_unload(&api);
    return days;
}

static void release(struct query *query)
{
    if (InterlockedDecrement(&query->references) == 0) {
        CloseHandle(query->done);
        free(query);
    }
}

static DWORD WINAPI query_thread(void *parameter)
{
    struct query *query = parameter;
    HMODULE own_module = query->own_module;

    query->days = query->ask();
    SetEvent(query->done);
    release(query);
    FreeLibraryAndExitThread(own_module, 0);
}

static bool start(struct query *query)
{
    HANDLE thread;

    if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                            (const wchar_t *)(void *)query_thread, &query->own_module))
        return false;
    query->references = 2;
    thread = CreateThread(NULL, 0, query_thread, query, 0, NULL);
    if (!thread) {
        FreeLibrary(query->own_module);
        query->references = 1;
        return false;
    }
    CloseHandle(thread);
    return true;
}

uint32_t tombstone_ask_within(tombstone_question ask, DWORD limit_ms)
{
    struct query *query = calloc(1, sizeof(*query));
    uint32_t days = 0;

    if (!query)
        return 0;
    query->references = 1;
    query->ask = ask;
    query->done = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!query->done) {
        free(query);
        return 0;
    }
    if (start(query) && WaitForSingleObject(query->done, limit_ms) == WAIT_OBJECT_0)
        days = query->days;
    release(query);
    return days;
}

uint32_t tombstone_lifetime_days(void)
{
    return tombstone_ask_within(ask_directory, LIMIT_MS);
}
