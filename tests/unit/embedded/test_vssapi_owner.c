/*
 * test_vssapi_owner.c - requestors that die: what they made is removed, and what they stopped goes
 * on.
 *
 * The program starts itself as the requestor that is killed.
 */
#include "vssapi_requestor.h"

#include <windows.h>
#include <aclapi.h>
#include <string.h>
#include <tlhelp32.h>
#include <stdio.h>
#include <wchar.h>

#define READY_EVENT  L"Global\\VssapiTest.Ready"
#define MACHINE_LOCK L"Global\\VSSAPI.Embedded"
#define DEVICE_FILE  TEST_FOLDER L"\\device.txt"
#define RUNDLL32     L"C:\\windows\\system32\\rundll32.exe"

struct child
{
    HANDLE process;
    HANDLE ready;
    wchar_t device[MAX_PATH]; /* empty if it has no shadow */
};

/* --- the child ------------------------------------------------------------------------------- */

static void say_ready(void)
{
    HANDLE ready = OpenEventW(EVENT_MODIFY_STATE, FALSE, READY_EVENT);

    SetEvent(ready);
    CloseHandle(ready);
}

/*
 * Modes: "started" has a set, "made" a shadow, "frozen" is between freeze and thaw; "exit" is
 * "made" and then ends without releasing; "locked" has the machine's lock. The others wait to be
 * killed.
 */
static int child_main(const char *mode)
{
    GUID snapshot = {0};
    wchar_t device[MAX_PATH] = L"";
    IVssAsync *async = NULL;
    IVssBackupComponents *vss;

    if (requestor_group_setup(NULL) != 0)
        return 1;
    if (strcmp(mode, "frozen") == 0) {
        vss = requestor_prepared(&snapshot);
        requestor_set_fault(L"Copy=0,60000");
        IVssBackupComponents_DoSnapshotSet(vss, &async);
        Sleep(INFINITE); /* the parent sees the freeze */
    }
    if (strcmp(mode, "locked") == 0) {
        WaitForSingleObject(CreateMutexW(NULL, FALSE, MACHINE_LOCK), WAIT_LIMIT_MS);
    } else if (strcmp(mode, "started") == 0) {
        vss = requestor_begin();
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

/* --- the parent ------------------------------------------------------------------------------ */

/* cmocka's group must not run around the child's assertions: they would count as the parent's. */
static void child_start(struct child *child, const char *mode)
{
    memset(child, 0, sizeof(*child));
    child->ready = CreateEventW(NULL, TRUE, FALSE, READY_EVENT);
    ResetEvent(child->ready); /* another child may have set it */
    child->process = requestor_start_child(mode);
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

static void child_start_and_wait(struct child *child, const char *mode)
{
    child_start(child, mode);
    child_wait_ready(child);
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
    child_start_and_wait(&child, "made");
    assert_int_not_equal(GetFileAttributesW(child.device), INVALID_FILE_ATTRIBUTES);
    child_kill(&child);
    assert_true(requestor_wait_gone(child.device));
    child_close(&child);
}

static void owner__exits_without_release__shadow_goes(void **state)
{
    struct child child;

    (void)state;
    child_start_and_wait(&child, "exit");
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
    child_start_and_wait(&child, "started");
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
    struct requestor_events events;

    (void)state;
    requestor_events_open(&events, TEST_FREEZE_BASE);
    child_start(&child, "frozen");
    assert_int_equal(WaitForSingleObject(events.freeze, WAIT_LIMIT_MS), WAIT_OBJECT_0);
    SetEvent(events.frozen);
    assert_int_equal(WaitForSingleObject(events.thaw, 0), WAIT_TIMEOUT);
    child_kill(&child);
    assert_int_equal(WaitForSingleObject(events.thaw, WAIT_LIMIT_MS), WAIT_OBJECT_0);
    child_close(&child);
    requestor_events_close(&events);
}

/* Kills the child's reaper, found as the rundll32 that it started. */
static bool kill_reaper(const struct child *child)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    bool killed = false;
    HANDLE process;
    bool more;

    for (more = Process32FirstW(list, &entry); more; more = Process32NextW(list, &entry)) {
        if (entry.th32ParentProcessID != GetProcessId(child->process) ||
            _wcsicmp(entry.szExeFile, L"rundll32.exe") != 0)
            continue;
        process = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, entry.th32ProcessID);
        killed = TerminateProcess(process, 9) &&
                 WaitForSingleObject(process, WAIT_LIMIT_MS) == WAIT_OBJECT_0;
        CloseHandle(process);
    }
    CloseHandle(list);
    return killed;
}

/* A new session removes the shadows of dead processes. */
static void sweep(void)
{
    IVssBackupComponents *vss = requestor_begin();

    IVssBackupComponents_Release(vss);
}

static void owner_and_reaper__are_killed__next_use_sweeps(void **state)
{
    struct child child;

    (void)state;
    child_start_and_wait(&child, "made");
    assert_true(kill_reaper(&child));
    child_kill(&child);
    assert_int_not_equal(GetFileAttributesW(child.device), INVALID_FILE_ATTRIBUTES);
    sweep();
    assert_int_equal(GetFileAttributesW(child.device), INVALID_FILE_ATTRIBUTES);
    child_close(&child);
}

/* The deletion of a large copy takes minutes: nobody else may need the lock for as long. */
static void owner_and_reaper__are_killed__next_use_sweeps_without_the_lock(void **state)
{
    struct child child, locked;

    (void)state;
    child_start_and_wait(&child, "made");
    assert_true(kill_reaper(&child));
    child_kill(&child);
    child_start_and_wait(&locked, "locked");
    sweep();
    child_kill(&locked); /* first of all: whatever this finds, the other tests need the lock */
    assert_int_equal(GetFileAttributesW(child.device), INVALID_FILE_ATTRIBUTES);
    child_close(&locked);
    child_close(&child);
}

static void owner__is_killed_with_the_lock__other_processes_get_it(void **state)
{
    HANDLE lock = CreateMutexW(NULL, FALSE, MACHINE_LOCK); /* without a handle it would be new */
    struct child locked, child;
    GUID set = {0};
    IVssBackupComponents *vss;

    (void)state;
    child_start_and_wait(&locked, "locked");
    child_kill(&locked);
    child_start_and_wait(&child, "started");
    vss = requestor_begin();
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), VSS_E_SNAPSHOT_SET_IN_PROGRESS);
    child_kill(&child);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    IVssBackupComponents_Release(vss);
    child_close(&child);
    child_close(&locked);
    CloseHandle(lock);
}

