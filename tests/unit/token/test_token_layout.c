/*
 * test_token_layout.c - a token's bytes, read with suspicion.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ese/ese_fields.h"
#include "token/token_layout.h"

struct sample
{
    uint8_t bytes[1024];
    size_t byte_count;
    size_t database_count_offset;
    size_t text_offsets[7]; /* of the lengths: computer, path, documents, domain, machine */
    size_t text_count;
};

static void put(struct sample *sample, uint64_t value, size_t value_bytes)
{
    uint8_t bytes[8];

    ese_put64(bytes, value);
    memcpy(sample->bytes + sample->byte_count, bytes, value_bytes);
    sample->byte_count += value_bytes;
}

static void put_text(struct sample *sample, const char *text)
{
    sample->text_offsets[sample->text_count++] = sample->byte_count;
    put(sample, strlen(text), 4);
    memcpy(sample->bytes + sample->byte_count, text, strlen(text));
    sample->byte_count += strlen(text);
}

static void put_fill(struct sample *sample, uint8_t value, size_t byte_count)
{
    memset(sample->bytes + sample->byte_count, value, byte_count);
    sample->byte_count += byte_count;
}

static struct sample make_sample(void)
{
    struct sample sample = {.byte_count = 0};

    memcpy(sample.bytes, TOKEN_MAGIC, TOKEN_MAGIC_BYTES);
    sample.byte_count = TOKEN_MAGIC_BYTES;
    put(&sample, TOKEN_VERSION, 4);
    put(&sample, 0, 4);
    put(&sample, 1000, 8);
    put(&sample, 2000, 8);
    put_fill(&sample, 0x1d, TOKEN_ID_BYTES);
    put(&sample, 0x00000101, 4);
    put(&sample, 1, 4);
    put_text(&sample, "DC1");
    sample.database_count_offset = sample.byte_count;
    put(&sample, 1, 4);
    put_text(&sample, "C:\\ntds.dit");
    put(&sample, 0x1122334455, 8);
    put(&sample, 8192, 4);
    put(&sample, 0xc2ed3976, 4);
    put(&sample, 3, 4);
    put(&sample, 77, 8);
    put_fill(&sample, 0xd5, TOKEN_SIGNATURE_BYTES);
    put_fill(&sample, 0x15, TOKEN_SIGNATURE_BYTES);
    put(&sample, 5, 4);
    put(&sample, 6, 4);
    put(&sample, 7, 4);
    put(&sample, 2, 4);
    put(&sample, 4, 4);
    put(&sample, 9, 4);
    put(&sample, 10, 4);
    put_fill(&sample, 0xe1, TOKEN_HASH_BYTES);
    put_fill(&sample, 0xc1, TOKEN_HASH_BYTES);
    put_text(&sample, "<components/>");
    put_text(&sample, "<writer/>");
    put_text(&sample, "");
    put(&sample, TOKEN_EXPIRY_ASSUMED, 4);
    put_text(&sample, "S-1-5-21-7");
    put_text(&sample, "CN=DC1");
    put_fill(&sample, 0xb0, TOKEN_HASH_BYTES);
    put(&sample, 1, 4);
    put_fill(&sample, 0xa5, TOKEN_HASH_BYTES);
    ese_put32(sample.bytes + TOKEN_TOTAL_OFFSET, (uint32_t)sample.byte_count);
    return sample;
}

static void expect_text(struct token_text text, const char *expected)
{
    assert_int_equal(text.byte_count, strlen(expected));
    assert_memory_equal(text.bytes, expected, strlen(expected));
}

static void token__well_formed__gives_every_field(void **state)
{
    struct sample sample = make_sample();
    struct token_database_fields database;
    struct token_fields fields;

    (void)state;
    assert_true(token_layout_parse(sample.bytes, sample.byte_count, &fields));
    assert_true(fields.created == 1000);
    assert_true(fields.expires == 2000);
    assert_int_equal(fields.backup_id[15], 0x1d);
    assert_true(fields.select_components && fields.bootable_system_state);
    assert_false(fields.partial_files);
    assert_int_equal(fields.backup_type, 1);
    expect_text(fields.computer, "DC1");
    assert_int_equal(fields.database_count, 1);
    assert_int_equal(fields.generation_low, 4);
    assert_int_equal(fields.generation_high, 9);
    assert_int_equal(fields.generation_current, 10);
    assert_int_equal(fields.current_log_hash[31], 0xe1);
    assert_true(fields.current_log_of_sums);
    assert_int_equal(fields.checkpoint_hash[0], 0xc1);
    expect_text(fields.components_document, "<components/>");
    expect_text(fields.writer_document, "<writer/>");
    expect_text(fields.backup_metadata, "");
    assert_int_equal(fields.expiry, TOKEN_EXPIRY_ASSUMED);
    expect_text(fields.domain_sid, "S-1-5-21-7");
    expect_text(fields.machine_name, "CN=DC1");
    assert_int_equal(fields.boot_key_hash[31], 0xb0);
    assert_int_equal(fields.hash[0], 0xa5);
    token_layout_database(&fields, 0, &database);
    expect_text(database.path, "C:\\ntds.dit");
    assert_true(database.bytes == 0x1122334455);
    assert_int_equal(database.page_bytes, 8192);
    assert_int_equal(database.header_checksum, 0xc2ed3976);
    assert_int_equal(database.state, 3);
    assert_true(database.dbtime == 77);
    assert_int_equal(database.signature[27], 0xd5);
    assert_int_equal(database.log_signature[0], 0x15);
    assert_int_equal(database.required_low, 5);
    assert_int_equal(database.required_high, 6);
    assert_int_equal(database.committed_high, 7);
    assert_int_equal(database.header_copies, 2);
}

