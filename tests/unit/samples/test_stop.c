/*
 * test_stop.c - a closed window waits until the main thread has undone what it had to; the second
 * Ctrl-C does not.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "program_main.h"
#include "stop.h"

const struct program this_program = {.name = L"test_stop"}; /* messages begin with it */

static bool is_set(HANDLE event)
{
    return WaitForSingleObject(event, 0) == WAIT_OBJECT_0;
}

static DWORD WINAPI close_window(void *unused)
{
    (void)unused;
    return (DWORD)stop_on_event(CTRL_CLOSE_EVENT);
}

static void ctrl_c__first_and_second__asks_then_ends(void **state)
{
    (void)state;
    assert_false(stop_requested() || is_set(stop_event()));
    assert_true(stop_on_event(CTRL_C_EVENT));
    assert_true(stop_requested() && is_set(stop_event()));
    assert_false(stop_on_event(CTRL_C_EVENT)); /* Windows' own handler is next */
}

static void closed_window__main_thread_is_busy__is_waited_for(void **state)
{
    HANDLE thread = CreateThread(NULL, 0, close_window, NULL, 0, NULL);

    (void)state;
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(thread, 300), WAIT_TIMEOUT);
    stop_finished();
    assert_int_equal(WaitForSingleObject(thread, 2000), WAIT_OBJECT_0);
    CloseHandle(thread);
}

static int install(void **state)
{
    (void)state;
    return stop_install() ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ctrl_c__first_and_second__asks_then_ends),
        cmocka_unit_test(closed_window__main_thread_is_busy__is_waited_for),
    };

    return cmocka_run_group_tests_name("stop", tests, install, NULL);
}
