/*
 * test_handle_table.c - only a handle that was given out, and not taken back, leads anywhere.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "handle_table.h"

#define ANY_KIND (HANDLE_BACKUP | HANDLE_RESTORE)

static LONG destroyed;

static void count_destroyed(struct handle_object *object)
{
    (void)object;
    destroyed++;
}

static struct handle_object make(enum handle_kind kind)
{
    struct handle_object object = {1, kind, count_destroyed};

    return object;
}

static int reset(void **state)
{
    (void)state;
    destroyed = 0;
    return 0;
}

static void handle__given_out__finds_its_object_until_removed(void **state)
{
    struct handle_object object = make(HANDLE_BACKUP);
    void *handle = handle_table_add(&object);

    (void)state;
    assert_non_null(handle);
    assert_ptr_equal(handle_table_acquire(handle, HANDLE_BACKUP), &object);
    assert_int_equal(object.references, 2);
    handle_object_release(&object);
    assert_ptr_equal(handle_table_remove(handle, HANDLE_BACKUP), &object);
    assert_null(handle_table_acquire(handle, ANY_KIND));
    assert_null(handle_table_remove(handle, ANY_KIND));
    assert_int_equal(destroyed, 0);
    handle_object_release(&object);
    assert_int_equal(destroyed, 1);
}

static void handle__of_another_kind__is_refused(void **state)
{
    struct handle_object object = make(HANDLE_RESTORE);
    void *handle = handle_table_add(&object);

    (void)state;
    assert_null(handle_table_acquire(handle, HANDLE_BACKUP));
    assert_null(handle_table_remove(handle, HANDLE_BACKUP));
    assert_ptr_equal(handle_table_remove(handle, ANY_KIND), &object);
}

static void handle__stale__is_refused_when_its_slot_is_used_again(void **state)
{
    struct handle_object first = make(HANDLE_BACKUP);
    struct handle_object second = make(HANDLE_BACKUP);
    void *stale = handle_table_add(&first);
    void *fresh;
    size_t i;

    (void)state;
    handle_table_remove(stale, ANY_KIND);
    for (i = 0; i < 1000; i++) {
        fresh = handle_table_add(&second);
        assert_ptr_not_equal(fresh, stale);
        assert_null(handle_table_acquire(stale, ANY_KIND));
        handle_table_remove(fresh, ANY_KIND);
    }
}

static void handle__made_up__is_refused(void **state)
{
    struct handle_object object = make(HANDLE_BACKUP);
    void *handle = handle_table_add(&object);
    uintptr_t value = (uintptr_t)handle;
    unsigned int bit;

    (void)state;
    assert_null(handle_table_acquire(NULL, ANY_KIND));
    assert_null(handle_table_acquire((void *)(intptr_t)-1, ANY_KIND));
    assert_null(handle_table_acquire(&object, ANY_KIND));
    for (bit = 0; bit < sizeof(value) * 8; bit++) {
        if (handle_table_acquire((void *)(value ^ (uintptr_t)1 << bit), ANY_KIND))
            fail_msg("with bit %u flipped the handle was accepted", bit);
    }
    handle_table_remove(handle, ANY_KIND);
}

static void add__up_to_the_limit__then_refuses_and_recovers(void **state)
{
    static struct handle_object objects[5000];
    static void *handles[5000];
    size_t count = 0, i;

    (void)state;
    while (count < 5000) {
        objects[count] = make(HANDLE_BACKUP);
        handles[count] = handle_table_add(&objects[count]);
        if (!handles[count])
            break;
        count++;
    }
    assert_in_range(count, 4000, 4095);
    for (i = 0; i < count; i++)
        assert_ptr_equal(handle_table_remove(handles[i], ANY_KIND), &objects[i]);
    handles[0] = handle_table_add(&objects[0]);
    assert_non_null(handles[0]);
    handle_table_remove(handles[0], ANY_KIND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(handle__given_out__finds_its_object_until_removed, reset),
        cmocka_unit_test_setup(handle__of_another_kind__is_refused, reset),
        cmocka_unit_test_setup(handle__stale__is_refused_when_its_slot_is_used_again, reset),
        cmocka_unit_test_setup(handle__made_up__is_refused, reset),
        cmocka_unit_test_setup(add__up_to_the_limit__then_refuses_and_recovers, reset),
    };

    return cmocka_run_group_tests_name("handle_table", tests, NULL, NULL);
}
