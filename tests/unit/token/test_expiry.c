/*
 * test_expiry.c - which of the sources decides until when a backup may be restored.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "host/clock.h"
#include "token/expiry.h"
#include "token/tombstone.h"
#include "inject.h"

#define DAY (24ull * 60 * 60 * 10000000)

static const uint64_t created = 0x01db000000000000; /* in 2024 */

/* What the directory answers: test_tombstone.c is about the question. */
static uint32_t lifetime_days;

uint32_t tombstone_lifetime_days(void)
{
    return lifetime_days;
}

static void time__in_every_wrong_spelling__is_refused(void **state)
{
    static const wchar_t *const rows[] = {L"",
                                          L"2030-01-31",
                                          L"2030-01-31T12:00:00",
                                          L"2030-01-31T12:00:00Zx",
                                          L"2030-02-30T12:00:00Z",
                                          L"2030-13-01T12:00:00Z",
                                          L"2030-01-31T24:00:00Z",
                                          L"2030-1-31T12:00:00Z",
                                          L"2030-01-31T12:00: 0Z",
                                          L"+030-01-31T12:00:00Z",
                                          L"2030-01-31 12:00:00Z",
                                          L"x2030-01-31T12:00:00Z",
                                          L"133000000000000000"};
    uint64_t time = 0x55;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (clock_parse(rows[i], &time))
            fail_msg("'%ls' was taken for a time", rows[i]);
    }
    assert_int_equal(time, 0x55);
}

static void time__in_utc__is_understood(void **state)
{
    uint64_t time = 0;

    (void)state;
    assert_true(clock_parse(L"1601-01-02T00:00:01Z", &time));
    assert_true(time == DAY + 10000000);
}

/* A host that is short of memory must not crash over a date. */
static void time__no_memory_left__is_understood(void **state)
{
    uint64_t time = 0;

    (void)state;
    assert_true(inject_host(GetModuleHandleW(NULL)));
    inject_arm(INJECT_HOST, inject_find("malloc"), 1);
    assert_true(clock_parse(L"1601-01-02T00:00:01Z", &time));
    assert_false(inject_was_hit());
    inject_reset();
    assert_true(time == DAY + 10000000);
}

static void time__formatted__is_the_text_it_was_read_from(void **state)
{
    static const wchar_t *const rows[] = {L"1601-01-02T00:00:01Z", L"2026-02-28T23:59:59Z",
                                          L"9999-12-31T12:00:00Z"};
    wchar_t text[CLOCK_TEXT_CHARS];
    uint64_t time;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(clock_parse(rows[i], &time));
        clock_format(time, text);
        if (wcscmp(text, rows[i]) != 0)
            fail_msg("'%ls' for '%ls'", text, rows[i]);
    }
    clock_format(UINT64_MAX, text);
    assert_int_equal(wcscmp(text, L"?"), 0);
}

static void setting__comes_before_the_writer(void **state)
{
    enum token_expiry source;

    (void)state;
    assert_true(expiry_of_backup(created, 7, L"2099-01-01T00:00:00Z", &source) ==
                created + 7 * DAY);
    assert_int_equal(source, TOKEN_EXPIRY_SETTING);
}

static void writer__comes_before_the_directory(void **state)
{
    enum token_expiry source;
    uint64_t expected = 0;

    (void)state;
    assert_true(clock_parse(L"2099-01-01T00:00:00Z", &expected));
    assert_true(expiry_of_backup(created, 0, L"2099-01-01T00:00:00Z", &source) == expected);
    assert_int_equal(source, TOKEN_EXPIRY_WRITER);
}

/* What it has named is nothing that ExpiryDays may widen at a restore. */
static void directory__comes_before_what_is_assumed(void **state)
{
    enum token_expiry source = TOKEN_EXPIRY_UNKNOWN;

    (void)state;
    lifetime_days = 30;
    assert_true(expiry_of_backup(created, 0, L"", &source) == created + 30 * DAY);
    assert_int_equal(source, TOKEN_EXPIRY_TOMBSTONE);
    assert_true(expiry_of_backup(created, 7, L"", &source) == created + 7 * DAY);
    assert_int_equal(source, TOKEN_EXPIRY_SETTING);
    lifetime_days = 0;
}

static void nobody__to_tell__is_sixty_days_that_are_assumed(void **state)
{
    static const wchar_t *const metadata[] = {L"", L"not a time", L"1999-01-01T00:00:00Z"};
    enum token_expiry source;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(metadata); i++) {
        source = TOKEN_EXPIRY_UNKNOWN;
        assert_true(expiry_of_backup(created, 0, metadata[i], &source) == created + 60 * DAY);
        assert_int_equal(source, TOKEN_EXPIRY_ASSUMED);
    }
}

/* Only days that nobody chose give way, and only to more of them. */
static void restore__with_a_setting__widens_assumed_days_only(void **state)
{
    struct token_fields fields = {.created = created, .expires = created + 60 * DAY};
    unsigned int i;

    (void)state;
    for (i = TOKEN_EXPIRY_UNKNOWN; i < TOKEN_EXPIRY_ASSUMED; i++) {
        fields.expiry = (enum token_expiry)i;
        assert_true(expiry_at_restore(&fields, 180) == fields.expires);
    }
    fields.expiry = TOKEN_EXPIRY_ASSUMED;
    assert_true(expiry_at_restore(&fields, 180) == created + 180 * DAY);
    assert_true(expiry_at_restore(&fields, 7) == fields.expires);
    assert_true(expiry_at_restore(&fields, 0) == fields.expires);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time__in_every_wrong_spelling__is_refused),
        cmocka_unit_test(time__in_utc__is_understood),
        cmocka_unit_test(time__no_memory_left__is_understood),
        cmocka_unit_test(time__formatted__is_the_text_it_was_read_from),
        cmocka_unit_test(setting__comes_before_the_writer),
        cmocka_unit_test(writer__comes_before_the_directory),
        cmocka_unit_test(directory__comes_before_what_is_assumed),
        cmocka_unit_test(nobody__to_tell__is_sixty_days_that_are_assumed),
        cmocka_unit_test(restore__with_a_setting__widens_assumed_days_only),
    };

    return cmocka_run_group_tests_name("expiry", tests, NULL, NULL);
}
