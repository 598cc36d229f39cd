/*
 * test_side_check.c - a large database that is read for its check alone has a second reader, and
 * whatever that one meets, the verdict is that of one who reads it all.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ese_samples.h"
#include "inject.h"
#include "verify/file_reader.h"
#include "verify/file_source.h"
#include "verify/side_check.h"

#include <ntdsbmsg.h>

#define PAGE_BYTES 8192u
#define STRETCH    ((uint64_t)SIDE_CHECK_STRETCH_BYTES)
#define STRETCHES  11u
/* The last stretch is not a whole one. The first is read alone; from the third on every other one
 * is the second reader's, who has used its room for each more than once then. */
#define SIDES ((STRETCHES - 1) / 2)
#define PAGES (STRETCHES * SIDE_CHECK_STRETCH_BYTES / PAGE_BYTES + 75)

/* A database in memory, behind sources that may spoil it. */
struct memory
{
    struct file_source source;
    struct file_source side; /* what `second` gives */
    uint8_t *data;
    size_t bytes;
    uint64_t spoiled;     /* the cached byte that is not what it was; 0: none */
    uint64_t unread_at;   /* reading there fails; UINT64_MAX: nowhere */
    uint64_t side_unread; /* the same, for the second reader only */
    uint32_t fast_until;  /* how often is_fast says so */
    uint32_t fast_asked;
    bool has_no_second;
    uint32_t seconds; /* how many are open */
    uint32_t seconds_made;
    uint64_t read_bytes; /* by the one who asks */
    uint64_t side_bytes; /* by the other */
    uint64_t side_first; /* the first byte that the other has read */
    DWORD thread;
    uint32_t uncached_reads;
    volatile LONG takes; /* how many were begun */
    volatile LONG early_reads;
};

static void read_memory(struct memory *memory, uint64_t offset, void *to, uint32_t bytes,
                        uint32_t *got)
{
    uint64_t left = offset < memory->bytes ? memory->bytes - offset : 0;

    *got = bytes < left ? bytes : (uint32_t)left;
    memcpy(to, memory->data + offset, *got);
}

static bool is_in(uint64_t place, uint64_t offset, uint32_t bytes)
{
    return place >= offset && place < offset + bytes;
}

static bool read_cached(struct memory *memory, uint64_t unread_at, uint64_t offset, void *to,
                        uint32_t bytes, uint32_t *got)
{
    if (is_in(unread_at, offset, bytes)) {
        SetLastError(ERROR_CRC);
        return false;
    }
    read_memory(memory, offset, to, bytes, got);
    if (memory->spoiled && is_in(memory->spoiled, offset, *got))
        ((uint8_t *)to)[memory->spoiled - offset] ^= 0x11;
    return true;
}

static bool read_own(struct file_source *source, uint64_t offset, void *to, uint32_t bytes,
                     uint32_t *got)
{
    struct memory *memory = CONTAINING_RECORD(source, struct memory, source);

    assert_int_equal(GetCurrentThreadId(), memory->thread);
    memory->read_bytes += bytes;
    return read_cached(memory, memory->unread_at, offset, to, bytes, got);
}

static bool read_side(struct file_source *source, uint64_t offset, void *to, uint32_t bytes,
                      uint32_t *got)
{
    struct memory *memory = CONTAINING_RECORD(source, struct memory, side);

    if (GetCurrentThreadId() != memory->thread)
        memory->side_bytes += bytes;
    if (memory->side_bytes == bytes)
        memory->side_first = offset;
    return read_cached(memory, memory->side_unread, offset, to, bytes, got);
}

static bool read_uncached(struct file_source *source, uint64_t offset, void *to, uint32_t bytes,
                          uint32_t *got)
{
    struct memory *memory = CONTAINING_RECORD(source, struct memory, source);

    memory->uncached_reads++;
    read_memory(memory, offset, to, bytes, got);
    return true;
}

static bool is_fast(struct file_source *source)
{
    struct memory *memory = CONTAINING_RECORD(source, struct memory, source);

    return memory->fast_asked++ < memory->fast_until;
}

static void close_side(struct file_source *source)
{
    CONTAINING_RECORD(source, struct memory, side)->seconds--;
}

static struct file_source *second(struct file_source *source)
{
    struct memory *memory = CONTAINING_RECORD(source, struct memory, source);

