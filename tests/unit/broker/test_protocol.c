/*
 * test_protocol.c - frames survive a round trip, and nothing malformed is read as if it were good.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "broker/protocol.h"

static const uint16_t word[] = {0x4e, 0xfc, 0xd83d, 0xde00};

static void build(struct protocol_writer *frame)
{
    protocol_begin(frame, PROTOCOL_BACKUP_OPEN, 0x01020304);
    protocol_put_u32(frame, 0xa1b2c3d4);
    protocol_put_u64(frame, 0x1122334455667788);
    protocol_put_string(frame, word, 4);
    protocol_put_string(frame, NULL, 0);
    assert_true(protocol_finish(frame));
}

static void frame__written_and_read__gives_every_field_back(void **state)
{
    struct protocol_writer frame = {0};
    struct protocol_header header;
    struct protocol_reader reader;
    const uint8_t *units;
    size_t unit_count;

    (void)state;
    build(&frame);
    assert_true(protocol_header_parse(frame.bytes, &header));
    assert_int_equal(header.type, PROTOCOL_BACKUP_OPEN);
    assert_int_equal(header.sequence, 0x01020304);
    assert_int_equal(header.payload_bytes, frame.byte_count - PROTOCOL_HEADER_BYTES);
    protocol_reader_init(&reader, frame.bytes + PROTOCOL_HEADER_BYTES, header.payload_bytes);
    assert_int_equal(protocol_get_u32(&reader), 0xa1b2c3d4);
    assert_true(protocol_get_u64(&reader) == 0x1122334455667788);
    units = protocol_get_string(&reader, &unit_count);
    assert_int_equal(unit_count, 4);
    assert_memory_equal(units, word, sizeof(word));
    assert_non_null(protocol_get_string(&reader, &unit_count));
    assert_int_equal(unit_count, 0);
    assert_true(protocol_reader_done(&reader));
    protocol_writer_fini(&frame);
}

static void frame__bytes__are_little_endian_without_padding(void **state)
{
    static const uint8_t expected[] = {
        6, 0, 0,    0,   PROTOCOL_BACKUP_OPEN, 0, PROTOCOL_VERSION, 0, 7, 0, 0, 0, 1, 0,
        0, 0, 0x34, 0x12};
    static const uint16_t unit = 0x1234;
    struct protocol_writer frame = {0};

    (void)state;
    protocol_begin(&frame, PROTOCOL_BACKUP_OPEN, 7);
    protocol_put_string(&frame, &unit, 1);
    assert_true(protocol_finish(&frame));
    assert_int_equal(frame.byte_count, sizeof(expected));
    assert_memory_equal(frame.bytes, expected, sizeof(expected));
    protocol_writer_fini(&frame);
}

static void header__of_another_version_type_or_size__is_refused(void **state)
{
    static const struct
    {
        const char *label;
        size_t offset;
        uint8_t value;
    } rows[] = {
        {"version 0", 6, 0},
        {"version 1", 6, 1},
        {"the version before", 6, PROTOCOL_VERSION - 1},
        {"the version after", 6, PROTOCOL_VERSION + 1},
        {"version 258", 7, 1},
        {"type 0", 4, 0},
        {"type 200", 4, 200},
        {"type 256 and more", 5, 1},
        {"over 64 MiB", 3, 0x05},
        {"nearly 4 GiB", 3, 0xff},
    };
    struct protocol_writer frame = {0};
    struct protocol_header header;
    uint8_t bytes[PROTOCOL_HEADER_BYTES];
    size_t i;

    (void)state;
    build(&frame);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        memcpy(bytes, frame.bytes, sizeof(bytes));
        bytes[rows[i].offset] = rows[i].value;
        if (protocol_header_parse(bytes, &header))
            fail_msg("%s was accepted", rows[i].label);
    }
    protocol_writer_fini(&frame);
}

/* Every cut of a payload must be noticed, wherever it falls. */
static void payload__cut_short_anywhere__is_not_done(void **state)
{
    struct protocol_writer frame = {0};
    struct protocol_reader reader;
    size_t payload_bytes, cut, unit_count;

    (void)state;
    build(&frame);
    payload_bytes = frame.byte_count - PROTOCOL_HEADER_BYTES;
    for (cut = 0; cut < payload_bytes; cut++) {
        uint8_t *copy = malloc(cut ? cut : 1);

        assert_non_null(copy);
        memcpy(copy, frame.bytes + PROTOCOL_HEADER_BYTES, cut);
        protocol_reader_init(&reader, copy, cut);
        protocol_get_u32(&reader);
        protocol_get_u64(&reader);
        protocol_get_string(&reader, &unit_count);
        protocol_get_string(&reader, &unit_count);
        if (protocol_reader_done(&reader))
            fail_msg("cut at %u of %u was not noticed", (unsigned)cut, (unsigned)payload_bytes);
        free(copy);
    }
    protocol_writer_fini(&frame);
}

static void payload__with_something_left__is_not_done(void **state)
{
    static const uint8_t payload[5] = {1, 2, 3, 4, 5};
    struct protocol_reader reader;

    (void)state;
    protocol_reader_init(&reader, payload, sizeof(payload));
    assert_int_equal(protocol_get_u32(&reader), 0x04030201);
    assert_false(protocol_reader_done(&reader));
}

static void string__that_claims_more_than_there_is__is_null_and_sticks(void **state)
{
    static const uint32_t counts[] = {2, 0x7fffffff, 0x80000000, 0xffffffff};
    struct protocol_reader reader;
    uint8_t payload[6] = {0};
    size_t unit_count, i;

    (void)state;
    for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        memcpy(payload, &counts[i], 4);
        unit_count = 77;
        protocol_reader_init(&reader, payload, sizeof(payload));
        assert_null(protocol_get_string(&reader, &unit_count));
        assert_int_equal(unit_count, 0);
        assert_int_equal(protocol_get_u32(&reader), 0);
        assert_false(protocol_reader_done(&reader));
    }
}

static void writer__given_too_long_a_string__reports_it_at_the_end(void **state)
{
    struct protocol_writer frame = {0};

    (void)state;
    protocol_begin(&frame, PROTOCOL_HELLO, 1);
    protocol_put_string(&frame, word, PROTOCOL_PAYLOAD_MAX_BYTES);
    protocol_put_u32(&frame, 1);
    assert_false(protocol_finish(&frame));
    protocol_writer_fini(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame__written_and_read__gives_every_field_back),
        cmocka_unit_test(frame__bytes__are_little_endian_without_padding),
        cmocka_unit_test(header__of_another_version_type_or_size__is_refused),
        cmocka_unit_test(payload__cut_short_anywhere__is_not_done),
        cmocka_unit_test(payload__with_something_left__is_not_done),
        cmocka_unit_test(string__that_claims_more_than_there_is__is_null_and_sticks),
        cmocka_unit_test(writer__given_too_long_a_string__reports_it_at_the_end),
    };

    return cmocka_run_group_tests_name("protocol", tests, NULL, NULL);
}
