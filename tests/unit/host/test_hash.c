/*
 * test_hash.c - SHA-256 of the standard's examples, at once and in runs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "host/hash.h"

/* FIPS 180-2, appendix B. */
static const struct
{
    const char *text;
    const char *expected;
} rows[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void assert_hash(const uint8_t hash[HASH_BYTES], const char *expected)
{
    char text[2 * HASH_BYTES + 1];
    size_t i;

    for (i = 0; i < HASH_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", hash[i]);
    assert_string_equal(text, expected);
}

static void hash__at_once_or_in_runs__is_the_standards(void **state)
{
    uint8_t result[HASH_BYTES];
    size_t i, at;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct hash *hash = NULL;

        assert_int_equal(hash_create(&hash), S_OK);
        assert_int_equal(hash_bytes(rows[i].text, strlen(rows[i].text), result), S_OK);
        assert_hash(result, rows[i].expected);
        for (at = 0; at < strlen(rows[i].text); at++)
            assert_true(hash_feed(hash, rows[i].text + at, 1));
        memset(result, 0xDD, sizeof(result));
        assert_true(hash_finish(hash, result));
        assert_hash(result, rows[i].expected);
        hash_destroy(hash);
    }
}

static void text__of_bytes__is_read_back_in_either_case(void **state)
{
    static const uint8_t expected[] = {0x00, 0x9a, 0xaf, 0xf9};
    uint8_t bytes[sizeof(expected)] = {0};

    (void)state;
    assert_true(hash_parse(L"009aaff9 and more", bytes, sizeof(bytes)));
    assert_memory_equal(bytes, expected, sizeof(expected));
    memset(bytes, 0xDD, sizeof(bytes));
    assert_true(hash_parse(L"009AAFF9", bytes, sizeof(bytes)));
    assert_memory_equal(bytes, expected, sizeof(expected));
}

static void text__with_another_character__is_refused(void **state)
{
    static const wchar_t others[] = L"/:@G`g \x130";
    wchar_t text[] = L"009aaff9";
    uint8_t bytes[4];
    size_t i, at;

    (void)state;
    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        for (at = 0; at < 8; at++) {
            wchar_t kept = text[at];

            text[at] = others[i];
            assert_false(hash_parse(text, bytes, sizeof(bytes)));
            text[at] = kept;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash__at_once_or_in_runs__is_the_standards),
        cmocka_unit_test(text__of_bytes__is_read_back_in_either_case),
        cmocka_unit_test(text__with_another_character__is_refused),
    };

    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
