/*
 * test_read_ahead.c - a large file is read by a thread while it is checked, and judged as a small
 * one is.
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
#include "verify/read_ahead.h"

#include <ntdsbmsg.h>

#define PAGE_BYTES 8192u
#define PAGES      2100u /* 16.4 MiB: large, and its last piece is not a whole one */
#define PIECES     33u

/* A database in memory, behind a source that may spoil it. */
struct memory
{
    struct file_source source;
    uint8_t *data;
    size_t bytes;
    uint64_t spoiled;   /* the cached byte that is not what it was; 0: none */
    uint64_t unread_at; /* reading there fails; UINT64_MAX: nowhere */
    volatile LONG reads;
    volatile LONG foreign_reads; /* those of another thread than this */
    DWORD thread;
    uint32_t uncached_reads;
};

static bool read_memory(struct memory *memory, uint64_t offset, void *to, uint32_t bytes,
                        uint32_t *got)
{
    uint64_t left = offset < memory->bytes ? memory->bytes - offset : 0;

    *got = bytes < left ? bytes : (uint32_t)left;
    memcpy(to, memory->data + offset, *got);
    return true;
}

static bool read_cached(struct file_source *source, uint64_t offset, void *to, uint32_t bytes,
                        uint32_t *got)
{
    struct memory *memory = CONTAINING_RECORD(source, struct memory, source);

    InterlockedIncrement(&memory->reads);
    if (GetCurrentThreadId() != memory->thread)
        InterlockedIncrement(&memory->foreign_reads);
    if (memory->unread_at >= offset && memory->unread_at < offset + bytes) {
        SetLastError(ERROR_CRC);
        return false;
    }
    read_memory(memory, offset, to, bytes, got);
    if (memory->spoiled && memory->spoiled >= offset && memory->spoiled < offset + *got)
        ((uint8_t *)to)[memory->spoiled - offset] ^= 0x11;
    return true;
}

static bool read_uncached(struct file_source *source, uint64_t offset, void *to, uint32_t bytes,
                          uint32_t *got)
{
    struct memory *memory = CONTAINING_RECORD(source, struct memory, source);

    memory->uncached_reads++;
    return read_memory(memory, offset, to, bytes, got);
}

static void close_nothing(struct file_source *source)
{
    (void)source;
}

static struct memory *memory_of(void **state)
{
    return *state;
}

static int make_memory(void **state)
{
    struct memory *memory = calloc(1, sizeof(*memory));

    assert_non_null(memory);
    memory->source =
        (struct file_source){.read = read_cached, .read_uncached = read_uncached, close_nothing};
    memory->data = sample_database(PAGE_BYTES, PAGES, &memory->bytes);
    memory->unread_at = UINT64_MAX;
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
    return reader;
}

static legacy_result verify(struct memory *memory)
{
    struct file_reader *reader = open_reader(memory);
    legacy_result hr = file_reader_verify(reader);

    assert_int_equal(file_reader_is_delivered(reader), hr == S_OK);
    assert_int_equal(file_reader_verify(reader), hr); /* a failure stays */
    file_reader_destroy(reader);
    return hr;
}

/* What identifies it, from reads in this thread. */
static void identify_in_turn(struct memory *memory, uint8_t result[HASH_BYTES])
{
    struct file_reader *reader = open_reader(memory);
    uint8_t *buffer = malloc(65536);
    uint32_t got;

    assert_int_equal(file_reader_want_digest(reader), S_OK);
    while (file_reader_read(reader, buffer, 65536, &got) == S_OK)
        continue;
    assert_true(file_reader_is_delivered(reader));
    assert_int_equal(file_reader_digest(reader, result), S_OK);
    file_reader_destroy(reader);
    free(buffer);
}

static void large_file__good__is_the_same_as_read_in_turn(void **state)
{
    static const uint32_t cut_pages[] = {0, 1, PAGES + 2 - 2048, PAGES + 2 - 2049};
    struct memory *memory = memory_of(state);
    uint8_t ahead[HASH_BYTES], in_turn[HASH_BYTES], hash[HASH_BYTES], expected[HASH_BYTES];
    size_t whole = memory->bytes, i;

    for (i = 0; i < sizeof(cut_pages) / sizeof(cut_pages[0]); i++) {
        struct file_reader *reader;

        memory->bytes = whole - cut_pages[i] * PAGE_BYTES;
        identify_in_turn(memory, in_turn);
        assert_int_equal(memory->foreign_reads, 0);
        reader = open_reader(memory);
        assert_int_equal(file_reader_identify(reader, ahead), S_OK);
        file_reader_destroy(reader);
        assert_memory_equal(ahead, in_turn, HASH_BYTES);
        assert_int_equal(memory->foreign_reads,
                         (memory->bytes + READ_AHEAD_PIECE_BYTES - 1) / READ_AHEAD_PIECE_BYTES);
        reader = open_reader(memory);
        assert_int_equal(file_reader_hash(reader, hash), S_OK);
        file_reader_destroy(reader);
        assert_int_equal(hash_bytes(memory->data, memory->bytes, expected), S_OK);
        assert_memory_equal(hash, expected, HASH_BYTES);
        memory->foreign_reads = 0;
    }
}