/* The total is put right each time, so that it is not what refuses the token. */
static void token__cut_anywhere__is_refused(void **state)
{
    struct sample sample = make_sample();
    struct token_fields fields;
    size_t length;

    (void)state;
    for (length = 0; length < sample.byte_count; length++) {
        uint8_t *copy = malloc(length ? length : 1);

        assert_non_null(copy);
        memcpy(copy, sample.bytes, length);
        if (length >= TOKEN_TOTAL_OFFSET + 4)
            ese_put32(copy + TOKEN_TOTAL_OFFSET, (uint32_t)length);
        if (token_layout_parse(copy, length, &fields))
            fail_msg("cut at %u it was accepted", (unsigned)length);
        free(copy);
    }
}

static void token__with_a_byte_too_many__is_refused(void **state)
{
    struct sample sample = make_sample();
    struct token_fields fields;

    (void)state;
    sample.byte_count++;
    ese_put32(sample.bytes + TOKEN_TOTAL_OFFSET, (uint32_t)sample.byte_count);
    assert_false(token_layout_parse(sample.bytes, sample.byte_count, &fields));
}

static void token__with_a_total_below_its_bytes__is_refused(void **state)
{
    struct sample sample = make_sample();
    struct token_fields fields;

    (void)state;
    ese_put32(sample.bytes + TOKEN_TOTAL_OFFSET, (uint32_t)sample.byte_count - 1);
    assert_false(token_layout_parse(sample.bytes, sample.byte_count, &fields));
}

static void token__foreign_or_contradictory__is_refused(void **state)
{
    static const struct
    {
        const char *label;
        size_t offset;
        uint8_t value;
    } rows[] = {
        {"magic", 0, 'N'},      {"version 1", 8, 1},        {"version 2 with more", 8, 2},
        {"version 4", 8, 4},    {"version 258", 9, 1},      {"total", 12, 0xff},
        {"a flag of 2", 48, 2}, {"a flag of 255", 50, 255}, {"the spare byte", 51, 1},
    };
    struct token_fields fields;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sample sample = make_sample();

        sample.bytes[rows[i].offset] = rows[i].value;
        if (token_layout_parse(sample.bytes, sample.byte_count, &fields))
            fail_msg("%s: accepted", rows[i].label);
    }
}

static void expiry__chosen_by_nobody_known__is_refused(void **state)
{
    struct sample sample = make_sample();
    size_t offset = sample.text_offsets[5] - 4; /* before the domain */
    struct token_fields fields;

    (void)state;
    assert_int_equal(sample.bytes[offset], TOKEN_EXPIRY_ASSUMED);
    sample.bytes[offset] = TOKEN_EXPIRY_ASSUMED + 1;
    assert_false(token_layout_parse(sample.bytes, sample.byte_count, &fields));
}

static void counts__that_claim_more_than_there_is__are_refused(void **state)
{
    static const uint32_t claims[] = {1000, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};
    struct sample sample = make_sample();
    struct token_fields fields;
    size_t i, text;

    (void)state;
    for (i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
        for (text = 0; text < sample.text_count; text++) {
            struct sample bad = sample;

            ese_put32(bad.bytes + bad.text_offsets[text], claims[i]);
            if (token_layout_parse(bad.bytes, bad.byte_count, &fields))
                fail_msg("text %u of 0x%08x bytes: accepted", (unsigned)text, claims[i]);
        }
        sample = make_sample();
        ese_put32(sample.bytes + sample.database_count_offset, claims[i]);
        assert_false(token_layout_parse(sample.bytes, sample.byte_count, &fields));
        sample = make_sample();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token__well_formed__gives_every_field),
        cmocka_unit_test(token__cut_anywhere__is_refused),
        cmocka_unit_test(token__with_a_byte_too_many__is_refused),
        cmocka_unit_test(token__with_a_total_below_its_bytes__is_refused),
        cmocka_unit_test(token__foreign_or_contradictory__is_refused),
        cmocka_unit_test(expiry__chosen_by_nobody_known__is_refused),
        cmocka_unit_test(counts__that_claim_more_than_there_is__are_refused),
    };

    return cmocka_run_group_tests_name("token_layout", tests, NULL, NULL);
}
