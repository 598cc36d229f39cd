/*
 * test_tombstone.c - whom the tombstone lifetime is asked of, with functions in place of those of
 * wldap32.dll, whose Wine cannot sign in anywhere.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <cmocka.h>

#include "token/tombstone_ldap.h"

static wchar_t asked[1024];    /* " host" for each */
static wchar_t object[256];    /* of the last search */
static const wchar_t *refuses; /* this host does not accept a connection */
static const wchar_t *lifetime;
static const wchar_t *host;

static LDAP *CDECL fake_init(const PWCHAR name, ULONG port)
{
    static LDAP connection;

    assert_int_equal(port, 389);
    wcscat(asked, L" ");
    wcscat(asked, name);
    host = wcscmp(name, L"localhost") == 0 ? L"localhost" : L"fqdn";
    return &connection;
}

static ULONG CDECL fake_connect(LDAP *connection, struct l_timeval *limit)
{
    (void)connection;
    assert_in_range(limit->tv_sec, 1, 2);
    return refuses && wcscmp(refuses, host) == 0 ? LDAP_SERVER_DOWN : LDAP_SUCCESS;
}

static ULONG CDECL fake_bind(LDAP *connection, PWCHAR name, PWCHAR credentials, ULONG method)
{
    (void)connection;
    assert_null(name);
    assert_null(credentials);
    assert_int_equal(method, LDAP_AUTH_NEGOTIATE);
    return LDAP_SUCCESS;
}

static ULONG CDECL fake_search(LDAP *connection, const PWCHAR base, ULONG scope,
                               const PWCHAR filter, PWCHAR attributes[], ULONG types_only,
                               PLDAPControlW *server, PLDAPControlW *client,
                               struct l_timeval *limit, ULONG size, LDAPMessage **message)
{
    static LDAPMessage found;

    (void)connection;
    (void)filter;
    assert_int_equal(scope, LDAP_SCOPE_BASE);
    assert_int_equal(
        wcscmp(attributes[0], base[0] ? L"tombstoneLifetime" : L"configurationNamingContext"), 0);
    assert_null(attributes[1]);
    (void)types_only;
    (void)server;
    (void)client;
    (void)limit;
    (void)size;
    wcscpy(object, base);
    *message = &found;
    return LDAP_SUCCESS;
}

static LDAPMessage *CDECL fake_first_entry(LDAP *connection, LDAPMessage *message)
{
    (void)connection;
    return message;
}

static struct berval **CDECL fake_get_values(LDAP *connection, LDAPMessage *entry,
                                             const PWCHAR attribute)
{
    static char text[64];
    static struct berval value = {.bv_val = text};
    static struct berval *values[] = {&value, NULL};
    const bool is_lifetime = wcscmp(attribute, L"tombstoneLifetime") == 0;

    (void)connection;
    (void)entry;
    if (is_lifetime && !lifetime)
        return NULL;
    /* Not terminated. */
    value.bv_len = (ULONG)snprintf(text, sizeof(text), "%ls#",
                                   is_lifetime ? lifetime : L"CN=Configuration,DC=lab") -
                   1;
    return values;
}

static ULONG CDECL fake_free_values(struct berval **values)
{
    (void)values;
    return LDAP_SUCCESS;
}

static ULONG CDECL fake_free_message(LDAPMessage *message)
{
    (void)message;
    return LDAP_SUCCESS;
}

static ULONG CDECL fake_unbind(LDAP *connection)
{
    (void)connection;
    return LDAP_SUCCESS;
}

static const struct ldap_api api = {.init = fake_init,
                                    .connect = fake_connect,
                                    .bind = fake_bind,
                                    .search = fake_search,
                                    .first_entry = fake_first_entry,
                                    .get_values = fake_get_values,
                                    .free_values = fake_free_values,
                                    .free_message = fake_free_message,
                                    .unbind = fake_unbind};

static uint32_t ask(const wchar_t *not_this_host, const wchar_t *days)
{
    asked[0] = 0;
    refuses = not_this_host;
    lifetime = days;
    return tombstone_ask(&api);
}

/* " name" of this computer, as DNS has it. */
static const wchar_t *own_name(void)
{
    static wchar_t name[256] = L" ";
    DWORD chars = ARRAYSIZE(name) - 1;

    assert_true(GetComputerNameExW(ComputerNameDnsFullyQualified, name + 1, &chars));
    return name;
}

static void lifetime__own_name_answers__is_asked_there_only(void **state)
{
    (void)state;
    assert_int_equal(ask(NULL, L"180"), 180);
    assert_int_equal(wcscmp(asked, own_name()), 0);
    assert_int_equal(wcscmp(object, L"CN=Directory Service,CN=Windows NT,CN=Services,"
                                    L"CN=Configuration,DC=lab"),
                     0);
}

static void lifetime__own_name_does_not_answer__is_asked_at_localhost(void **state)
{
    wchar_t both[512];

    (void)state;
    wcscpy(both, own_name());
    wcscat(both, L" localhost");
    assert_int_equal(ask(L"fqdn", L"90"), 90);
    assert_int_equal(wcscmp(asked, both), 0);
}

static void lifetime__nobody_says_it_or_it_is_none__is_zero(void **state)
{
    (void)state;
    assert_int_equal(ask(NULL, NULL), 0);
    assert_int_equal(ask(NULL, L"1"), 0);
    assert_int_equal(ask(NULL, L"3651"), 0);
    assert_int_equal(ask(NULL, L"x"), 0);
    assert_int_equal(ask(NULL, L"2"), 2);
}

static HANDLE released, done;

static uint32_t answer(void)
{
    return 60;
}

static uint32_t answer_when_released(void)
{
    WaitForSingleObject(released, INFINITE);
    SetEvent(done);
    return 60;
}

static void lifetime__no_answer_in_time__is_zero_and_the_thread_goes_on(void **state)
{
    (void)state;
    released = CreateEventW(NULL, TRUE, FALSE, NULL);
    done = CreateEventW(NULL, TRUE, FALSE, NULL);
    assert_int_equal(tombstone_ask_within(answer, INFINITE), 60);
    assert_int_equal(tombstone_ask_within(answer_when_released, 1), 0);
    assert_true(SetEvent(released));
    assert_int_equal(WaitForSingleObject(done, INFINITE), WAIT_OBJECT_0);
    CloseHandle(released);
    CloseHandle(done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lifetime__own_name_answers__is_asked_there_only),
        cmocka_unit_test(lifetime__own_name_does_not_answer__is_asked_at_localhost),
        cmocka_unit_test(lifetime__nobody_says_it_or_it_is_none__is_zero),
        cmocka_unit_test(lifetime__no_answer_in_time__is_zero_and_the_thread_goes_on),
    };

    return cmocka_run_group_tests_name("tombstone", tests, NULL, NULL);
}
