/*
 * test_json.c - texts with everything that JSON has to escape, and lists of backups.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "doctor/json.h"
#include "host/clock.h"

static void texts__with_quotes_controls_and_other_scripts__are_escaped(void **state)
{
    static const struct
    {
        const char *label;
        const wchar_t *text;
        const char *expected;
    } rows[] = {
        {"plain", L"plain", "\"plain\""},
        {"empty", L"", "\"\""},
        {"quote and backslash", L"C:\\a \"b\"", "\"C:\\\\a \\\"b\\\"\""},
        {"controls", L"a\tb\nc\x01", "\"a\\u0009b\\u000ac\\u0001\""},
        {"umlaut", L"Z\u00fcrich", "\"Z\xc3\xbcrich\""},
        {"beyond the first plane", L"\xd83d\xde00", "\"\xf0\x9f\x98\x80\""},
        {"half a pair", L"\xd83d!", "\"\xef\xbf\xbd!\""},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct backup_list backups = {0};
        struct findings findings = {0};
        size_t byte_count = 0;
        char *json;

        findings_add(&findings, AREA_LOG, FINDING_ERROR, L"log.x", NULL, L"%ls", rows[i].text);
        json = json_build(&findings, &backups, &byte_count);
        assert_non_null(json);
        assert_int_equal(strlen(json), byte_count);
        if (!strstr(json, rows[i].expected))
            fail_msg("%s: %s", rows[i].label, json);
        assert_non_null(strstr(json, "\"schema\": 1,"));
        assert_non_null(strstr(json, "\"exit_code\": 17"));
        assert_non_null(strstr(json, "\"next\": null"));
        assert_non_null(strstr(json, "\"level\": \"error\""));
        assert_null(strstr(json, "backups"));
        free(json);
        findings_fini(&findings);
    }
}

static void has(const char *json, const char *text)
{
    if (!strstr(json, text))
        fail_msg("'%s' is not in %s", text, json);
}

static void backups__with_and_without_a_record__have_values_for_programs(void **state)
{
    struct backup_entry known = {.id = L"00ff",
                                 .computer = L"DC1",
                                 .program = L"backup.exe",
                                 .bytes = 5000000000ull,
                                 .file_count = 7,
                                 .has_record = true};
    struct backup_entry unknown = {.id = L"11", .computer = L"DC2", .expires = 1};
    struct backup_list backups = {.is_wanted = true};
    struct findings findings = {0};
    size_t byte_count = 0;
    char *json;

    (void)state;
    clock_parse(L"2026-01-31T12:00:00Z", &known.made);
    clock_parse(L"2026-03-31T12:00:00Z", &known.expires);
    assert_true(backup_list_add(&backups, &known));
    assert_true(backup_list_add(&backups, &unknown));
    json = json_build(&findings, &backups, &byte_count);
    assert_non_null(json);
    has(json, "{\"id\": \"00ff\", \"computer\": \"DC1\", \"program\": \"backup.exe\"");
    has(json, "\"made\": \"2026-01-31T12:00:00Z\", \"expires\": \"2026-03-31T12:00:00Z\"");
    has(json, "\"bytes\": 5000000000, \"files\": 7, \"record\": true, \"verified\": false}");
    has(json, "{\"id\": \"11\", \"computer\": \"DC2\", \"program\": null");
    has(json, "\"made\": null");
    has(json, "\"record\": false, \"verified\": null}");
    free(json);
    backup_list_fini(&backups);
}

static void backups__asked_for_but_none__are_an_empty_array(void **state)
{
    const struct backup_list backups = {.is_wanted = true};
    struct findings findings = {0};
    size_t byte_count = 0;
    char *json = json_build(&findings, &backups, &byte_count);

    (void)state;
    assert_non_null(json);
    has(json, "\"backups\": [\n  ]");
    free(json);
}

static void backups__of_several_times__are_sorted_newest_first(void **state)
{
    struct backup_list backups = {0};
    size_t i;

    (void)state;
    for (i = 0; i < 50; i++) {
        const struct backup_entry entry = {.made = 1 + i * 37 % 50};

        assert_true(backup_list_add(&backups, &entry));
    }
    backup_list_sort(&backups);
    for (i = 0; i < 50; i++)
        assert_int_equal(backups.items[i].made, 50 - i);
    backup_list_fini(&backups);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts__with_quotes_controls_and_other_scripts__are_escaped),
        cmocka_unit_test(backups__with_and_without_a_record__have_values_for_programs),
        cmocka_unit_test(backups__asked_for_but_none__are_an_empty_array),
        cmocka_unit_test(backups__of_several_times__are_sorted_newest_first),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