/* The record of the only shadow; its text, terminated. */
static void read_record(wchar_t path[MAX_PATH], char text[4096])
{
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(L"C:\\System Volume Information\\*.shadow", &found);
    int bytes;

    assert_ptr_not_equal(search, INVALID_HANDLE_VALUE);
    FindClose(search);
    _snwprintf(path, MAX_PATH, L"C:\\System Volume Information\\%ls", found.cFileName);
    bytes = requestor_read_file(path, text, 4095);
    assert_in_range(bytes, 1, 4095);
    text[bytes] = 0;
}

/* A prefix that was copied with its files has them, too: the original may be in use. */
static void owner_and_reaper__are_killed__shadow_of_another_prefix_stays(void **state)
{
    static char text[4096], other[4096];
    wchar_t path[MAX_PATH];
    struct child child;
    char *prefix;

    (void)state;
    child_start_and_wait(&child, "made");
    assert_true(kill_reaper(&child));
    child_kill(&child);
    read_record(path, text);
    prefix = strstr(text, "prefix=");
    assert_non_null(prefix);
    _snprintf(other, sizeof(other), "%.*s/elsewhere%s", (int)(prefix + 7 - text), text, prefix + 7);
    requestor_write_file(path, other, (DWORD)strlen(other));
    sweep();
    assert_int_not_equal(GetFileAttributesW(child.device), INVALID_FILE_ATTRIBUTES);
    requestor_write_file(path, text, (DWORD)strlen(text));
    sweep();
    assert_int_equal(GetFileAttributesW(child.device), INVALID_FILE_ATTRIBUTES);
    child_close(&child);
}

/* Who takes the slot of a dead process lets go on what that has stopped. */
static void owner_and_reaper__are_killed_between_freeze_and_thaw__next_set_thaws(void **state)
{
    struct child child;
    struct requestor_events events;
    GUID set = {0};
    IVssBackupComponents *vss;

    (void)state;
    requestor_events_open(&events, TEST_FREEZE_BASE);
    child_start(&child, "frozen");
    assert_int_equal(WaitForSingleObject(events.freeze, WAIT_LIMIT_MS), WAIT_OBJECT_0);
    SetEvent(events.frozen);
    assert_true(kill_reaper(&child));
    child_kill(&child);
    assert_int_equal(WaitForSingleObject(events.thaw, 0), WAIT_TIMEOUT);
    vss = requestor_begin();
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    assert_int_equal(WaitForSingleObject(events.thaw, 0), WAIT_OBJECT_0);
    IVssBackupComponents_Release(vss);
    child_close(&child);
    requestor_events_close(&events);
}

