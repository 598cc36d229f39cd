/*
 * test_proof_texts.c - what is taken from the output of Windows' own programs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "proof_texts.h"

/* As Microsoft's pages show them, shortened. */
static const char english_list[] =
    "Contents of shadow copy set ID: {0c8d5a3f-7b4e-4f0e-9a11-3d3f2b6b8f10}\r\n"
    "   Contained 2 shadow copies at creation time: 29.11.2026 09:00:00\r\n"
    "      Shadow Copy ID: {5d2b1f3a-6f0c-4b0e-8b1a-4a3c1f2d9e77}\r\n"
    "         Original Volume: (C:)\\\\?\\Volume{6f3a}\\\r\n"
    "         Shadow Copy Volume: \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3\r\n"
    "         Shadow Copy Volume: \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy12\r\n";
static const char german_list[] =
    "         Schattenkopievolume: \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3\r\n"
    "         Schattenkopievolume: \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3\r\n";
static const char dirty_header[] =
    "Initiating FILE DUMP mode...\r\n         Database: ntds.dit\r\n"
    "            State: Dirty Shutdown\r\n"
    "     Log Required: 12-14 (0xC-0xE)\r\n    Log Committed: 0-15 (0x0-0xF)\r\n";
static const char clean_header[] = "            State: Clean Shutdown\r\n"
                                   "     Log Required: 0-0 (0x0-0x0)\r\n";

static void shadows__of_a_list__are_counted_once_in_any_language(void **state)
{
    (void)state;
    assert_int_equal(proof_texts_shadows(english_list), 2);
    assert_int_equal(proof_texts_shadows(german_list), 1);
    assert_int_equal(proof_texts_shadows("No items found that satisfy the query."), 0);
    assert_int_equal(proof_texts_shadows(""), 0);
}

static void header__of_esentutl__has_state_and_logs(void **state)
{
    struct proof_texts_header header;

    (void)state;
    proof_texts_header(dirty_header, &header);
    assert_true(header.is_known && !header.is_clean);
    assert_int_equal(header.first_log, 12);
    assert_int_equal(header.last_log, 14);
    proof_texts_header(clean_header, &header);
    assert_true(header.is_known && header.is_clean);
    assert_int_equal(header.last_log, 0);
}

static void header__that_says_something_else__is_not_known(void **state)
{
    static const char *const texts[] = {"", "State: Clean Shutdown", "Log Required: 1-2",
                                        "State: Just Created\r\nLog Required: 1-2"};
    struct proof_texts_header header;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        proof_texts_header(texts[i], &header);
        assert_false(header.is_known);
    }
}

static void header__of_ese_verify__is_the_same(void **state)
{
    struct proof_texts_header header;

    (void)state;
    proof_texts_verified("  state: dirty shutdown, dbtime 0x9000\n"
                         "  logs: needs 0xc to 0xe, last 0xf\n",
                         &header);
    assert_true(header.is_known && !header.is_clean);
    assert_int_equal(header.first_log, 12);
    assert_int_equal(header.last_log, 14);
    proof_texts_verified("  state: clean shutdown, dbtime 0x9000\n", &header);
    assert_true(header.is_known && header.is_clean);
    assert_int_equal(header.first_log, 0);
}

static void number__of_json__is_a_members_own(void **state)
{
    (void)state;
    assert_int_equal(proof_texts_number("{\"exit_code\": 3}", "exit_code"), 3);
    assert_int_equal(proof_texts_number("{\"my_exit_code\": 3}", "exit_code"), -1);
    assert_int_equal(proof_texts_number("exit_code", "exit_code"), -1);
    assert_int_equal(proof_texts_number("", "exit_code"), -1);
}

static void guids__of_a_text__are_those_in_braces(void **state)
{
    char guids[90], few[60];

    (void)state;
    proof_texts_guids(
        "Anbieter-ID: {b5946137-7b9f-4925-af80-51abd60b20d5}\r\n {x} {b5946137-7b9f}\r\n"
        "   {1111AAAA-7b9f-4925-af80-51abd60b20d5}",
        guids, sizeof(guids));
    assert_string_equal(guids, "{b5946137-7b9f-4925-af80-51abd60b20d5} "
                               "{1111AAAA-7b9f-4925-af80-51abd60b20d5}");
    proof_texts_guids(guids, few, sizeof(few));
    assert_string_equal(few, "{b5946137-7b9f-4925-af80-51abd60b20d5}");
    proof_texts_guids("{", few, sizeof(few));
    assert_string_equal(few, "");
}

static void errors__of_findings__are_their_ids(void **state)
{
    static const char json[] = "{\"findings\": [\n"
                               "{\"id\": \"a.good\", \"level\": \"ok\", \"text\": \"x\"},\n"
                               "{\"id\": \"b.bad\", \"level\": \"error\"},\n"
                               "{\"id\": \"c.note\", \"level\": \"note\"},\n"
                               "{\"id\": \"d.bad\", \"level\": \"error\"}]}";
    char ids[20], few[8];

    (void)state;
    proof_texts_errors(json, ids, sizeof(ids));
    assert_string_equal(ids, "b.bad d.bad");
    proof_texts_errors(json, few, sizeof(few));
    assert_string_equal(few, "b.bad");
    proof_texts_errors("", few, sizeof(few));
    assert_string_equal(few, "");
}

/* As shim/token/expiry.c writes it. */
static void expiry__of_a_log__is_that_of_its_line(void **state)
{
    static const struct
    {
        const char *text;
        enum proof_expiry expected;
    } logs[] = {
        {"", PROOF_EXPIRY_NONE},
        {"a (set by ExpiryDays) b", PROOF_EXPIRY_NONE},
        {"The backup expires in 180 days (the tombstone lifetime of the directory)\r\n",
         PROOF_EXPIRY_DIRECTORY},
        {"The backup expires in 60 days (assumed: the tombstone lifetime could not be read)\r\n",
         PROOF_EXPIRY_ASSUMED},
        {"The backup expires at 2027-05-28T00:00:00Z (as the NTDS writer says)\r\n",
         PROOF_EXPIRY_WRITER},
        {"The backup expires in 90 days (set by ExpiryDays)\r\n", PROOF_EXPIRY_SETTING},
        {"The backup expires soon\r\n(set by ExpiryDays)\r\n", PROOF_EXPIRY_NONE},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++)
        assert_int_equal(proof_texts_expiry(logs[i].text), logs[i].expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shadows__of_a_list__are_counted_once_in_any_language),
        cmocka_unit_test(header__of_esentutl__has_state_and_logs),
        cmocka_unit_test(header__that_says_something_else__is_not_known),
        cmocka_unit_test(header__of_ese_verify__is_the_same),
        cmocka_unit_test(guids__of_a_text__are_those_in_braces),
        cmocka_unit_test(errors__of_findings__are_their_ids),
        cmocka_unit_test(expiry__of_a_log__is_that_of_its_line),
        cmocka_unit_test(number__of_json__is_a_members_own),
    };

    return cmocka_run_group_tests_name("proof_texts", tests, NULL, NULL);
}