static void small_file__is_read_by_whoever_asks(void **state)
{
    struct memory *memory = memory_of(state);

    memory->bytes = 2047 * PAGE_BYTES;
    assert_int_equal(verify(memory), S_OK);
    assert_int_equal(memory->foreign_reads, 0);
    assert_true(memory->reads > 0);
}

static void bad_page__anywhere__fails_there_and_nothing_behind_it_is_waited_for(void **state)
{
    static const uint32_t pages[] = {3, 63, 700, 1999, PAGES};
    struct memory *memory = memory_of(state);
    size_t i;

    for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        struct file_reader *reader;
        uint8_t *page = memory->data + (pages[i] + 1) * PAGE_BYTES;
        uint32_t piece = (pages[i] + 1) * PAGE_BYTES / READ_AHEAD_PIECE_BYTES;

        page[1000] ^= 0x11;
        page[1200] ^= 0x81;
        memory->reads = 0;
        reader = open_reader(memory);
        assert_int_equal(file_reader_verify(reader), hrReadVerifyFailure);
        assert_int_equal(file_reader_fault(reader)->unit, pages[i]);
        assert_false(file_reader_is_delivered(reader));
        file_reader_destroy(reader);
        assert_in_range(memory->reads, piece + 1, piece + 4);
        page[1000] ^= 0x11;
        page[1200] ^= 0x81;
    }
}

static void bad_look__is_forgotten_if_another_is_good(void **state)
{
    static const uint32_t pages[] = {63, 1999};
    struct memory *memory = memory_of(state);
    size_t i;

    for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        memory->spoiled = (pages[i] + 1) * (uint64_t)PAGE_BYTES + 1000;
        memory->uncached_reads = 0;
        assert_int_equal(verify(memory), S_OK);
        assert_int_equal(memory->uncached_reads, 1);
    }
}

static void read__that_fails_anywhere__is_an_io_error(void **state)
{
    static const uint32_t pieces[] = {0, 1, 7, PIECES - 1};
    struct memory *memory = memory_of(state);
    size_t i;

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        memory->unread_at = pieces[i] * (uint64_t)READ_AHEAD_PIECE_BYTES;
        memory->reads = 0;
        assert_int_equal(verify(memory), hrDiskIO);
        assert_int_equal(memory->reads, pieces[i] + 1);
    }
}

static void file__shorter_than_when_it_was_opened__is_an_io_error(void **state)
{
    struct memory *memory = memory_of(state);
    struct file_reader *reader = open_reader(memory);

    memory->bytes -= 40 * PAGE_BYTES;
    assert_int_equal(file_reader_verify(reader), hrDiskIO);
    assert_false(file_reader_is_delivered(reader));
    file_reader_destroy(reader);
}

static void thread__that_cannot_start__is_done_without(void **state)
{
    struct memory *memory = memory_of(state);

    assert_true(inject_host(GetModuleHandleW(NULL)));
    inject_arm(INJECT_HOST, inject_find("CreateThread"), 1);
    assert_int_equal(verify(memory), S_OK);
    assert_true(inject_was_hit());
    inject_reset();
    assert_int_equal(memory->foreign_reads, 0);
    assert_int_equal(memory->reads, PIECES);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_memory, free_memory)
    const struct CMUnitTest tests[] = {
        TEST(large_file__good__is_the_same_as_read_in_turn),
        TEST(small_file__is_read_by_whoever_asks),
        TEST(bad_page__anywhere__fails_there_and_nothing_behind_it_is_waited_for),
        TEST(bad_look__is_forgotten_if_another_is_good),
        TEST(read__that_fails_anywhere__is_an_io_error),
        TEST(file__shorter_than_when_it_was_opened__is_an_io_error),
        TEST(thread__that_cannot_start__is_done_without),
    };

    return cmocka_run_group_tests_name("read_ahead", tests, NULL, NULL);
}
