/*
 * Requestors that die: what they made must go, and what they stopped must go on.
 *
 * The program starts itself as the requestor that is killed.
 */
#include "vssapi_requestor.h"
#include "start_process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>

#define READY_EVENT L"Global\\VssapiTest.Ready"
#define DEVICE_FILE TEST_FOLDER L"\\device.txt"

struct child
{
    HANDLE process;
    DWORD pid;
    HANDLE ready;
    wchar_t device[MAX_PATH]; /* empty for a child that has no shadow */
};

/* --- the child -----------------------------------------------------------------------------------
 */

static void say_ready(void)
{
    HANDLE ready = OpenEventW(EVENT_MODIFY_STATE, FALSE, READY_EVENT);

    SetEvent(ready);
    CloseHandle(ready);
}

/* Modes: "started" has a set, "made" a shadow, "frozen" is between freeze and thaw; "exit" is
 * "made" and then ends without releasing. The others wait to be killed. */
static int child_main(const char *mode)
{
    GUID snapshot = {0};
    wchar_t device[MAX_PATH] = L"";

    if (requestor_group_setup(NULL) != 0)
        return 1;
    if (strcmp(mode, "frozen") == 0) {
        IVssAsync *async = NULL;
        IVssBackupComponents *vss = requestor_prepared(&snapshot);

        requestor_set_fault(L"Copy=0,60000");
        IVssBackupComponents_DoSnapshotSet(vss, &async);
        Sleep(INFINITE); /* the parent sees the freeze */
    }
    if (strcmp(mode, "started") == 0) {
        IVssBackupComponents *vss = requestor_begin();

        IVssBackupComponents_StartSnapshotSet(vss, &snapshot);
    } else {
        requestor_snapshot(device);
        requestor_write_file(DEVICE_FILE, device, (DWORD)(wcslen(device) * sizeof(wchar_t)));
    }
    say_ready();
    if (strcmp(mode, "exit") == 0)
        ExitProcess(0);
    Sleep(INFINITE);
    return 0;
}

/* --- the parent ----------------------------------------------------------------------------------
 */

/* A group of cmocka around the child's assertions would report them as the parent's. */
static void child_start(struct child *child, const char *mode)
{
    wchar_t self[MAX_PATH];
    wchar_t command[2 * MAX_PATH];
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process = {0};

    memset(child, 0, sizeof(*child));
    child->ready = CreateEventW(NULL, TRUE, FALSE, READY_EVENT);
    GetModuleFileNameW(NULL, self, ARRAYSIZE(self));
    _snwprintf(command, ARRAYSIZE(command), L"\"%ls\" child %hs", self, mode);
    assert_true(start_process(NULL, command, FALSE, 0, &startup, &process));
    CloseHandle(process.hThread);
    child->process = process.hProcess;
    child->pid = process.dwProcessId;
}

static void child_wait_ready(struct child *child)
{
    HANDLE handles[] = {child->ready, child->process};
    int bytes;

    assert_int_equal(WaitForMultipleObjects(2, handles, FALSE, WAIT_LIMIT_MS), WAIT_OBJECT_0);
    bytes = requestor_read_file(DEVICE_FILE, child->device, sizeof(child->device) - 2);
    if (bytes > 0) {
        child->device[(size_t)bytes / sizeof(wchar_t)] = 0;
        DeleteFileW(DEVICE_FILE);
    }
}

static void child_kill(struct child *child)
{
    assert_true(TerminateProcess(child->process, 9));
    assert_int_equal(WaitForSingleObject(child->process, WAIT_LIMIT_MS), WAIT_OBJECT_0);
}

static void child_close(struct child *child)
{
    CloseHandle(child->process);
    CloseHandle(child->ready);
}

static void owner__is_killed__shadow_goes(void **state)
{
    struct child child;

    (void)state;
    child_start(&child, "made");
    child_wait_ready(&child);
    assert_int_not_equal(GetFileAttributesW(child.device), INVALID_FILE_ATTRIBUTES);
    child_kill(&child);
    assert_true(requestor_wait_gone(child.device));
    child_close(&child);
}

