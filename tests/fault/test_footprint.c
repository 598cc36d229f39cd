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

#define BLOCK_BYTES  32768u
#define SMALL_BYTES  40u
#define SMALL_COUNT  200u
#define REGION_BYTES (sizeof(void *) << 20) /* of the third of a heap in Wine; the next has two */

static bool has_regions(HANDLE heap, unsigned int count)
{
    PROCESS_HEAP_ENTRY entry = {.lpData = NULL};

    while (count && HeapWalk(heap, &entry)) {
        if (entry.wFlags & PROCESS_HEAP_REGION)
            count--;
    }
    return !count;
}

/* Until the heap has so many regions. Returns the bytes that were allocated. */
static uint64_t grow(HANDLE heap, unsigned int regions)
{
    uint64_t bytes = 0;

    while (!has_regions(heap, regions)) {
        assert_non_null(HeapAlloc(heap, 0, BLOCK_BYTES));
        bytes += BLOCK_BYTES;
    }
    return bytes;
}

static void heap__one_more_block__is_counted(void **state)
{
    HANDLE heap = HeapCreate(0, 0, 0);
    uint64_t before;

    (void)state;
    assert_non_null(HeapAlloc(heap, 0, BLOCK_BYTES));
    before = footprint_heap(heap);
    assert_non_null(HeapAlloc(heap, 0, BLOCK_BYTES));
    assert_int_equal(footprint_heap(heap), before + BLOCK_BYTES);
    HeapDestroy(heap);
}

/* Small ones that are freed: Wine 10 keeps what it cut them from. */
static void heap__many_small_blocks__are_counted_one_by_one(void **state)
{
    HANDLE heap = HeapCreate(0, 0, 0);
    void *blocks[SMALL_COUNT];
    uint64_t before;
    size_t i;

    (void)state;
    for (i = 0; i < SMALL_COUNT; i++) {
        blocks[i] = HeapAlloc(heap, 0, SMALL_BYTES);
        assert_non_null(blocks[i]);
    }
    before = footprint_heap(heap);
    for (i = 1; i < SMALL_COUNT; i++) {
        HeapFree(heap, 0, blocks[i]);
        assert_int_equal(footprint_heap(heap), before - i * SMALL_BYTES);
    }
    HeapDestroy(heap);
}

/* The second region lies behind a hole, which the ones after it fill. */
static void walk_filled_hole(size_t hole_bytes, unsigned int regions)
{
    HANDLE heap = HeapCreate(0, 0, 0);
    void *hole = VirtualAlloc(NULL, hole_bytes, MEM_RESERVE, PAGE_NOACCESS);
    uint64_t expected;

    expected = footprint_heap(heap) + grow(heap, 2);
    VirtualFree(hole, 0, MEM_RELEASE);
    expected += grow(heap, regions);
    assert_in_range(footprint_heap(heap), expected - regions * BLOCK_BYTES, expected);
    HeapDestroy(heap);
}

static void heap__third_region_right_before_the_second__is_walked_once(void **state)
{
    (void)state;
    walk_filled_hole(REGION_BYTES, 3);
}

static void heap__fourth_region_right_before_the_second__is_walked_once(void **state)
{
    (void)state;
    walk_filled_hole(3 * REGION_BYTES, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heap__one_more_block__is_counted),
        cmocka_unit_test(heap__many_small_blocks__are_counted_one_by_one),
        cmocka_unit_test(heap__third_region_right_before_the_second__is_walked_once),
        cmocka_unit_test(heap__fourth_region_right_before_the_second__is_walked_once),
    };

    return cmocka_run_group_tests_name("footprint", tests, NULL, NULL);
}
