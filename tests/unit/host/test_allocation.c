/*
 * test_allocation.c - DsBackupFree must survive whatever a caller gives it.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "host/allocation.h"

static void free__of_foreign_pointers__does_nothing(void **state)
{
    static char constant[] = "not ours";
    char *block = allocation_create(100);
    void *heap = malloc(10);
    int local = 0;

    (void)state;
    memset(block, 0x5a, 100);
    allocation_free(NULL);
    allocation_free(constant);
    allocation_free(&local);
    allocation_free(heap);
    allocation_free(block + 1);
    allocation_free((void *)(uintptr_t)1);
    allocation_free((void *)UINTPTR_MAX);
    assert_int_equal(block[99], 0x5a);
    allocation_free(block);
    free(heap);
}

static void free__twice__does_nothing_the_second_time(void **state)
{
    void *first = allocation_create(1);
    void *second;

    (void)state;
    allocation_free(first);
    allocation_free(first);
    second = allocation_create(1);
    assert_non_null(second);
    allocation_free(second);
}

static void create__many__frees_each_in_any_order(void **state)
{
    enum
    {
        count = 2000
    };
    void *blocks[count];
    size_t i;

    (void)state;
    for (i = 0; i < count; i++) {
        blocks[i] = allocation_create(i + 1);
        assert_non_null(blocks[i]);
        memset(blocks[i], (int)i, i + 1);
    }
    for (i = 0; i < count; i += 2)
        allocation_free(blocks[i]);
    for (i = 1; i < count; i += 2) {
        assert_int_equal(*(unsigned char *)blocks[i], i & 0xff);
        allocation_free(blocks[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free__of_foreign_pointers__does_nothing),
        cmocka_unit_test(free__twice__does_nothing_the_second_time),
        cmocka_unit_test(create__many__frees_each_in_any_order),
    };

    return cmocka_run_group_tests_name("allocation", tests, NULL, NULL);
}
