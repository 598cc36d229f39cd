/*
 * test_token.c - the expiry token's layout, field by field, as token.h gives it.
 */
#include <windows.h>
#include <bcrypt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocation.h"
#include "ese/ese_fields.h"
#include "token.h"

static const uint8_t *expect_text(const uint8_t *at, const char *text)
{
    assert_int_equal(ese_get32(at), strlen(text));
    assert_memory_equal(at + 4, text, strlen(text));
    return at + 4 + strlen(text);
}

static struct token_database sample_database(void)
{
    struct token_database database = {.path = L"C:\\NTDS\\ntds.dit",
                                      .bytes = 0x123456789a,
                                      .has_header = true,
                                      .header_checksum = 0xc2ed3976};

    database.header.page_bytes = 8192;
    database.header.state = 3;
    database.header.dbtime = 0x1111222233334444;
    memset(database.header.signature.bytes, 0xd5, ESE_SIGNATURE_BYTES);
    memset(database.header.log_signature.bytes, 0x15, ESE_SIGNATURE_BYTES);
    database.header.required_low = 5;
    database.header.required_high = 7;
    database.header.committed_high = 8;
    return database;
}

static void *build(uint32_t *byte_count)
{
    struct token_database database = sample_database();
    struct token_content content = {.computer = L"DC1",
                                    .lifetime_days = 60,
                                    .databases = &database,
                                    .database_count = 1,
                                    .generation_low = 4,
                                    .generation_high = 9,
                                    .generation_current = 10,
                                    .components_document = L"<a/>",
                                    .writer_document = L"<b>\x00e4</b>",
                                    .backup_metadata = L""};
    void *token = NULL;

    assert_int_equal(token_build(&content, &token, byte_count), S_OK);
    assert_non_null(token);
    return token;
}

static void token__built__has_every_field_in_its_place(void **state)
{
    uint32_t byte_count = 0;
    uint8_t *token = build(&byte_count);
    const uint8_t *at = token;

    (void)state;
    assert_memory_equal(at, "ntdsbtok", 8);
    assert_int_equal(ese_get32(at + 8), 1);
    assert_int_equal(ese_get32(at + 12), byte_count);
    assert_true(ese_get64(at + 24) - ese_get64(at + 16) == 60ull * 86400 * 10000000);
    assert_memory_equal(at + 48, "\1\1\0\0\1\0\0\0", 8);
    at = expect_text(at + 56, "DC1");
    assert_int_equal(ese_get32(at), 1);
    at = expect_text(at + 4, "C:\\NTDS\\ntds.dit");
    assert_true(ese_get64(at) == 0x123456789a);
    assert_int_equal(ese_get32(at + 8), 8192);
    assert_int_equal(ese_get32(at + 12), 0xc2ed3976);
    assert_int_equal(ese_get32(at + 16), 3);
    assert_true(ese_get64(at + 20) == 0x1111222233334444);
    assert_int_equal(at[28], 0xd5);
    assert_int_equal(at[55], 0xd5);
    assert_int_equal(at[56], 0x15);
    assert_int_equal(at[83], 0x15);
    assert_int_equal(ese_get32(at + 84), 5);
    assert_int_equal(ese_get32(at + 88), 7);
    assert_int_equal(ese_get32(at + 92), 8);
    assert_int_equal(ese_get32(at + 96), 4);
    assert_int_equal(ese_get32(at + 100), 9);
    assert_int_equal(ese_get32(at + 104), 10);
    at = expect_text(at + 108, "<a/>");
    at = expect_text(at, "<b>\xc3\xa4</b>");
    at = expect_text(at, "");
    assert_ptr_equal(at + 32, token + byte_count);
    allocation_free(token);
}

static void token__created_now__says_so(void **state)
{
    uint32_t byte_count;
    uint8_t *token;
    FILETIME before, after;
    uint64_t created;

    (void)state;
    GetSystemTimeAsFileTime(&before);
    token = build(&byte_count);
    GetSystemTimeAsFileTime(&after);
    created = ese_get64(token + 16);
    assert_true(created >= ((uint64_t)before.dwHighDateTime << 32 | before.dwLowDateTime));
    assert_true(created <= ((uint64_t)after.dwHighDateTime << 32 | after.dwLowDateTime));
    allocation_free(token);
}

static void token__hash__is_sha256_over_all_before_it(void **state)
{
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE hash;
    uint32_t byte_count;
    uint8_t *token = build(&byte_count);
    uint8_t expected[32];

    (void)state;
    assert_int_equal(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0), 0);
    assert_int_equal(BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0), 0);
    assert_int_equal(BCryptHashData(hash, token, byte_count - 32, 0), 0);
    assert_int_equal(BCryptFinishHash(hash, expected, 32, 0), 0);
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
    assert_memory_equal(token + byte_count - 32, expected, 32);
    allocation_free(token);
}

static void token__of_two_backups__have_different_ids(void **state)
{
    uint32_t first_bytes, second_bytes;
    uint8_t *first = build(&first_bytes);
    uint8_t *second = build(&second_bytes);

    (void)state;
    assert_memory_not_equal(first + 32, second + 32, 16);
    allocation_free(first);
    allocation_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token__built__has_every_field_in_its_place),
        cmocka_unit_test(token__created_now__says_so),
        cmocka_unit_test(token__hash__is_sha256_over_all_before_it),
        cmocka_unit_test(token__of_two_backups__have_different_ids),
    };

    return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
