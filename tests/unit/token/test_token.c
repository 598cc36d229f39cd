/*
 * test_token.c - the expiry token's layout, field by field, as token_layout.h gives it, and what is
 * refused.
 */
#include <windows.h>
#include <bcrypt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "host/allocation.h"
#include "ese/ese_fields.h"
#include "host/clock.h"
#include "host/hash.h"
#include "inject.h"
#include "token/token.h"

#include <ntdsbmsg.h>

#define CREATED 0x01db000000000000ull
#define EXPIRES 0x01db2f0000000000ull

static const uint8_t *expect_text(const uint8_t *at, const char *text)
{
    assert_int_equal(ese_get32(at), strlen(text));
    assert_memory_equal(at + 4, text, strlen(text));
    return at + 4 + strlen(text);
}

/* Of the backup id and what the four keys say; nothing else of the key is in the token. */
static void expect_boot_key_hash(const uint8_t *hash, const uint8_t *backup_id)
{
    static const wchar_t key[4][INSTALLATION_PART_CHARS] = {L"01", L"23", L"45", L"67"};
    uint8_t bytes[TOKEN_ID_BYTES + sizeof(key)];
    uint8_t expected[HASH_BYTES];

    memcpy(bytes, backup_id, TOKEN_ID_BYTES);
    memcpy(bytes + TOKEN_ID_BYTES, key, sizeof(key));
    assert_int_equal(hash_bytes(bytes, sizeof(bytes), expected), S_OK);
    assert_memory_equal(hash, expected, HASH_BYTES);
}

static struct token_database sample_database(void)
{
    struct token_database database = {.path = L"C:\\NTDS\\ntds.dit", .bytes = 0x123456789a};

    database.header.checksum = 0xc2ed3976;
    database.header.page_bytes = 8192;
    database.header.state = 3;
    database.header.dbtime = 0x1111222233334444;
    memset(database.header.signature.bytes, 0xd5, ESE_SIGNATURE_BYTES);
    memset(database.header.log_signature.bytes, 0x15, ESE_SIGNATURE_BYTES);
    database.header.required_low = 5;
    database.header.required_high = 7;
    database.header.committed_high = 8;
    database.header.copies = ESE_COPIES_PRIMARY_ONLY;
    return database;
}

static legacy_result try_to_build(void **token, uint32_t *byte_count)
{
    struct installation installation = {.domain_sid = L"S-1-5-21-1",
                                        .machine_name = L"CN=DC1",
                                        .boot_key = {L"01", L"23", L"45", L"67"}};
    struct token_database database = sample_database();
    struct token_content content = {.computer = L"DC1",
                                    .created = CREATED,
                                    .expires = EXPIRES,
                                    .databases = &database,
                                    .database_count = 1,
                                    .generation_low = 4,
                                    .generation_high = 9,
                                    .generation_current = 10,
                                    .current_log_hash = {0x11, [31] = 0x12},
                                    .current_log_of_sums = true,
                                    .checkpoint_hash = {0x21, [31] = 0x22},
                                    .components_document = L"<a/>",
                                    .writer_document = L"<b>\x00e4</b>",
                                    .backup_metadata = L"",
                                    .expiry = TOKEN_EXPIRY_TOMBSTONE,
                                    .installation = &installation};

    return token_build(&content, token, byte_count);
}

static void *build(uint32_t *byte_count)
{
    void *token = NULL;

    assert_int_equal(try_to_build(&token, byte_count), S_OK);
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
    assert_int_equal(ese_get32(at + 8), 3);
    assert_int_equal(ese_get32(at + 12), byte_count);
    assert_true(ese_get64(at + 16) == CREATED);
    assert_true(ese_get64(at + 24) == EXPIRES);
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
    assert_int_equal(ese_get32(at + 96), ESE_COPIES_PRIMARY_ONLY);
    assert_int_equal(ese_get32(at + 100), 4);
    assert_int_equal(ese_get32(at + 104), 9);
    assert_int_equal(ese_get32(at + 108), 10);
    assert_int_equal(at[112], 0x11);
    assert_int_equal(at[143], 0x12);
    assert_int_equal(at[144], 0x21);
    assert_int_equal(at[175], 0x22);
    at = expect_text(at + 176, "<a/>");
    at = expect_text(at, "<b>\xc3\xa4</b>");
    at = expect_text(at, "");
    assert_int_equal(ese_get32(at), TOKEN_EXPIRY_TOMBSTONE);
    at = expect_text(at + 4, "S-1-5-21-1");
    at = expect_text(at, "CN=DC1");
    expect_boot_key_hash(at, token + 32);
    assert_int_equal(ese_get32(at + 32), 1);
    assert_ptr_equal(at + 68, token + byte_count);
    allocation_free(token);
}