/* Whether other processes can open the child. */
static void child_set_open(const struct child *child, bool open)
{
    BYTE bytes[64];
    ACL *none = (ACL *)(void *)bytes;

    assert_true(InitializeAcl(none, sizeof(bytes), ACL_REVISION));
    assert_int_equal(SetSecurityInfo(child->process, SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION,
                                     NULL, NULL, open ? NULL : none, NULL),
                     ERROR_SUCCESS);
}

static void owner_denies_access__next_use_sweeps__shadow_stays(void **state)
{
    struct child child;

    (void)state;
    child_start_and_wait(&child, "made");
    child_set_open(&child, false);
    assert_true(kill_reaper(&child));
    sweep();
    assert_int_not_equal(GetFileAttributesW(child.device), INVALID_FILE_ATTRIBUTES);
    child_set_open(&child, true);
    child_kill(&child);
    sweep();
    assert_int_equal(GetFileAttributesW(child.device), INVALID_FILE_ATTRIBUTES);
    child_close(&child);
}

static void owner_denies_access__has_a_set_begun__slot_is_taken(void **state)
{
    struct child child;
    GUID set = {0};
    IVssBackupComponents *vss;

    (void)state;
    child_start_and_wait(&child, "started");
    child_set_open(&child, false);
    vss = requestor_begin();
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), VSS_E_SNAPSHOT_SET_IN_PROGRESS);
    IVssBackupComponents_Release(vss);
    child_set_open(&child, true);
    child_kill(&child);
    child_close(&child);
}

static void two_owners__one_is_killed__the_other_keeps_its_shadow(void **state)
{
    struct child child;
    wchar_t device[MAX_PATH];
    IVssBackupComponents *vss = requestor_snapshot(device);

    (void)state;
    child_start_and_wait(&child, "made");
    child_kill(&child);
    assert_true(requestor_wait_gone(child.device));
    assert_int_not_equal(GetFileAttributesW(device), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(vss);
    child_close(&child);
}

/* This program in the place of the one that becomes the reaper: it ends at once. */
static void replace_rundll32(bool by_this)
{
    static const wchar_t overrides[] = L"Software\\Wine\\DllOverrides";
    static const wchar_t native[] = L"native";
    wchar_t program[MAX_PATH];

    GetModuleFileNameW(NULL, program, ARRAYSIZE(program));
    RegDeleteKeyValueW(HKEY_CURRENT_USER, overrides, L"*rundll32.exe");
    if (by_this) {
        assert_int_equal(RegSetKeyValueW(HKEY_CURRENT_USER, overrides, L"*rundll32.exe", REG_SZ,
                                         native, sizeof(native)),
                         ERROR_SUCCESS);
        assert_true(MoveFileW(RUNDLL32, RUNDLL32 L".kept"));
        assert_true(CopyFileW(program, RUNDLL32, TRUE));
    } else {
        assert_true(MoveFileExW(RUNDLL32 L".kept", RUNDLL32, MOVEFILE_REPLACE_EXISTING));
    }
}

static void reaper__ends_at_its_start__no_shadow_is_made(void **state)
{
    GUID snapshot = {0};
    IVssBackupComponents *vss;
    HRESULT hr;

    (void)state;
    replace_rundll32(true);
    vss = requestor_prepared(&snapshot);
    hr = requestor_do(vss);
    IVssBackupComponents_Release(vss);
    replace_rundll32(false);
    assert_hr(hr, VSS_E_UNEXPECTED_PROVIDER_ERROR);
    vss = requestor_prepared(&snapshot);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    IVssBackupComponents_Release(vss);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        requestor_test(owner__is_killed__shadow_goes),
        requestor_test(owner__exits_without_release__shadow_goes),
        requestor_test(owner__is_killed_with_a_set_begun__slot_is_free),
        requestor_test(owner__is_killed_between_freeze_and_thaw__program_goes_on),
        requestor_test(owner_and_reaper__are_killed__next_use_sweeps),
        requestor_test(owner_and_reaper__are_killed__next_use_sweeps_without_the_lock),
        requestor_test(owner__is_killed_with_the_lock__other_processes_get_it),
        requestor_test(owner_and_reaper__are_killed__shadow_of_another_prefix_stays),
        requestor_test(owner_and_reaper__are_killed_between_freeze_and_thaw__next_set_thaws),
        requestor_test(owner_denies_access__next_use_sweeps__shadow_stays),
        requestor_test(owner_denies_access__has_a_set_begun__slot_is_taken),
        requestor_test(two_owners__one_is_killed__the_other_keeps_its_shadow),
        requestor_test(reaper__ends_at_its_start__no_shadow_is_made),
    };

    if (argc == 3 && strcmp(argv[1], "child") == 0)
        return child_main(argv[2]);
    if (argc > 1 && strstr(argv[1], "WatchOwner"))
        return 1;
    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
