/*
 * footprint.c - counts.
 *
 * Heaps are walked, so that a leak of a few bytes shows, which no count of pages would. Wine's
 * GetProcessHandleCount says 0 always: there the list of all handles of the system is counted.
 */
#include "footprint.h"

#include <psapi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>

#define HEAPS_MAX       64
#define COMMITTED_SLACK (8u << 20) /* heaps grow by whole segments */

/* Wine's heaps: bytes before a block's data, the last of which holds flags. */
#define BLOCK_HEAD   8u
#define GROUP_FLAG   0x80u
#define GROUP_BLOCKS 31u
#define GROUP_HEAD   (sizeof(void *) == 8 ? 24u : 16u)

/* SYSTEM_HANDLE_INFORMATION_EX of Windows' winternl documentation, class 64. */
#define EXTENDED_HANDLE_INFORMATION 64
#define LENGTH_MISMATCH             ((LONG)0xC0000004)
#define LIST_BYTES                  (1u << 18)

struct handle_entry
{
    void *object;
    ULONG_PTR process_id;
    ULONG_PTR handle;
    ULONG access;
    USHORT trace, type;
    ULONG attributes, reserved;
};

struct handle_list
{
    ULONG_PTR count;
    ULONG_PTR reserved;
    struct handle_entry entries[];
};

typedef LONG(NTAPI *query_call)(int class, void *buffer, ULONG bytes, ULONG *needed);

static struct handle_list *query_handles(void)
{
    FARPROC found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQuerySystemInformation");
    struct handle_list *list = NULL;
    ULONG bytes = LIST_BYTES;
    LONG status = LENGTH_MISMATCH;
    query_call query;

    memcpy(&query, &found, sizeof(query));
    while (status == LENGTH_MISMATCH) {
        bytes *= 2;
        free(list);
        list = malloc(bytes);
        if (!list)
            return NULL;
        status = query(EXTENDED_HANDLE_INFORMATION, list, bytes, NULL);
    }
    if (status >= 0)
        return list;
    free(list);
    return NULL;
}

DWORD footprint_handles(void)
{
    DWORD count = 0;
    struct handle_list *list;
    ULONG_PTR i;

    if (GetProcessHandleCount(GetCurrentProcess(), &count) && count)
        return count;
    list = query_handles();
    for (i = 0; list && i < list->count; i++)
        count += list->entries[i].process_id == GetCurrentProcessId();
    free(list);
    if (!count)
        abort(); /* nobody is without handles: a comparison of counts would prove nothing */
    return count;
}

static unsigned int count_threads(void)
{
    THREADENTRY32 entry = {.dwSize = sizeof(entry)};
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    unsigned int count = 0;
    BOOL more;

    for (more = Thread32First(snapshot, &entry); more; more = Thread32Next(snapshot, &entry))
        count += entry.th32OwnerProcessID == GetCurrentProcessId();
    CloseHandle(snapshot);
    return count;
}

/*
 * Wine 8 takes the beginning of a region for the end of the one right before it, if that is the
 * younger, and goes on with the one after that: round and round. So the walk never goes on from
 * there, but from behind the region's first block.
 */
static void leave_beginning(PROCESS_HEAP_ENTRY *entry)
{
    entry->lpData = (unsigned char *)entry->Region.lpFirstBlock + BLOCK_HEAD;
    entry->wFlags = PROCESS_HEAP_ENTRY_BUSY;
}

/* 0: this is no Wine. */
static int wine_version(void)
{
    FARPROC found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version");
    const char *(CDECL * version)(void);

    memcpy(&version, &found, sizeof(version));
    return version ? atoi(version()) : 0;
}

/*
 * Wine 10 cuts small blocks from groups, which it keeps for the next thread that asks when all
 * their blocks are free; the walk shows a group as one block in use. Wine 8 has none, and its flag
 * means something else in a heap that is checked.
 */
static bool is_group(const unsigned char *data)
{
    static int version = -1;

    if (version < 0)
        version = wine_version();
    return version >= 10 && data[-1] & GROUP_FLAG;
}

static uint64_t used_bytes(HANDLE heap, const unsigned char *data)
{
    SIZE_T bytes = HeapSize(heap, 0, data);

    return bytes == (SIZE_T)-1 ? 0 : bytes; /* a free one */
}

