/*
 * proof_ldap.c - LDAP on this computer.
 */
#include "proof_ldap.h"

#include "common/format.h"
#include "common/system_library.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_S    10
#define NAME_CHARS 1024u
#define TEXT_BYTES 64u
#define BACK_MOST  10000 /* changes: what is older says nothing of a backup of now */

/* Version 3, and no other computer is asked for what this one does not have. */
static void set_options(struct proof_ldap *ldap)
{
    __typeof__(&ldap_set_optionW) set;
    const struct system_function function = {"ldap_set_optionW", &set};
    ULONG version = LDAP_VERSION3;
    void *off = LDAP_OPT_OFF;

    if (system_library_find(ldap->api.module, &function, 1)) {
        set(ldap->connection, LDAP_OPT_PROTOCOL_VERSION, &version);
        set(ldap->connection, LDAP_OPT_REFERRALS, &off);
    }
}

bool proof_ldap_open(struct proof_ldap *ldap, unsigned int port)
{
    struct l_timeval limit = {LIMIT_S, 0};
    wchar_t host[] = L"localhost";

    memset(ldap, 0, sizeof(*ldap));
    ldap->error = LDAP_NOT_SUPPORTED;
    if (!ldap_api_load(&ldap->api))
        return false;
    ldap->connection = ldap->api.init(host, port);
    if (!ldap->connection) {
        ldap->error = LDAP_SERVER_DOWN;
        return false;
    }
    set_options(ldap);
    ldap->error = ldap->api.connect(ldap->connection, &limit);
    if (ldap->error == LDAP_SUCCESS)
        ldap->error = ldap->api.bind(ldap->connection, NULL, NULL, LDAP_AUTH_NEGOTIATE);
    return ldap->error == LDAP_SUCCESS;
}

void proof_ldap_close(struct proof_ldap *ldap)
{
    if (ldap->connection)
        ldap->api.unbind(ldap->connection);
    ldap->connection = NULL;
    ldap_api_unload(&ldap->api);
}

/* At most one object. NULL: there is none, or error says why. */
static LDAPMessage *search(struct proof_ldap *ldap, const wchar_t *base, ULONG scope,
                           const wchar_t *filter, const wchar_t *attribute,
                           const wchar_t *other_attribute)
{
    struct l_timeval limit = {LIMIT_S, 0};
    wchar_t *attributes[] = {(wchar_t *)attribute, (wchar_t *)other_attribute, NULL};
    LDAPMessage *message = NULL;

    ldap->error = ldap->api.search(ldap->connection, (wchar_t *)base, scope, (wchar_t *)filter,
                                   attributes, 0, NULL, NULL, &limit, 1, &message);
    /* There are more, or another partition below, which is not asked. */
    if (ldap->error == LDAP_SIZELIMIT_EXCEEDED || ldap->error == LDAP_REFERRAL_V2)
        ldap->error = LDAP_SUCCESS;
    if (message &&
        (ldap->error != LDAP_SUCCESS || !ldap->api.first_entry(ldap->connection, message))) {
        ldap->api.free_message(message);
        message = NULL;
    }
    return message;
}

/* The first value of an attribute. Returns how many bytes it has; 0: there is none that fits. */
static size_t take(struct proof_ldap *ldap, LDAPMessage *message, const wchar_t *attribute,
                   void *value, size_t value_bytes)
{
    LDAPMessage *entry = ldap->api.first_entry(ldap->connection, message);
    struct berval **values = ldap->api.get_values(ldap->connection, entry, (wchar_t *)attribute);
    size_t byte_count = 0;

    if (values && values[0] && values[0]->bv_len <= value_bytes) {
        byte_count = values[0]->bv_len;
        memcpy(value, values[0]->bv_val, byte_count);
    }
    if (values)
        ldap->api.free_values(values);
    return byte_count;
}

/* -1: there is none. */
static int64_t take_number(struct proof_ldap *ldap, LDAPMessage *message, const wchar_t *attribute)
{
    char text[TEXT_BYTES];
    size_t byte_count = take(ldap, message, attribute, text, TEXT_BYTES - 1);

    text[byte_count] = 0;
    return byte_count ? strtoll(text, NULL, 10) : -1;
}