static void token__round_trip__is_accepted(void **state)
{
    struct token_fields fields;
    uint32_t byte_count;
    void *token = build(&byte_count);

    (void)state;
    assert_int_equal(token_parse(token, byte_count, &fields), S_OK);
    assert_true(fields.created == CREATED);
    assert_true(fields.expires == EXPIRES);
    assert_int_equal(fields.database_count, 1);
    allocation_free(token);
}

static void token__with_any_bit_flipped__is_refused(void **state)
{
    struct token_fields fields;
    uint32_t byte_count, bit;
    uint8_t *token = build(&byte_count);

    (void)state;
    for (bit = 0; bit < byte_count * 8; bit++) {
        token[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (token_parse(token, byte_count, &fields) != hrUnknownExpiryTokenFormat)
            fail_msg("with bit %u flipped it was not refused", bit);
        token[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    allocation_free(token);
}

static void token__cut_short_or_missing__is_refused(void **state)
{
    struct token_fields fields;
    uint32_t byte_count, length;
    void *token = build(&byte_count);

    (void)state;
    assert_int_equal(token_parse(NULL, byte_count, &fields), hrMissingExpiryToken);
    assert_int_equal(token_parse(token, 0, &fields), hrMissingExpiryToken);
    for (length = 1; length < byte_count; length++)
        assert_int_equal(token_parse(token, length, &fields), hrUnknownExpiryTokenFormat);
    allocation_free(token);
}

static void token__expires__at_its_time_and_not_before(void **state)
{
    struct token_fields fields = {.created = CREATED, .expires = EXPIRES};

    (void)state;
    assert_int_equal(token_check_expiry(&fields, EXPIRES - 1, 0), S_OK);
    assert_int_equal(token_check_expiry(&fields, EXPIRES, 0), hrContentsExpired);
    assert_int_equal(token_check_expiry(&fields, EXPIRES, 3650), hrContentsExpired);
    assert_int_equal(token_check_expiry(&fields, UINT64_MAX - CLOCK_DAY, 0), hrContentsExpired);
}

/* Where the clock is wrong nobody knows how old the backup is. */
static void token__clock_is_before_it__is_refused_from_a_day_on(void **state)
{
    struct token_fields fields = {.created = CREATED, .expires = EXPIRES};

    (void)state;
    assert_int_equal(token_check_expiry(&fields, CREATED - CLOCK_DAY, 0), S_OK);
    assert_int_equal(token_check_expiry(&fields, CREATED - CLOCK_DAY - 1, 0), ERROR_TIME_SKEW);
    assert_int_equal(token_check_expiry(&fields, 0, 3650), ERROR_TIME_SKEW);
}

/* As version 0.1.0 made it: without what tells the installation. */
static void token__of_version_2__is_accepted_and_knows_less(void **state)
{
    const uint32_t tail_bytes = 4 + 4 + 10 + 4 + 6 + HASH_BYTES + 4;
    struct token_fields fields;
    uint32_t byte_count;
    uint8_t *token = build(&byte_count);

    (void)state;
    byte_count -= tail_bytes;
    ese_put32(token + 8, 2);
    ese_put32(token + 12, byte_count);
    assert_int_equal(hash_bytes(token, byte_count - HASH_BYTES, token + byte_count - HASH_BYTES),
                     S_OK);
    assert_int_equal(token_parse(token, byte_count, &fields), S_OK);
    assert_int_equal(fields.version, 2);
    assert_int_equal(fields.expiry, TOKEN_EXPIRY_UNKNOWN);
    assert_int_equal(fields.domain_sid.byte_count, 0);
    assert_int_equal(fields.machine_name.byte_count, 0);
    assert_null(fields.boot_key_hash);
    assert_false(fields.current_log_of_sums);
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

/* Success without a token would be a backup that cannot be restored. */
static bool is_built(void *context)
{
    uint32_t byte_count = 0;
    void *token = NULL;
    legacy_result hr = try_to_build(&token, &byte_count);

    (void)context;
    assert_true((hr == S_OK) == (token != NULL));
    allocation_free(token);
    return hr == S_OK;
}

static void token__a_call_fails__is_none(void **state)
{
    (void)state;
    assert_true(inject_host(GetModuleHandleW(NULL)));
    assert_string_equal(inject_each(is_built, NULL, 4, NULL), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token__built__has_every_field_in_its_place),
        cmocka_unit_test(token__round_trip__is_accepted),
        cmocka_unit_test(token__with_any_bit_flipped__is_refused),
        cmocka_unit_test(token__cut_short_or_missing__is_refused),
        cmocka_unit_test(token__expires__at_its_time_and_not_before),
        cmocka_unit_test(token__clock_is_before_it__is_refused_from_a_day_on),
        cmocka_unit_test(token__of_version_2__is_accepted_and_knows_less),
        cmocka_unit_test(token__hash__is_sha256_over_all_before_it),
        cmocka_unit_test(token__of_two_backups__have_different_ids),
        cmocka_unit_test(token__a_call_fails__is_none),
    };

    return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