    if (memory->has_no_second)
        return NULL;
    assert_int_equal(memory->seconds, 0);
    memory->seconds++;
    memory->seconds_made++;
    memory->side = (struct file_source){.read = read_side, .close = close_side};
    return &memory->side;
}

static void close_own(struct file_source *source)
{
    assert_int_equal(CONTAINING_RECORD(source, struct memory, source)->seconds, 0);
}

static struct memory *memory_of(void **state)
{
    return *state;
}

static int make_memory(void **state)
{
    struct memory *memory = calloc(1, sizeof(*memory));

    assert_non_null(memory);
    memory->source = (struct file_source){.read = read_own,
                                          .read_uncached = read_uncached,
                                          .is_fast = is_fast,
                                          .second = second,
                                          .close = close_own};
    memory->data = sample_database(PAGE_BYTES, PAGES, &memory->bytes);
    memory->unread_at = UINT64_MAX;
    memory->side_unread = UINT64_MAX;
    memory->fast_until = UINT32_MAX;
    memory->thread = GetCurrentThreadId();
    *state = memory;
    return 0;
}

static int free_memory(void **state)
{
    free(memory_of(state)->data);
    free(memory_of(state));
    return 0;
}

static struct file_reader *open_reader(struct memory *memory)
{
    struct file_reader *reader = file_reader_create_from(&memory->source, memory->bytes,
                                                         FILE_CHECK_DATABASE, L"D:\\ntds.dit");

    assert_non_null(reader);
    memory->fast_asked = memory->seconds_made = memory->uncached_reads = 0;
    memory->read_bytes = memory->side_bytes = 0;
    return reader;
}

static legacy_result verify(struct memory *memory)
{
    struct file_reader *reader = open_reader(memory);
    legacy_result hr = file_reader_verify(reader);

    assert_int_equal(file_reader_is_delivered(reader), hr == S_OK);
    assert_int_equal(memory->seconds, 0);
    assert_int_equal(file_reader_verify(reader), hr); /* a failure stays */
    file_reader_destroy(reader);
    return hr;
}

static void identify(struct memory *memory, uint8_t result[HASH_BYTES])
{
    struct file_reader *reader = open_reader(memory);

    assert_int_equal(file_reader_identify(reader, result), S_OK);
    assert_true(file_reader_is_delivered(reader));
    file_reader_destroy(reader);
}

/* A page of new format in a stretch: it has content, and one flipped bit of it can be corrected. */
static uint8_t *used_page(struct memory *memory, uint32_t stretch)
{
    size_t place = (size_t)(stretch * STRETCH / PAGE_BYTES) + 40;

    while ((place - 1) % 3 != 1)
        place++;
    return memory->data + place * PAGE_BYTES;
}

static void large_database__good__is_read_once_by_two_and_is_what_one_finds(void **state)
{
    struct memory *memory = memory_of(state);
    uint8_t alone[HASH_BYTES], side_by_side[HASH_BYTES];

    memory->has_no_second = true;
    identify(memory, alone);
    assert_int_equal(memory->read_bytes, memory->bytes);
    memory->has_no_second = false;
    identify(memory, side_by_side);
    assert_memory_equal(side_by_side, alone, HASH_BYTES);
    assert_int_equal(memory->seconds_made, 1);
    assert_int_equal(memory->side_first, 2 * STRETCH);
    assert_int_equal(memory->side_bytes, SIDES * STRETCH);
    assert_int_equal(memory->read_bytes, memory->bytes - SIDES * STRETCH);
}

/* The end of the file is for the one who asks, however it lies. */
static void last_stretch__of_any_length__is_not_the_second_readers(void **state)
{
    static const int32_t cuts[] = {0, 74, 75, 76, 77, 78, 512, 589};
    struct memory *memory = memory_of(state);
    size_t whole = memory->bytes, i;

    for (i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
        uint64_t sides;

        memory->bytes = whole - (size_t)cuts[i] * PAGE_BYTES;
        sides = memory->bytes > STRETCHES * STRETCH ? SIDES : SIDES - 1;
        assert_int_equal(verify(memory), S_OK);
        assert_int_equal(memory->side_bytes, sides * STRETCH);
        assert_int_equal(memory->read_bytes, memory->bytes - sides * STRETCH);
    }
}

static void database__with_few_stretches_left__has_no_second_reader(void **state)
{
    struct memory *memory = memory_of(state);

    memory->bytes = 5 * STRETCH;
    assert_int_equal(verify(memory), S_OK);
    assert_int_equal(memory->seconds_made, 0);
    memory->bytes = 5 * STRETCH + PAGE_BYTES;
    assert_int_equal(verify(memory), S_OK);
    assert_int_equal(memory->seconds_made, 1);
}

