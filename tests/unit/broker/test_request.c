/*
 * test_request.c - requests are taken apart field by field, and nothing malformed is served.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "broker/request.h"

static const uint16_t texts[REQUEST_TEXTS_MAX][4] = {
    {'a', 0xfc, 'c'}, {'d'}, {0xd83d, 0xde00}, {0}, {'0', '1', '2'}};

static size_t units_of(const uint16_t *text)
{
    size_t count = 0;

    while (text[count])
        count++;
    return count;
}

/* What each type's payload is made of. */
struct row
{
    const char *label;
    enum protocol_type type;
    size_t text_count;
    size_t number_count;
};

static const struct row rows[] = {
    {"backup start", PROTOCOL_BACKUP_START, 1, 0},
    {"backup logs", PROTOCOL_BACKUP_LOGS, 0, 0},
    {"backup open", PROTOCOL_BACKUP_OPEN, 0, 1},
    {"backup complete", PROTOCOL_BACKUP_COMPLETE, 0, 0},
    {"backup abort", PROTOCOL_BACKUP_ABORT, 0, 0},
    {"restore start", PROTOCOL_RESTORE_START, 2, 1},
    {"restore register", PROTOCOL_RESTORE_REGISTER, 5, 2},
    {"restore files", PROTOCOL_RESTORE_FILES, 0, 0},
    {"restore open", PROTOCOL_RESTORE_OPEN, 0, 1},
    {"restore set aside", PROTOCOL_RESTORE_SET_ASIDE, 0, 1},
    {"restore complete", PROTOCOL_RESTORE_COMPLETE, 0, 1},
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* The first number is 1, which every type takes; the second 0xfffffffe. */
static void build(struct protocol_writer *frame, const struct row *row)
{
    size_t i;

    protocol_begin(frame, row->type, 77);
    for (i = 0; i < row->text_count; i++)
        protocol_put_string(frame, texts[i], units_of(texts[i]));
    for (i = 0; i < row->number_count; i++)
        protocol_put_u32(frame, i ? 0xfffffffe : 1);
    assert_true(protocol_finish(frame));
}

/* With a payload of that many bytes, in memory of its own so that a sanitizer sees a read beyond.
 */
static bool parse_cut(const struct protocol_writer *frame, size_t payload_bytes,
                      struct request *request)
{
    struct protocol_header header;
    uint8_t *copy = malloc(payload_bytes ? payload_bytes : 1);
    size_t there = frame->byte_count - PROTOCOL_HEADER_BYTES;
    bool parsed;

    assert_non_null(copy);
    memset(copy, 0x5a, payload_bytes ? payload_bytes : 1);
    memcpy(copy, frame->bytes + PROTOCOL_HEADER_BYTES,
           payload_bytes < there ? payload_bytes : there);
    assert_true(protocol_header_parse(frame->bytes, &header));
    header.payload_bytes = (uint32_t)payload_bytes;
    parsed = request_parse(request, &header, copy);
    free(copy);
    return parsed;
}

static void request__of_every_type__gives_its_fields_back(void **state)
{
    struct protocol_writer frame = {0};
    struct request request;
    size_t i, k;

    (void)state;
    for (i = 0; i < ROW_COUNT; i++) {
        memset(&request, 0xcc, sizeof(request));
        build(&frame, &rows[i]);
        if (!parse_cut(&frame, frame.byte_count - PROTOCOL_HEADER_BYTES, &request))
            fail_msg("%s was refused", rows[i].label);
        assert_int_equal(request.type, rows[i].type);
        assert_int_equal(request.sequence, 77);
        for (k = 0; k < REQUEST_TEXTS_MAX; k++) {
            if (k >= rows[i].text_count) {
                assert_null(request.texts[k]);
                continue;
            }
            assert_non_null(request.texts[k]);
            assert_memory_equal(request.texts[k], texts[k],
                                (units_of(texts[k]) + 1) * sizeof(uint16_t));
        }
        request_fini(&request);
        assert_null(request.texts[0]);
    }
    protocol_writer_fini(&frame);
}

static void request__numbers__go_where_they_belong(void **state)
{
    struct protocol_writer frame = {0};
    struct request request;

    (void)state;
    build(&frame, &rows[5]);
    assert_true(parse_cut(&frame, frame.byte_count - PROTOCOL_HEADER_BYTES, &request));
    assert_true(request.without_vss);
    request_fini(&request);
    build(&frame, &rows[6]);
    assert_true(parse_cut(&frame, frame.byte_count - PROTOCOL_HEADER_BYTES, &request));
    assert_int_equal(request.generation_low, 1);
    assert_int_equal(request.generation_high, 0xfffffffe);
    assert_int_equal(request.index, 0);
    request_fini(&request);
    build(&frame, &rows[8]);
    assert_true(parse_cut(&frame, 4, &request));
    assert_int_equal(request.index, 1);
    assert_false(request.succeeded);
    request_fini(&request);
    build(&frame, &rows[10]);
    assert_true(parse_cut(&frame, 4, &request));
    assert_true(request.succeeded);
    request_fini(&request);
    protocol_writer_fini(&frame);
}

static void request__cut_short_anywhere_or_too_long__is_refused(void **state)
{
    struct protocol_writer frame = {0};
    struct request request;
    size_t i, cut, payload_bytes;

    (void)state;
    for (i = 0; i < ROW_COUNT; i++) {
        build(&frame, &rows[i]);
        payload_bytes = frame.byte_count - PROTOCOL_HEADER_BYTES;
        for (cut = 0; cut <= payload_bytes + 4; cut++) {
            if (cut != payload_bytes && parse_cut(&frame, cut, &request))
                fail_msg("%s of %u bytes was taken with %u", rows[i].label, (unsigned)payload_bytes,
                         (unsigned)cut);
        }
    }
    protocol_writer_fini(&frame);
}

static void request__that_no_session_serves__is_refused(void **state)
{
    static const enum protocol_type types[] = {PROTOCOL_HELLO, PROTOCOL_LOG, PROTOCOL_KEEPALIVE};
    struct protocol_writer frame = {0};
    struct request request;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        protocol_begin(&frame, types[i], 1);
        assert_true(protocol_finish(&frame));
        assert_false(parse_cut(&frame, 0, &request));
    }
    protocol_writer_fini(&frame);
}

