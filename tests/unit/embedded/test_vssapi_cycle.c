/*
 * test_vssapi_cycle.c - many shadows one after the other: nothing grows; their records are waited
 * for while somebody reads them.
 *
 * 50 rounds; 1,000 with NTDSBCLI_TEST_LONG=1; any number with VSSAPI_TEST_CYCLES=n.
 */
#include "vssapi_requestor.h"

#include <psapi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WARM_UP 5
/* A heap or an ending thread may add a little. A leak in each round exceeds this. */
#define SLACK_HANDLES 20
#define SLACK_BYTES   (4u * 1024 * 1024)

struct measure
{
    ULONG_PTR handle; /* the lowest free one: Wine counts none, but gives them out in order */
    SIZE_T bytes;
    UINT on_volume;
    UINT devices;
    UINT temporary;
};

static UINT count_files(const wchar_t *pattern)
{
    WIN32_FIND_DATAW found;
    UINT count = 0;
    HANDLE search = FindFirstFileW(pattern, &found);
    bool more;

    for (more = search != INVALID_HANDLE_VALUE; more; more = FindNextFileW(search, &found))
        count++;
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    return count;
}

static struct measure take_measure(void)
{
    struct measure measure = {0};
    PROCESS_MEMORY_COUNTERS memory = {.cb = sizeof(memory)};
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);

    measure.handle = (ULONG_PTR)event;
    CloseHandle(event);
    assert_true(GetProcessMemoryInfo(GetCurrentProcess(), &memory, sizeof(memory)));
    measure.bytes = memory.PagefileUsage;
    measure.on_volume = count_files(L"D:\\System Volume Information\\*");
    measure.devices = count_files(L"\\\\?\\GLOBALROOT\\Device\\*");
    measure.temporary = count_files(L"C:\\windows\\temp\\vssapi-*");
    return measure;
}

static int rounds(void)
{
    const char *number = getenv("VSSAPI_TEST_CYCLES");
    const char *is_long = getenv("NTDSBCLI_TEST_LONG");

    if (number && atoi(number) > 0)
        return atoi(number);
    return is_long && strcmp(is_long, "1") == 0 ? 1000 : 50;
}

/* Alternates between shadows that end with their session and those that are deleted. */
static void one_round(int number)
{
    struct volume_shadow shadow;
    bool kept = number % 2 == 0;
    GUID failed = {0};
    LONG deleted = 0;

    requestor_volume_shadow(kept ? VSS_CTX_CLIENT_ACCESSIBLE : VSS_CTX_BACKUP, L"D:\\", &shadow);
    if (kept) {
        assert_hr(IVssBackupComponents_DeleteSnapshots(
                      shadow.vss, shadow.set, VSS_OBJECT_SNAPSHOT_SET, TRUE, &deleted, &failed),
                  S_OK);
        assert_int_equal(deleted, 1);
    } else {
        assert_hr(requestor_complete(shadow.vss), VSS_S_ASYNC_FINISHED);
    }
    assert_int_equal(IVssBackupComponents_Release(shadow.vss), 0);
    assert_int_equal(GetFileAttributesW(shadow.device), INVALID_FILE_ATTRIBUTES);
}

static void cycles__many__nothing_grows(void **state)
{
    int count = rounds();
    struct measure before, after;
    int i;

    (void)state;
    for (i = 0; i < WARM_UP; i++)
        one_round(i);
    before = take_measure();
    for (i = 0; i < count; i++)
        one_round(i);
    after = take_measure();
    print_message("%d rounds: handle %lx -> %lx, bytes %lu -> %lu\n", count,
                  (unsigned long)before.handle, (unsigned long)after.handle,
                  (unsigned long)before.bytes, (unsigned long)after.bytes);
    assert_true(after.handle <= before.handle + SLACK_HANDLES * 4);
    assert_true(after.bytes <= before.bytes + SLACK_BYTES);
    assert_int_equal(after.on_volume, before.on_volume);
    assert_int_equal(after.devices, before.devices);
    assert_int_equal(after.temporary, 0);
}

/* As a process that lists shadows reads it: with the lock, but for longer. */
static HANDLE open_record(const GUID *snapshot, HANDLE lock)
{
    wchar_t path[MAX_PATH] = L"D:\\System Volume Information\\";
    ULONGLONG deadline = GetTickCount64() + 30000;
    HANDLE file;

    StringFromGUID2(snapshot, path + wcslen(path), 64);
    wcscat(path, L".shadow");
    while (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES && GetTickCount64() < deadline)
        SwitchToThread();
    assert_int_equal(WaitForSingleObject(lock, INFINITE), WAIT_OBJECT_0);
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                       0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    return file;
}

/* Wine neither replaces nor deletes a file that somebody has open. */
static void record__read_by_another__is_replaced_after_that(void **state)
{
    IVssBackupComponents *vss = requestor_in_context(VSS_CTX_FILE_SHARE_BACKUP);
    HANDLE lock = CreateMutexW(NULL, FALSE, L"Global\\VSSAPI.Embedded.Records");
    wchar_t volume[] = L"D:\\";
    IVssAsync *async = NULL;
    GUID set, snapshot;
    HANDLE record;

    (void)state;
    assert_hr(IVssBackupComponents_SetBackupState(vss, FALSE, FALSE, VSS_BT_COPY, FALSE), S_OK);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, &snapshot), S_OK);
    assert_hr(IVssBackupComponents_DoSnapshotSet(vss, &async), S_OK);
    record = open_record(&snapshot, lock);
    IVssAsync_Wait(async, 1000); /* a copy that does not wait for the reader has failed by then */
    CloseHandle(record);
    ReleaseMutex(lock);
    assert_hr(requestor_wait(async), VSS_S_ASYNC_FINISHED);
    assert_int_equal(IVssBackupComponents_Release(vss), 0);
    CloseHandle(lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        requestor_test(cycles__many__nothing_grows),
        requestor_test(record__read_by_another__is_replaced_after_that),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