static void bad_page__in_any_stretch__fails_there(void **state)
{
    struct memory *memory = memory_of(state);
    uint32_t stretch;

    for (stretch = 1; stretch <= STRETCHES; stretch++) {
        uint32_t page = (uint32_t)(stretch * STRETCH / PAGE_BYTES) + 40;
        uint8_t *at = memory->data + (page + 1) * (size_t)PAGE_BYTES;
        struct file_reader *reader;

        at[1000] ^= 0x11;
        at[1200] ^= 0x81;
        reader = open_reader(memory);
        assert_int_equal(file_reader_verify(reader), hrReadVerifyFailure);
        assert_int_equal(file_reader_fault(reader)->unit, page);
        assert_false(file_reader_is_delivered(reader));
        file_reader_destroy(reader);
        assert_int_equal(memory->uncached_reads, 3);
        at[1000] ^= 0x11;
        at[1200] ^= 0x81;
    }
}

static void flipped_bit__in_any_stretch__is_corrected_unless_it_is_for_recovery(void **state)
{
    struct memory *memory = memory_of(state);
    uint32_t stretch;

    for (stretch = 1; stretch <= STRETCHES; stretch++) {
        uint8_t *at = used_page(memory, stretch) + 1000;
        struct file_reader *reader;

        *at ^= 0x10;
        assert_int_equal(verify(memory), S_OK);
        reader = open_reader(memory);
        file_reader_for_recovery(reader);
        assert_int_equal(file_reader_verify(reader), hrReadVerifyFailure);
        assert_int_equal(file_reader_fault(reader)->report.verdict, ESE_CORRECTABLE);
        file_reader_destroy(reader);
        *at ^= 0x10;
    }
}

static void bad_look__at_any_stretch__is_forgotten_if_another_is_good(void **state)
{
    struct memory *memory = memory_of(state);
    uint8_t expected[HASH_BYTES], found[HASH_BYTES];
    uint32_t stretch;

    identify(memory, expected);
    for (stretch = 1; stretch <= STRETCHES; stretch++) {
        memory->spoiled = stretch * STRETCH + 41 * PAGE_BYTES + 1000;
        identify(memory, found);
        assert_memory_equal(found, expected, HASH_BYTES);
        assert_int_equal(memory->uncached_reads, 1);
    }
}

/* A page that was blanked is a legal page: only the digest tells. */
static void blanked_page__in_any_stretch__makes_another_digest(void **state)
{
    struct memory *memory = memory_of(state);
    uint8_t good[HASH_BYTES], blanked[HASH_BYTES], keep[PAGE_BYTES];
    uint32_t stretch;

    identify(memory, good);
    for (stretch = 1; stretch <= STRETCHES; stretch++) {
        uint8_t *page = used_page(memory, stretch);

        memcpy(keep, page, PAGE_BYTES);
        memset(page, 0, PAGE_BYTES);
        identify(memory, blanked);
        assert_memory_not_equal(blanked, good, HASH_BYTES);
        memcpy(page, keep, PAGE_BYTES);
    }
}

static void read__that_fails_for_the_second_reader__is_tried_by_the_first(void **state)
{
    struct memory *memory = memory_of(state);

    memory->side_unread = 4 * STRETCH + 12345;
    assert_int_equal(verify(memory), S_OK);
    assert_int_equal(memory->read_bytes, memory->bytes - (SIDES - 1) * STRETCH);
}

static void read__that_fails_in_any_stretch__is_an_io_error(void **state)
{
    struct memory *memory = memory_of(state);
    uint32_t stretch;

    for (stretch = 0; stretch <= STRETCHES; stretch++) {
        memory->unread_at = memory->side_unread = stretch * STRETCH + 12345;
        assert_int_equal(verify(memory), hrDiskIO);
    }
}

static void database__shorter_than_when_it_was_opened__is_an_io_error(void **state)
{
    static const uint32_t missing[] = {1, 80, 600, 1200};
    struct memory *memory = memory_of(state);
    size_t whole = memory->bytes, i;

    for (i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
        struct file_reader *reader;

        memory->bytes = whole;
        reader = open_reader(memory);
        memory->bytes -= missing[i] * PAGE_BYTES;
        assert_int_equal(file_reader_verify(reader), hrDiskIO);
        assert_false(file_reader_is_delivered(reader));
        file_reader_destroy(reader);
    }
}

