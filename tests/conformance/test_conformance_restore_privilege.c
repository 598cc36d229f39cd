/* DsRestorePrepare wants SE_RESTORE_NAME held, enabled or not, by an administrator. A program of
 * its own, because a removed privilege never comes back.
 *
 * With an argument it is the program of an account that is no administrator: its exit code is what
 * DsRestorePrepare returns. */
#include "filtered_token.h"
#include "restore_set.h"

#include <wchar.h>

static int stop(void **state)
{
    (void)state;
    directory_stop();
    return 0;
}

static int start(void **state)
{
    (void)state;
    directory_start();
    return 0;
}

static void prepare__privilege_held_but_disabled__succeeds(void **state)
{
    HBC hbc = POISON_POINTER;

    (void)state;
    set_privilege(SE_RESTORE_NAME, 0);
    assert_result("prepare", DsRestorePrepareW(NULL, 0, NULL, 0, &hbc), S_OK);
    assert_result("end", DsRestoreEnd(hbc), S_OK);
}

static void prepare__privilege_not_held__returns_access_denied(void **state)
{
    HBC hbc = POISON_POINTER;

    (void)state;
    set_privilege(SE_RESTORE_NAME, SE_PRIVILEGE_REMOVED);
    assert_result("W", DsRestorePrepareW(NULL, 0, NULL, 0, &hbc), ERROR_ACCESS_DENIED);
    assert_null(hbc);
    hbc = POISON_POINTER;
    assert_result("A", DsRestorePrepareA(NULL, 0, NULL, 0, &hbc), ERROR_ACCESS_DENIED);
    assert_null(hbc);
    /* The name is looked at first, the directory's state last. */
    assert_result("another machine", DsRestorePrepareW(L"otherdc", 0, NULL, 0, &hbc),
                  RPC_S_INVALID_BINDING);
    directory_start();
    assert_result("online", DsRestorePrepareW(NULL, 0, NULL, 0, &hbc), ERROR_ACCESS_DENIED);
    directory_stop();
}

/* A Backup Operator may have the privilege, too. */
static void prepare__privilege_held_by_no_administrator__returns_access_denied(void **state)
{
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION created;
    HANDLE filtered = filtered_token();
    wchar_t path[MAX_PATH], line[MAX_PATH + 16];
    DWORD code = POISON_DWORD;

    (void)state;
    assert_in_range(GetModuleFileNameW(NULL, path, MAX_PATH), 1, MAX_PATH - 1);
    _snwprintf(line, MAX_PATH + 16, L"\"%ls\" prepare", path);
    assert_true(CreateProcessAsUserW(filtered, path, line, NULL, NULL, FALSE, 0, NULL, NULL,
                                     &startup, &created));
    assert_int_equal(WaitForSingleObject(created.hProcess, INFINITE), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(created.hProcess, &code));
    assert_result("no administrator", (HRESULT)code, ERROR_ACCESS_DENIED);
    CloseHandle(created.hThread);
    CloseHandle(created.hProcess);
    CloseHandle(filtered);
}

static int prepare_only(void)
{
    HBC hbc = NULL;

    return (int)DsRestorePrepareW(NULL, 0, NULL, 0, &hbc);
}

int main(int argc, char **argv)
{
    /* In this order. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prepare__privilege_held_but_disabled__succeeds),
        cmocka_unit_test(prepare__privilege_held_by_no_administrator__returns_access_denied),
        cmocka_unit_test(prepare__privilege_not_held__returns_access_denied),
    };

    (void)argv;
    return argc > 1 ? prepare_only() : cmocka_run_group_tests(tests, stop, start);
}
