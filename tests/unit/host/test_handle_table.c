/*
 * test_handle_table.c - only a handle that was given out, and not taken back, leads anywhere.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "guarded_heap.h"
#include "host/handle_table.h"

#define ANY_KIND (HANDLE_BACKUP | HANDLE_RESTORE)

static LONG destroyed;
static LONG hung_up;

static void count_destroyed(struct handle_object *object)
{
    (void)object;
    destroyed++;
}

/* Before it is destroyed. */
static void count_hung_up(struct handle_object *object)
{
    assert_int_equal(object->references, 1);
    hung_up++;
}

static struct handle_object make(enum handle_kind kind)
{
    struct handle_object object = {1, kind, count_destroyed, count_hung_up};

    return object;
}

static int reset(void **state)
{
    (void)state;
    destroyed = 0;
    hung_up = 0;
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

static void close__with_objects_left__hangs_up_and_destroys_each(void **state)
{
    struct handle_object objects[20];
    void *handles[20];
    size_t i;

    (void)state;
    for (i = 0; i < 20; i++) {
        objects[i] = make(HANDLE_BACKUP);
        handles[i] = handle_table_add(&objects[i]);
    }
    handle_object_release(handle_table_remove(handles[7], ANY_KIND));
    assert_int_equal(handle_table_close(), 19);
    assert_int_equal(hung_up, 19);
    assert_int_equal(destroyed, 20);
    for (i = 0; i < 20; i++)
        assert_null(handle_table_acquire(handles[i], ANY_KIND));
    assert_int_equal(handle_table_close(), 0);
}

/* --- threads that use a handle while it is taken back
 * ----------------------------------------------
 */

#define RACER_COUNT 4
#define RACE_COUNT  50000

struct raced
{
    struct handle_object object;
    LONG destroyed;
};

static struct
{
    struct raced raced[RACE_COUNT];
    void *volatile handle; /* the newest, in use or stale */
    LONG over;
    LONG used;
    LONG used_dead;
} race;

static void destroy_raced(struct handle_object *object)
{
    InterlockedIncrement(&CONTAINING_RECORD(object, struct raced, object)->destroyed);
}

static DWORD WINAPI racer(void *parameter)
{
    (void)parameter;
    while (!InterlockedCompareExchange(&race.over, 0, 0)) {
        struct handle_object *object = handle_table_acquire(race.handle, ANY_KIND);
        struct raced *raced;

        if (!object)
            continue;
        raced = CONTAINING_RECORD(object, struct raced, object);
        InterlockedIncrement(&race.used);
        if (InterlockedCompareExchange(&raced->destroyed, 0, 0))
            InterlockedIncrement(&race.used_dead);
        SwitchToThread();
        if (InterlockedCompareExchange(&raced->destroyed, 0, 0))
            InterlockedIncrement(&race.used_dead);
        handle_object_release(object);
    }
    return 0;
}

static void remove__while_others_use_the_handle__destroys_once_and_after_the_last(void **state)
{
    HANDLE threads[RACER_COUNT];
    size_t i;

    (void)state;
    for (i = 0; i < RACER_COUNT; i++) {
        threads[i] = CreateThread(NULL, 0, racer, NULL, 0, NULL);
        assert_non_null(threads[i]);
    }
    for (i = 0; i < RACE_COUNT; i++) {
        struct raced *raced = &race.raced[i];
        struct handle_object *removed;

        raced->object = make(HANDLE_BACKUP);
        raced->object.destroy = destroy_raced;
        race.handle = handle_table_add(&raced->object);
        if (i % 16 == 0)
            SwitchToThread();
        removed = handle_table_remove(race.handle, ANY_KIND);
        assert_ptr_equal(removed, &raced->object);
        handle_object_release(removed);
    }
    InterlockedExchange(&race.over, 1);
    WaitForMultipleObjects(RACER_COUNT, threads, TRUE, INFINITE);
    for (i = 0; i < RACER_COUNT; i++)
        CloseHandle(threads[i]);
    for (i = 0; i < RACE_COUNT; i++)
        assert_int_equal(race.raced[i].destroyed, 1);
    assert_int_equal(race.used_dead, 0);
    assert_int_not_equal(race.used, 0);
}

static int keep_table(void **state)
{
    (void)state;
    guarded_heap_keep(1); /* it stays with the process */
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(handle__given_out__finds_its_object_until_removed, reset),
        cmocka_unit_test_setup(handle__of_another_kind__is_refused, reset),
        cmocka_unit_test_setup(handle__stale__is_refused_when_its_slot_is_used_again, reset),
        cmocka_unit_test_setup(handle__made_up__is_refused, reset),
        cmocka_unit_test_setup(add__up_to_the_limit__then_refuses_and_recovers, reset),
        cmocka_unit_test_setup(close__with_objects_left__hangs_up_and_destroys_each, reset),
        cmocka_unit_test_setup(
            remove__while_others_use_the_handle__destroys_once_and_after_the_last, reset),
    };

    return cmocka_run_group_tests_name("handle_table", tests, keep_table, NULL);
}