static void slow_file__has_no_second_reader(void **state)
{
    struct memory *memory = memory_of(state);

    memory->fast_until = 0;
    assert_int_equal(verify(memory), S_OK);
    assert_int_equal(memory->seconds_made, 0);
    assert_int_equal(memory->read_bytes, memory->bytes);
}

/* It may have judged stretches that nobody asks for any more. */
static void file_that_becomes_slow__is_read_by_one_from_there_on(void **state)
{
    struct memory *memory = memory_of(state);

    for (memory->fast_until = 1; memory->fast_until <= 3; memory->fast_until++) {
        uint64_t taken = memory->fast_until - 1;

        assert_int_equal(verify(memory), S_OK);
        assert_int_equal(memory->seconds_made, 1);
        assert_int_equal(memory->read_bytes, memory->bytes - taken * STRETCH);
    }
}

static void second_reader__that_cannot_be_had__is_done_without(void **state)
{
    struct memory *memory = memory_of(state);

    memory->has_no_second = true;
    assert_int_equal(verify(memory), S_OK);
    assert_int_equal(memory->read_bytes, memory->bytes);
}

static void thread__that_cannot_start__is_done_without(void **state)
{
    struct memory *memory = memory_of(state);

    memory->bytes = 5 * STRETCH + PAGE_BYTES; /* asked for once */
    assert_true(inject_host(GetModuleHandleW(NULL)));
    inject_arm(INJECT_HOST, inject_find("CreateThread"), 1);
    assert_int_equal(verify(memory), S_OK);
    assert_true(inject_was_hit());
    inject_reset();
    assert_int_equal(memory->seconds_made, 1);
    assert_int_equal(memory->read_bytes, memory->bytes);
}

static bool note_early_read(struct file_source *source, uint64_t offset, void *to, uint32_t bytes,
                            uint32_t *got)
{
    struct memory *memory = CONTAINING_RECORD(source, struct memory, side);

    (void)to;
    (void)bytes;
    (void)got;
    if ((LONG)(offset / STRETCH / 2) > memory->takes + 1)
        memory->early_reads++;
    return false;
}

/* The thread never judges into what was handed out last, however far it gets. */
static void stretch__handed_out__is_left_alone(void **state)
{
    static struct ese_stream stream;
    struct memory *memory = memory_of(state);
    struct side_check *side;

    ese_stream_init(&stream, ESE_FILE_DATABASE);
    assert_true(ese_stream_feed(&stream, memory->data, SIDE_CHECK_STRETCH_BYTES));
    memory->seconds = 1;
    memory->side = (struct file_source){.read = note_early_read, .close = close_side};
    side = side_check_create(&memory->side, &stream, STRETCH, UINT64_MAX / 2);
    assert_non_null(side);
    while (memory->takes < 5000) {
        InterlockedIncrement(&memory->takes);
        assert_int_equal(side_check_take(side)->stream.counts.bytes, 0);
    }
    side_check_destroy(side);
    assert_int_equal(memory->early_reads, 0);
    assert_int_equal(memory->seconds, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_memory, free_memory)
    const struct CMUnitTest tests[] = {
        TEST(large_database__good__is_read_once_by_two_and_is_what_one_finds),
        TEST(last_stretch__of_any_length__is_not_the_second_readers),
        TEST(database__with_few_stretches_left__has_no_second_reader),
        TEST(bad_page__in_any_stretch__fails_there),
        TEST(flipped_bit__in_any_stretch__is_corrected_unless_it_is_for_recovery),
        TEST(bad_look__at_any_stretch__is_forgotten_if_another_is_good),
        TEST(blanked_page__in_any_stretch__makes_another_digest),
        TEST(read__that_fails_for_the_second_reader__is_tried_by_the_first),
        TEST(read__that_fails_in_any_stretch__is_an_io_error),
        TEST(database__shorter_than_when_it_was_opened__is_an_io_error),
        TEST(slow_file__has_no_second_reader),
        TEST(file_that_becomes_slow__is_read_by_one_from_there_on),
        TEST(second_reader__that_cannot_be_had__is_done_without),
        TEST(thread__that_cannot_start__is_done_without),
        TEST(stretch__handed_out__is_left_alone),
    };

    return cmocka_run_group_tests_name("side_check", tests, NULL, NULL);
}