static bool read_root(struct proof_ldap *ldap, const wchar_t *attribute, char value[NAME_CHARS])
{
    LDAPMessage *message = search(ldap, L"", LDAP_SCOPE_BASE, L"(objectClass=*)", attribute, NULL);
    size_t byte_count = 0;

    if (message) {
        byte_count = take(ldap, message, attribute, value, NAME_CHARS - 1);
        ldap->api.free_message(message);
    }
    value[byte_count] = 0;
    return byte_count > 0;
}

/* The domain, or what every instance of AD LDS has. */
static bool read_partition(struct proof_ldap *ldap, wchar_t name[NAME_CHARS])
{
    char value[NAME_CHARS];

    return (read_root(ldap, L"defaultNamingContext", value) ||
            read_root(ldap, L"configurationNamingContext", value)) &&
           MultiByteToWideChar(CP_UTF8, 0, value, -1, name, NAME_CHARS);
}

bool proof_ldap_newest(struct proof_ldap *ldap, struct proof_object *object)
{
    wchar_t partition[NAME_CHARS], filter[60];
    char highest[NAME_CHARS];
    LDAPMessage *message = NULL;
    int64_t last, back;
    bool found = false;

    if (!read_partition(ldap, partition) || !read_root(ldap, L"highestCommittedUSN", highest))
        return false;
    last = strtoll(highest, NULL, 10);
    for (back = 10; !message && ldap->error == LDAP_SUCCESS && back <= BACK_MOST; back *= 10) {
        format_text(filter, ARRAYSIZE(filter), L"(uSNChanged>=%lld)",
                    last > back ? last - back : 1);
        message = search(ldap, partition, LDAP_SCOPE_SUBTREE, filter, L"objectGUID", L"uSNChanged");
        if (back > last)
            break;
    }
    if (message) {
        object->usn = take_number(ldap, message, L"uSNChanged");
        found = object->usn >= 0 && take(ldap, message, L"objectGUID", object->guid,
                                         PROOF_LDAP_GUID_BYTES) == PROOF_LDAP_GUID_BYTES;
        ldap->api.free_message(message);
    }
    return found;
}

bool proof_ldap_find(struct proof_ldap *ldap, const uint8_t guid[PROOF_LDAP_GUID_BYTES],
                     int64_t *usn)
{
    wchar_t name[50];
    LDAPMessage *message;
    GUID id;

    memcpy(&id, guid, sizeof(id));
    format_text(name, ARRAYSIZE(name), L"<GUID=%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x>",
                (unsigned long)id.Data1, id.Data2, id.Data3, id.Data4[0], id.Data4[1], id.Data4[2],
                id.Data4[3], id.Data4[4], id.Data4[5], id.Data4[6], id.Data4[7]);
    message = search(ldap, name, LDAP_SCOPE_BASE, L"(objectClass=*)", L"uSNChanged", NULL);
    *usn = message ? take_number(ldap, message, L"uSNChanged") : -1;
    if (message)
        ldap->api.free_message(message);
    return *usn >= 0;
}

bool proof_ldap_add(struct proof_ldap *ldap, const wchar_t *name)
{
    wchar_t class_name[] = L"container", class_attribute[] = L"objectClass";
    wchar_t *class_values[] = {class_name, NULL};
    LDAPModW class_of = {.mod_op = LDAP_MOD_ADD, .mod_type = class_attribute};
    LDAPModW *attributes[] = {&class_of, NULL};
    __typeof__(&ldap_add_sW) add;
    const struct system_function function = {"ldap_add_sW", &add};

    class_of.mod_vals.modv_strvals = class_values;
    ldap->error = LDAP_NOT_SUPPORTED;
    if (system_library_find(ldap->api.module, &function, 1))
        ldap->error = add(ldap->connection, (wchar_t *)name, attributes);
    return ldap->error == LDAP_SUCCESS;
}

int proof_ldap_has(struct proof_ldap *ldap, const wchar_t *name)
{
    LDAPMessage *message =
        search(ldap, name, LDAP_SCOPE_BASE, L"(objectClass=*)", L"objectGUID", NULL);

    if (message)
        ldap->api.free_message(message);
    return message ? 1 : ldap->error == LDAP_NO_SUCH_OBJECT || ldap->error == LDAP_SUCCESS ? 0 : -1;
}