static void flags__neither_yes_nor_no__are_refused(void **state)
{
    static const uint32_t values[] = {2, 0x100, 0x80000000, 0xffffffff};
    struct protocol_writer frame = {0};
    struct request request;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        protocol_begin(&frame, PROTOCOL_RESTORE_COMPLETE, 1);
        protocol_put_u32(&frame, values[i]);
        assert_true(protocol_finish(&frame));
        assert_false(parse_cut(&frame, 4, &request));
        protocol_begin(&frame, PROTOCOL_RESTORE_START, 1);
        protocol_put_string(&frame, texts[0], 0);
        protocol_put_string(&frame, texts[0], 0);
        protocol_put_u32(&frame, values[i]);
        assert_true(protocol_finish(&frame));
        assert_false(parse_cut(&frame, 12, &request));
    }
    protocol_writer_fini(&frame);
}

/* It would end early wherever it is used as a C string. */
static void text__with_a_zero_in_it__is_refused(void **state)
{
    static const uint16_t text[] = {'a', 0, 'b'};
    struct protocol_writer frame = {0};
    struct request request;

    (void)state;
    protocol_begin(&frame, PROTOCOL_RESTORE_START, 1);
    protocol_put_string(&frame, text, 1);
    protocol_put_string(&frame, text, 3);
    protocol_put_u32(&frame, 0);
    assert_true(protocol_finish(&frame));
    assert_false(parse_cut(&frame, frame.byte_count - PROTOCOL_HEADER_BYTES, &request));
    protocol_writer_fini(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request__of_every_type__gives_its_fields_back),
        cmocka_unit_test(request__numbers__go_where_they_belong),
        cmocka_unit_test(request__cut_short_anywhere_or_too_long__is_refused),
        cmocka_unit_test(request__that_no_session_serves__is_refused),
        cmocka_unit_test(flags__neither_yes_nor_no__are_refused),
        cmocka_unit_test(text__with_a_zero_in_it__is_refused),
    };

    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
