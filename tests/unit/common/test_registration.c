/*
 * test_registration.c - whether a directory runs, also in Directory Services Restore Mode, which is
 * that of Active Directory alone. A service of Windows plays an AD LDS instance.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "common/registration.h"

#define RUNNING  L"RpcSs"
#define NOWHERE  L"ADAM_nowhere"
#define SAFEBOOT L"SYSTEM\\CurrentControlSet\\Control\\SafeBoot\\Option"

static void register_directory(const wchar_t *service)
{
    static const wchar_t database[] = L"C:\\adamntds.dit";
    wchar_t key[256];

    _snwprintf(key, ARRAYSIZE(key), REGISTRATION_SERVICES L"%ls\\Parameters", service);
    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, key,
                                     registration_value(DIRECTORY_DATABASE_FILE), REG_SZ, database,
                                     sizeof(database)),
                     ERROR_SUCCESS);
}

static void start_service(void)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = OpenServiceW(manager, RUNNING, SERVICE_START | SERVICE_QUERY_STATUS);
    SERVICE_STATUS status = {0};

    assert_non_null(service);
    StartServiceW(service, 0, NULL); /* or it runs */
    while (status.dwCurrentState != SERVICE_RUNNING) {
        assert_true(QueryServiceStatus(service, &status));
        assert_int_not_equal(status.dwCurrentState, SERVICE_STOPPED);
    }
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
}

static int setup(void **state)
{
    HKEY key;

    (void)state;
    register_directory(RUNNING);
    register_directory(NOWHERE);
    register_directory(REGISTRATION_NTDS);
    RegSetKeyValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Control\\ProductOptions",
                    L"ProductType", REG_SZ, L"LanmanNT", sizeof(L"LanmanNT"));
    assert_int_equal(RegCreateKeyW(HKEY_LOCAL_MACHINE, SAFEBOOT, &key), ERROR_SUCCESS);
    RegCloseKey(key);
    assert_true(SetEnvironmentVariableW(L"SAFEBOOT_OPTION", L"DSREPAIR"));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    SetEnvironmentVariableW(L"SAFEBOOT_OPTION", NULL);
    RegDeleteKeyW(HKEY_LOCAL_MACHINE, SAFEBOOT);
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, REGISTRATION_SERVICES NOWHERE);
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, REGISTRATION_SERVICES REGISTRATION_NTDS);
    return 0;
}

static enum ntdsvss_state state_of(const wchar_t *service)
{
    enum ntdsvss_state state;

    assert_int_equal(registration_state(service, &state), ERROR_SUCCESS);
    return state;
}

static void restore_mode__of_this_computer__is_seen(void **state)
{
    (void)state;
    assert_true(registration_is_restore_mode());
}

static void restore_mode__instance_that_runs__is_online(void **state)
{
    (void)state;
    start_service();
    assert_int_equal(state_of(RUNNING), NTDSVSS_STATE_ONLINE);
}

static void restore_mode__ntds__is_offline(void **state)
{
    (void)state;
    assert_int_equal(state_of(REGISTRATION_NTDS), NTDSVSS_STATE_OFFLINE);
}

static void instance__without_a_service__is_offline(void **state)
{
    (void)state;
    assert_int_equal(state_of(NOWHERE), NTDSVSS_STATE_OFFLINE);
}

static void instance__not_registered__is_absent(void **state)
{
    (void)state;
    assert_int_equal(state_of(L"ADAM_other"), NTDSVSS_STATE_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restore_mode__of_this_computer__is_seen),
        cmocka_unit_test(restore_mode__instance_that_runs__is_online),
        cmocka_unit_test(restore_mode__ntds__is_offline),
        cmocka_unit_test(instance__without_a_service__is_offline),
        cmocka_unit_test(instance__not_registered__is_absent),
    };

    return cmocka_run_group_tests_name("registration", tests, setup, teardown);
}
