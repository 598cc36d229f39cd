/*
 * test_vssapi_cycle.c - many shadows one after the other: nothing grows.
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        requestor_test(cycles__many__nothing_grows),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