static void owner__exits_without_release__shadow_goes(void **state)
{
    struct child child;

    (void)state;
    child_start(&child, "exit");
    child_wait_ready(&child);
    assert_int_equal(WaitForSingleObject(child.process, WAIT_LIMIT_MS), WAIT_OBJECT_0);
    assert_true(requestor_wait_gone(child.device));
    child_close(&child);
}

static void owner__is_killed_with_a_set_begun__slot_is_free(void **state)
{
    struct child child;
    GUID set = {0};
    IVssBackupComponents *vss;

    (void)state;
    child_start(&child, "started");
    child_wait_ready(&child);
    vss = requestor_begin();
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), VSS_E_SNAPSHOT_SET_IN_PROGRESS);
    child_kill(&child);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    IVssBackupComponents_Release(vss);
    child_close(&child);
}

static void owner__is_killed_between_freeze_and_thaw__program_goes_on(void **state)
{
    struct child child;
    HANDLE freeze = CreateEventW(NULL, FALSE, FALSE, L"Global\\VssapiTest.Freeze");
    HANDLE frozen = CreateEventW(NULL, TRUE, FALSE, L"Global\\VssapiTest.Frozen");
    HANDLE thaw = CreateEventW(NULL, FALSE, FALSE, L"Global\\VssapiTest.Thaw");

    (void)state;
    child_start(&child, "frozen");
    assert_int_equal(WaitForSingleObject(freeze, WAIT_LIMIT_MS), WAIT_OBJECT_0);
    SetEvent(frozen);
    assert_int_equal(WaitForSingleObject(thaw, 0), WAIT_TIMEOUT);
    child_kill(&child);
    assert_int_equal(WaitForSingleObject(thaw, WAIT_LIMIT_MS), WAIT_OBJECT_0);
    child_close(&child);
    CloseHandle(freeze);
    CloseHandle(frozen);
    CloseHandle(thaw);
}

/* Ends the child's reaper, found as the rundll32 that it started. */
static bool kill_reaper(DWORD parent)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    bool killed = false;
    bool more;

    for (more = Process32FirstW(list, &entry); more; more = Process32NextW(list, &entry)) {
        HANDLE process;

        if (entry.th32ParentProcessID != parent || _wcsicmp(entry.szExeFile, L"rundll32.exe") != 0)
            continue;
        process = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, entry.th32ProcessID);
        killed = TerminateProcess(process, 9) &&
                 WaitForSingleObject(process, WAIT_LIMIT_MS) == WAIT_OBJECT_0;
        CloseHandle(process);
    }
    CloseHandle(list);
    return killed;
}

static void owner_and_reaper__are_killed__next_use_sweeps(void **state)
{
    struct child child;
    IVssBackupComponents *vss;

    (void)state;
    child_start(&child, "made");
    child_wait_ready(&child);
    assert_true(kill_reaper(child.pid));
    child_kill(&child);
    assert_int_not_equal(GetFileAttributesW(child.device), INVALID_FILE_ATTRIBUTES);
    vss = requestor_begin();
    assert_int_equal(GetFileAttributesW(child.device), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(vss);
    child_close(&child);
}

static void two_owners__one_is_killed__the_other_keeps_its_shadow(void **state)
{
    struct child child;
    wchar_t device[MAX_PATH];
    IVssBackupComponents *vss = requestor_snapshot(device);

    (void)state;
    child_start(&child, "made");
    child_wait_ready(&child);
    child_kill(&child);
    assert_true(requestor_wait_gone(child.device));
    assert_int_not_equal(GetFileAttributesW(device), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(vss);
    child_close(&child);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(owner__is_killed__shadow_goes, requestor_test_setup),
        cmocka_unit_test_setup(owner__exits_without_release__shadow_goes, requestor_test_setup),
        cmocka_unit_test_setup(owner__is_killed_with_a_set_begun__slot_is_free,
                               requestor_test_setup),
        cmocka_unit_test_setup(owner__is_killed_between_freeze_and_thaw__program_goes_on,
                               requestor_test_setup),
        cmocka_unit_test_setup(owner_and_reaper__are_killed__next_use_sweeps, requestor_test_setup),
        cmocka_unit_test_setup(two_owners__one_is_killed__the_other_keeps_its_shadow,
                               requestor_test_setup),
    };

    if (argc == 3 && strcmp(argv[1], "child") == 0)
        return child_main(argv[2]);
    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