static uint64_t block_bytes(HANDLE heap, const unsigned char *data, uint64_t bytes)
{
    size_t step = (size_t)(bytes - GROUP_HEAD) / GROUP_BLOCKS;
    unsigned int i;

    if (!is_group(data))
        return bytes;
    bytes = 0;
    for (i = 0; i < GROUP_BLOCKS; i++)
        bytes += used_bytes(heap, data + GROUP_HEAD + i * step + BLOCK_HEAD);
    return bytes;
}

uint64_t footprint_heap(HANDLE heap)
{
    PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
    uint64_t bytes = 0;

    HeapLock(heap);
    while (HeapWalk(heap, &entry)) {
        if (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY)
            bytes += block_bytes(heap, entry.lpData, entry.cbData);
        else if (entry.wFlags & PROCESS_HEAP_REGION) {
            leave_beginning(&entry);
            /* Wine 10 makes a region for a single large block. */
            bytes += block_bytes(heap, entry.lpData, used_bytes(heap, entry.lpData));
        }
    }
    HeapUnlock(heap);
    return bytes;
}

/* Wine tells what the operating system counts: QEMU's own memory, where that runs this program. */
static bool memory_is_anothers(void)
{
    char how[16] = "";

    GetEnvironmentVariableA("NTDSBCLI_TEST_32BIT", how, sizeof(how));
    return sizeof(void *) == 4 && strcmp(how, "emulated") == 0;
}

void footprint_take(struct footprint *footprint)
{
    PROCESS_MEMORY_COUNTERS memory = {.cb = sizeof(memory)};
    HANDLE heaps[HEAPS_MAX];
    DWORD count = GetProcessHeaps(HEAPS_MAX, heaps);
    DWORD i;

    memset(footprint, 0, sizeof(*footprint));
    for (i = 0; i < count && i < HEAPS_MAX; i++)
        footprint->heap_bytes += footprint_heap(heaps[i]);
    GetProcessMemoryInfo(GetCurrentProcess(), &memory, sizeof(memory));
    footprint->committed_bytes = memory_is_anothers() ? 0 : memory.PagefileUsage;
    footprint->thread_count = count_threads();
    footprint->handle_count = footprint_handles();
}

void footprint_print(const struct footprint *before, const struct footprint *after)
{
    printf("handles %lu then %lu, threads %u then %u, heap %llu then %llu bytes, committed %llu "
           "then %llu bytes\n",
           before->handle_count, after->handle_count, before->thread_count, after->thread_count,
           (unsigned long long)before->heap_bytes, (unsigned long long)after->heap_bytes,
           (unsigned long long)before->committed_bytes, (unsigned long long)after->committed_bytes);
}

bool footprint_is_flat(const struct footprint *before, const struct footprint *after,
                       uint64_t heap_bytes_max, char reason[REASON_CHARS])
{
    if (after->handle_count > before->handle_count) {
        snprintf(reason, REASON_CHARS, "%lu handles, %lu before", after->handle_count,
                 before->handle_count);
        return false;
    }
    if (after->thread_count > before->thread_count) {
        snprintf(reason, REASON_CHARS, "%u threads, %u before", after->thread_count,
                 before->thread_count);
        return false;
    }
    if (after->heap_bytes > before->heap_bytes + heap_bytes_max) {
        snprintf(reason, REASON_CHARS, "%llu bytes of heap, %llu before",
                 (unsigned long long)after->heap_bytes, (unsigned long long)before->heap_bytes);
        return false;
    }
    if (after->committed_bytes > before->committed_bytes + COMMITTED_SLACK) {
        snprintf(reason, REASON_CHARS, "%llu bytes committed, %llu before",
                 (unsigned long long)after->committed_bytes,
                 (unsigned long long)before->committed_bytes);
        return false;
    }
    return true;
}

bool footprint_heaps_are_sound(void)
{
    HANDLE heaps[HEAPS_MAX];
    DWORD count = GetProcessHeaps(HEAPS_MAX, heaps);
    DWORD i;

    for (i = 0; i < count && i < HEAPS_MAX; i++) {
        if (!HeapValidate(heaps[i], 0, NULL))
            return false;
    }
    return true;
}
