/*
 * test_json.c - texts with everything that JSON has to escape.
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
        struct findings findings = {0};
        size_t byte_count = 0;
        char *json;

        findings_add(&findings, AREA_LOG, FINDING_ERROR, L"log.x", NULL, L"%ls", rows[i].text);
        json = json_build(&findings, &byte_count);
        assert_non_null(json);
        assert_int_equal(strlen(json), byte_count);
        if (!strstr(json, rows[i].expected))
            fail_msg("%s: %s", rows[i].label, json);
        assert_non_null(strstr(json, "\"exit_code\": 17"));
        assert_non_null(strstr(json, "\"next\": null"));
        assert_non_null(strstr(json, "\"level\": \"error\""));
        free(json);
        findings_fini(&findings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts__with_quotes_controls_and_other_scripts__are_escaped),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
