/*
 * test_check_log.c - the folders that accounts have beside the log folder: all of them, or a
 * finding.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "doctor/checks.h"
#include "host/settings.h"
#include "inject.h"

static const struct finding *find(const struct findings *findings, const wchar_t *id,
                                  enum finding_level level)
{
    size_t i = 0;

    while (i < findings->count &&
           (wcscmp(findings->items[i].id, id) != 0 || findings->items[i].level != level))
        i++;
    return i < findings->count ? &findings->items[i] : NULL;
}

static void account_folders__list_ends_early__is_a_warning(void **state)
{
    const struct finding *account;
    struct findings findings = {0};
    struct settings settings;
    wchar_t folder[2 * MAX_PATH];

    (void)state;
    settings_read(&settings);
    _snwprintf(folder, ARRAYSIZE(folder), L"%ls-S-1-5-21-1", settings.log_folder);
    assert_true(CreateDirectoryW(folder, NULL));
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("FindNextFileW"), 1);
    check_log(&findings, NULL);
    assert_true(inject_was_hit());
    inject_reset();
    assert_true(RemoveDirectoryW(folder));
    account = find(&findings, L"log.account", FINDING_WARNING);
    assert_non_null(account);
    assert_non_null(wcsstr(account->text, L"Win32 error 1450"));
    findings_fini(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(account_folders__list_ends_early__is_a_warning),
    };

    if (!inject_host(GetModuleHandleW(NULL)))
        return 1;
    return cmocka_run_group_tests_name("check_log", tests, NULL, NULL);
}
