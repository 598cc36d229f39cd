/*
 * test_proof_place.c - the kit begins for an administrator, and for nobody who is one by name only.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "common/format.h"
#include "filtered_token.h"
#include "proof_place.h"

static wchar_t folder[MAX_PATH];

static void become_administrator_by_name(void)
{
    HANDLE filtered = filtered_token();

    assert_true(ImpersonateLoggedOnUser(filtered));
    CloseHandle(filtered);
}

static int choose_folder(void **state)
{
    wchar_t temporary[MAX_PATH];

    (void)state;
    GetTempPathW(MAX_PATH, temporary);
    return !format_text(folder, MAX_PATH, L"%lsproof-%lu", temporary, GetCurrentProcessId());
}

static void administrator__by_name_only__is_refused_and_nothing_is_made(void **state)
{
    struct proof proof = {.level = 1};
    wchar_t out[MAX_PATH];
    const wchar_t *why;

    (void)state;
    become_administrator_by_name();
    why = proof_place_open(&proof, folder, out);
    RevertToSelf();
    assert_non_null(why);
    assert_non_null(wcsstr(why, L"not elevated"));
    assert_int_equal(GetFileAttributesW(folder), INVALID_FILE_ATTRIBUTES);
}

static void administrator__itself__has_a_folder_for_the_work(void **state)
{
    struct proof proof = {.level = 1};
    wchar_t out[MAX_PATH];

    (void)state;
    assert_null(proof_place_open(&proof, folder, out));
    assert_true(RemoveDirectoryW(proof.work));
    assert_true(RemoveDirectoryW(out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(administrator__by_name_only__is_refused_and_nothing_is_made),
        cmocka_unit_test(administrator__itself__has_a_folder_for_the_work),
    };

    return cmocka_run_group_tests_name("proof_place", tests, choose_folder, NULL);
}
