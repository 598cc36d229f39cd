/*
 * test_footprint.c - the walk of a heap comes to its end and sees every block.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "footprint.h"

#define BLOCK_BYTES 32768u
#define HOLE_BYTES  (sizeof(void *) << 20) /* what the third region of Wine's heaps takes */

static unsigned int count_regions(HANDLE heap)
{
    PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
    const void *last = NULL;
    unsigned int count = 0;

    while (HeapWalk(heap, &entry)) {
        if (!(entry.wFlags & PROCESS_HEAP_REGION))
            continue;
        if (entry.lpData == last)
            break;
        last = entry.lpData;
        count++;
    }
    return count;
}

/* Until the heap has so many regions. Returns the bytes that were allocated. */
static uint64_t grow(HANDLE heap, unsigned int regions)
{
    uint64_t bytes = 0;

    while (count_regions(heap) < regions) {
        assert_non_null(HeapAlloc(heap, 0, BLOCK_BYTES));
        bytes += BLOCK_BYTES;
    }
    return bytes;
}

static void heap__one_region__is_counted(void **state)
{
    HANDLE heap = HeapCreate(0, 0, 0);
    uint64_t before = footprint_heap(heap);

    (void)state;
    assert_non_null(HeapAlloc(heap, 0, BLOCK_BYTES));
    assert_int_equal(footprint_heap(heap), before + BLOCK_BYTES);
    HeapDestroy(heap);
}

/* The second region lies behind a hole, into which the third one fits. */
static void heap__region_right_before_an_older_one__all_but_one_block_is_counted(void **state)
{
    HANDLE heap = HeapCreate(0, 0, 0);
    void *hole = VirtualAlloc(NULL, HOLE_BYTES, MEM_RESERVE, PAGE_NOACCESS);
    uint64_t expected;

    (void)state;
    expected = footprint_heap(heap) + grow(heap, 2);
    VirtualFree(hole, 0, MEM_RELEASE);
    expected += grow(heap, 3);
    assert_in_range(footprint_heap(heap), expected - BLOCK_BYTES, expected);
    HeapDestroy(heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heap__one_region__is_counted),
        cmocka_unit_test(heap__region_right_before_an_older_one__all_but_one_block_is_counted),
    };

    return cmocka_run_group_tests_name("footprint", tests, NULL, NULL);
}
