/*
 * test_file_reader.c - what a caller gets of a good file, and which code of a bad one.
 */
#include <windows.h>
#include <winioctl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "ese_samples.h"
#include "inject.h"
#include "common/log_file.h"
#include "verify/file_reader.h"
#include "verify/file_source.h"
#include "make_database.h"
#include "make_logs.h"
#include "host/result.h"

#include <ntdsbmsg.h>

#define PAGE_BYTES 8192u

static struct
{
    char folder[MAX_PATH];
    char database[MAX_PATH + 16];
    char log[MAX_PATH + 16];
} files;

/* A database of 64 pages and two logs; made for each test, as tests damage them. */
static int make_files(void **state)
{
    const struct make_database database = {.page_bytes = PAGE_BYTES, .pages = 64, .seed = 7};
    const struct make_logs logs = {.first_generation = 1,
                                   .count = 2,
                                   .log_bytes = MAKE_LOG_BYTES_MIN,
                                   .page_bytes = PAGE_BYTES,
                                   .seed = 7,
                                   .signature = make_logs_signature(7)};
    struct make_database_counts counts;
    struct host_file file = {0};
    char temp[MAX_PATH];

    (void)state;
    GetTempPathA(MAX_PATH - 40, temp);
    snprintf(files.folder, sizeof(files.folder), "%sfile_reader-%lu", temp, GetCurrentProcessId());
    CreateDirectoryA(files.folder, NULL);
    snprintf(files.database, sizeof(files.database), "%s\\ntds.dit", files.folder);
    snprintf(files.log, sizeof(files.log), "%s\\edb.log", files.folder);
    if (!host_file_create(&file, files.database) || !make_database(&file, &database, &counts) ||
        !host_file_close(&file))
        return -1;
    return make_logs(files.folder, &logs) ? 0 : -1;
}

static int remove_files(void **state)
{
    char archived[MAX_PATH + 16];

    (void)state;
    snprintf(archived, sizeof(archived), "%s\\edb00001.log", files.folder);
    DeleteFileA(archived);
    DeleteFileA(files.database);
    DeleteFileA(files.log);
    return RemoveDirectoryA(files.folder) ? 0 : -1;
}

/* A name tells the reader which files must be logs. */
static struct file_reader *open_reader_as(const char *path, enum file_check check,
                                          const wchar_t *name)
{
    HANDLE file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_EXISTING, 0, NULL);
    struct file_reader *reader;
    LARGE_INTEGER size;

    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(GetFileSizeEx(file, &size));
    reader = file_reader_create(file, (uint64_t)size.QuadPart, check, name);
    assert_non_null(reader);
    return reader;
}

static struct file_reader *open_reader(const char *path, enum file_check check)
{
    return open_reader_as(path, check,
                          check == FILE_CHECK_LOG ? L"C:\\logs\\edb.log" : L"C:\\db\\ntds.dit");
}

static void write_file(const char *path, const void *data, size_t bytes)
{
    struct host_file file = {0};

    assert_true(host_file_create(&file, path));
    assert_true(host_file_write(&file, 0, data, bytes));
    assert_true(host_file_close(&file));
}

/* Reads until something other than S_OK comes, and returns that. */
static HRESULT read_all(struct file_reader *reader, uint32_t buffer_bytes, uint8_t *out,
                        size_t *out_bytes)
{
    uint8_t *buffer = malloc(buffer_bytes);
    uint32_t got = 0;
    HRESULT hr;

    assert_non_null(buffer);
    *out_bytes = 0;
    do {
        got = 77;
        hr = file_reader_read(reader, buffer, buffer_bytes, &got);
        if (hr == S_OK) {
            assert_in_range(got, 1, buffer_bytes);
            if (out)
                memcpy(out + *out_bytes, buffer, got);
            *out_bytes += got;
        } else {
            assert_int_equal(got, 0);
        }
    } while (hr == S_OK);
    free(buffer);
    return hr;
}

static void flip(const char *path, uint64_t offset, uint8_t mask)
{
    struct host_file file = {0};
    uint8_t byte;

    assert_true(host_file_open(&file, path, true));
    assert_true(host_file_read(&file, offset, &byte, 1));
    byte ^= mask;
    assert_true(host_file_write(&file, offset, &byte, 1));
    assert_true(host_file_close(&file));
}

/* An offset in the body of a page that is not blank, the first one from this number on. */
static uint64_t offset_in_a_used_page_from(uint32_t number)
{
    uint8_t page[PAGE_BYTES];
    struct host_file file = {0};
    uint64_t offset = 0;

    assert_true(host_file_open(&file, files.database, false));
    for (; !offset && number < 60; number++) {
        uint64_t at = (number + 1) * (uint64_t)PAGE_BYTES;

        assert_true(host_file_read(&file, at, page, PAGE_BYTES));
        if (!ese_is_zero(page, PAGE_BYTES))
            offset = at + 1000;
    }
    host_file_close(&file);
    assert_true(offset != 0);
    return offset;
}

static uint64_t offset_in_a_used_page(void)
{
    return offset_in_a_used_page_from(1);
}

static void good_file__in_any_buffer__is_delivered_byte_for_byte(void **state)
{
    static const uint32_t sizes[] = {64u << 20, 1000003, 524288, 65535, 24576, 8192, 4097, 511, 1};
    size_t expected_bytes = 0, got_bytes, i;
    uint8_t *expected = malloc(1 << 20), *got = malloc(1 << 20);
    struct file_reader *reader = open_reader(files.database, FILE_CHECK_NONE);

    (void)state;
    assert_int_equal(read_all(reader, 1 << 20, expected, &expected_bytes), ERROR_HANDLE_EOF);
    file_reader_destroy(reader);
    assert_int_equal(expected_bytes, 66 * PAGE_BYTES);
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        reader = open_reader(files.database, FILE_CHECK_DATABASE);
        assert_false(file_reader_is_delivered(reader));
        assert_int_equal(read_all(reader, sizes[i], got, &got_bytes), ERROR_HANDLE_EOF);
        assert_int_equal(got_bytes, expected_bytes);
        assert_memory_equal(got, expected, expected_bytes);
        assert_true(file_reader_is_delivered(reader));
        file_reader_destroy(reader);
    }
    free(expected);
    free(got);
}

static void last_byte__read__is_delivered_before_the_end_is_seen(void **state)
{
    struct file_reader *reader = open_reader(files.log, FILE_CHECK_LOG);
    uint8_t *buffer = malloc(MAKE_LOG_BYTES_MIN);
    uint32_t got;

    (void)state;
    assert_int_equal(file_reader_read(reader, buffer, MAKE_LOG_BYTES_MIN - 1, &got), S_OK);
    assert_false(file_reader_is_delivered(reader));
    assert_int_equal(file_reader_read(reader, buffer, 1, &got), S_OK);
    assert_true(file_reader_is_delivered(reader));
    assert_int_equal(file_reader_read(reader, buffer, 1, &got), ERROR_HANDLE_EOF);
    assert_int_equal(file_reader_read(reader, buffer, 1, &got), ERROR_HANDLE_EOF);
    file_reader_destroy(reader);
    free(buffer);
}

static void page__with_two_flipped_bits__fails_the_read_for_good(void **state)
{
    static const uint32_t sizes[] = {524288, 65535, 511};
    struct file_reader *reader;
    size_t got_bytes, i;
    uint8_t byte;
    uint32_t got;

    (void)state;
    flip(files.database, offset_in_a_used_page(), 0x11);
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        reader = open_reader(files.database, FILE_CHECK_DATABASE);
        assert_int_equal(read_all(reader, sizes[i], NULL, &got_bytes), hrReadVerifyFailure);
        assert_int_equal(file_reader_read(reader, &byte, 1, &got), hrReadVerifyFailure);
        assert_false(file_reader_is_delivered(reader));
        file_reader_destroy(reader);
    }
}

static void page__with_one_flipped_bit__is_put_right_in_what_is_handed_out(void **state)
{
    size_t expected_bytes, got_bytes;
    uint8_t *expected = malloc(1 << 20), *got = malloc(1 << 20);
    struct file_reader *reader = open_reader(files.database, FILE_CHECK_NONE);

    (void)state;
    read_all(reader, 1 << 20, expected, &expected_bytes);
    file_reader_destroy(reader);
    flip(files.database, offset_in_a_used_page(), 0x10);
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    assert_int_equal(read_all(reader, 65536, got, &got_bytes), ERROR_HANDLE_EOF);
    assert_int_equal(got_bytes, expected_bytes);
    assert_memory_equal(got, expected, expected_bytes);
    file_reader_destroy(reader);
    free(expected);
    free(got);
}

static void flipped_bit__that_may_not_be_corrected__fails_the_read(void **state)
{
    struct file_reader *reader = open_reader(files.database, FILE_CHECK_DATABASE);
    uint64_t offset = offset_in_a_used_page();
    size_t got_bytes;

    (void)state;
    file_reader_for_recovery(reader);
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), ERROR_HANDLE_EOF);
    assert_null(file_reader_fault(reader));
    file_reader_destroy(reader);
    flip(files.database, offset, 0x10);
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    file_reader_for_recovery(reader);
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), hrReadVerifyFailure);
    assert_int_equal(file_reader_fault(reader)->unit, offset / PAGE_BYTES - 1);
    file_reader_destroy(reader);
}

static void hash__of_a_file__is_that_of_its_bytes_and_of_a_bad_one_none(void **state)
{
    struct file_reader *reader = open_reader(files.database, FILE_CHECK_NONE);
    uint8_t *whole = malloc(1 << 20);
    uint8_t expected[HASH_BYTES], got[HASH_BYTES], poison[HASH_BYTES];
    size_t bytes;

    (void)state;
    read_all(reader, 1 << 20, whole, &bytes);
    file_reader_destroy(reader);
    assert_int_equal(hash_bytes(whole, bytes, expected), S_OK);
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    assert_int_equal(file_reader_hash(reader, got), S_OK);
    assert_memory_equal(got, expected, HASH_BYTES);
    file_reader_destroy(reader);
    flip(files.database, offset_in_a_used_page(), 0x11);
    memset(got, 0xDD, HASH_BYTES);
    memset(poison, 0xDD, HASH_BYTES);
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    assert_int_equal(file_reader_hash(reader, got), hrReadVerifyFailure);
    assert_memory_equal(got, poison, HASH_BYTES);
    file_reader_destroy(reader);
    free(whole);
}

static void log__with_two_flipped_bits__has_a_code_of_its_own(void **state)
{
    struct file_reader *reader;
    size_t got_bytes;

    (void)state;
    flip(files.log, ESE_LOG_HEADER_BYTES + 1000, 0x11);
    reader = open_reader(files.log, FILE_CHECK_LOG);
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), hrLogReadVerifyFailure);
    file_reader_destroy(reader);
}

static void file__that_is_no_database__is_not_taken_for_one(void **state)
{
    struct file_reader *reader = open_reader(files.log, FILE_CHECK_DATABASE);
    size_t got_bytes;

    (void)state;
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), hrReadVerifyFailure);
    file_reader_destroy(reader);
}

static void file__shorter_than_when_it_was_opened__is_an_io_error_not_an_end(void **state)
{
    struct file_reader *reader = open_reader(files.database, FILE_CHECK_DATABASE);
    struct host_file file = {0};
    size_t got_bytes;

    (void)state;
    assert_true(host_file_open(&file, files.database, true));
    assert_true(host_file_resize(&file, 40 * PAGE_BYTES));
    assert_true(host_file_close(&file));
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), hrDiskIO);
    assert_false(file_reader_is_delivered(reader));
    file_reader_destroy(reader);
}

static void database__cut_inside_a_page__is_a_verify_failure(void **state)
{
    struct host_file file = {0};
    struct file_reader *reader;
    size_t got_bytes;

    (void)state;
    assert_true(host_file_open(&file, files.database, true));
    assert_true(host_file_resize(&file, 40 * PAGE_BYTES + 100));
    assert_true(host_file_close(&file));
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), hrReadVerifyFailure);
    file_reader_destroy(reader);
}

static void make_one(uint32_t page_bytes, uint32_t old_every)
{
    const struct make_database options = {
        .page_bytes = page_bytes, .pages = 64, .old_every = old_every, .seed = page_bytes};
    struct make_database_counts counts;
    struct host_file file = {0};

    assert_true(host_file_create(&file, files.database));
    assert_true(make_database(&file, &options, &counts));
    assert_true(host_file_close(&file));
}

/* Flips one bit in each page that has content and the new checksum. */
static uint32_t flip_one_bit_in_each_page(uint8_t *data, size_t bytes, uint32_t page_bytes)
{
    uint32_t random = page_bytes;
    uint32_t flipped = 0;
    size_t at;

    for (at = 2 * page_bytes; at < bytes; at += page_bytes) {
        if ((ese_get32(data + at + 36) & ESE_PAGE_NEW_FORMAT) == 0)
            continue;
        random = random * 1664525u + 1013904223u;
        sample_flip(data + at, 640 + (random >> 8) % (page_bytes * 8 - 640));
        flipped++;
    }
    return flipped;
}

static void page__with_one_flipped_bit__is_put_right_however_buffers_cut_it(void **state)
{
    static const uint32_t pages[] = {2048, 4096, 8192, 16384, 32768};
    static const uint32_t sizes[] = {1000003, 524288, 131073, 65535, 40000,
                                     32769,   24576,  4097,   511,   1};
    size_t p, i, expected_bytes, got_bytes;
    uint8_t *expected = malloc(4 << 20), *got = malloc(4 << 20);

    (void)state;
    for (p = 0; p < sizeof(pages) / sizeof(pages[0]); p++) {
        struct file_reader *reader;

        make_one(pages[p], pages[p] <= 8192 ? 5 : 0);
        reader = open_reader(files.database, FILE_CHECK_NONE);
        read_all(reader, 4 << 20, expected, &expected_bytes);
        file_reader_destroy(reader);
        memcpy(got, expected, expected_bytes);
        assert_true(flip_one_bit_in_each_page(got, expected_bytes, pages[p]) > 10);
        write_file(files.database, got, expected_bytes);
        for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            reader = open_reader(files.database, FILE_CHECK_DATABASE);
            if (read_all(reader, sizes[i], got, &got_bytes) != ERROR_HANDLE_EOF ||
                got_bytes != expected_bytes || memcmp(got, expected, expected_bytes) != 0)
                fail_msg("pages of %u in buffers of %u", pages[p], sizes[i]);
            assert_true(file_reader_is_delivered(reader));
            file_reader_destroy(reader);
        }
    }
    free(expected);
    free(got);
}

static void page__that_is_bad__fails_no_read_that_ends_before_it(void **state)
{
    static const uint32_t sizes[] = {1, 100, 4096, 8192, 24576};
    uint64_t bad = offset_in_a_used_page() / PAGE_BYTES * PAGE_BYTES;
    struct file_reader *reader;
    size_t got_bytes, i;

    (void)state;
    flip(files.database, bad + 1000, 0x11);
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        reader = open_reader(files.database, FILE_CHECK_DATABASE);
        assert_int_equal(read_all(reader, sizes[i], NULL, &got_bytes), hrReadVerifyFailure);
        if (got_bytes != bad / sizes[i] * sizes[i])
            fail_msg("buffers of %u: %zu bytes, the page is at %llu", sizes[i], got_bytes,
                     (unsigned long long)bad);
        file_reader_destroy(reader);
    }
}

/* Neither with the headers nor with the end of the file, which are judged for themselves. */
static void page__that_is_bad_in_the_middle__fails_the_read_there(void **state)
{
    uint64_t bad = offset_in_a_used_page_from(34) / PAGE_BYTES * PAGE_BYTES;
    struct file_reader *reader;
    size_t got_bytes;

    (void)state;
    assert_in_range(bad, 262144, 524287); /* the second of three pieces */
    flip(files.database, bad + 1000, 0x11);
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    assert_int_equal(read_all(reader, PAGE_BYTES, NULL, &got_bytes), hrReadVerifyFailure);
    assert_int_equal(got_bytes, bad);
    file_reader_destroy(reader);
}

/* A file in memory that a cache spoils: the first good_after + 1 looks at one place are bad. */
struct spoiled
{
    struct file_source source;
    uint8_t *data;
    size_t bytes;
    uint64_t bad;        /* the byte */
    uint32_t good_after; /* uncached reads of it */
    uint32_t only_look;  /* that one alone is bad, with good_after out of reach; 0: as above */
    bool look_fails;     /* an uncached read does, after it has written */
    uint32_t looks, uncached_reads;
    bool closed;
};

static void spoil(const struct spoiled *spoiled, uint64_t offset, uint8_t *to, uint32_t bytes)
{
    if (spoiled->bad >= offset && spoiled->bad < offset + bytes)
        to[spoiled->bad - offset] ^= 0x11;
}

static bool is_bad_look(struct spoiled *spoiled, uint64_t offset, uint32_t bytes)
{
    if (spoiled->bad >= offset && spoiled->bad < offset + bytes)
        spoiled->looks++;
    return !spoiled->only_look || spoiled->looks == spoiled->only_look;
}

static bool spoiled_read(struct file_source *source, uint64_t offset, void *to, uint32_t bytes,
                         uint32_t *got)
{
    struct spoiled *spoiled = CONTAINING_RECORD(source, struct spoiled, source);

    assert_true(offset <= spoiled->bytes);
    *got = bytes < spoiled->bytes - offset ? bytes : (uint32_t)(spoiled->bytes - offset);
    memcpy(to, spoiled->data + offset, *got);
    if (is_bad_look(spoiled, offset, *got))
        spoil(spoiled, offset, to, *got);
    return true;
}

static bool spoiled_read_uncached(struct file_source *source, uint64_t offset, void *to,
                                  uint32_t bytes, uint32_t *got)
{
    struct spoiled *spoiled = CONTAINING_RECORD(source, struct spoiled, source);

    assert_true(spoiled->bad >= offset && spoiled->bad < offset + bytes);
    spoiled_read(source, offset, to, bytes, got);
    spoiled->uncached_reads++;
    if (spoiled->uncached_reads >= spoiled->good_after)
        spoil(spoiled, offset, to, *got);
    if (spoiled->look_fails)
        memset(to, 0xEE, bytes / 2);
    return !spoiled->look_fails;
}

static void spoiled_close(struct file_source *source)
{
    CONTAINING_RECORD(source, struct spoiled, source)->closed = true;
}

/* What reading the spoiled file to its end gives. */
static HRESULT read_spoiled(struct spoiled *spoiled, enum file_check check, uint32_t buffer_bytes)
{
    uint8_t *got = malloc(spoiled->bytes);
    struct file_reader *reader;
    size_t got_bytes;
    HRESULT hr;

    spoiled->source.read = spoiled_read;
    spoiled->source.read_uncached = spoiled_read_uncached;
    spoiled->source.close = spoiled_close;
    spoiled->looks = spoiled->uncached_reads = 0;
    spoiled->closed = false;
    reader = file_reader_create_from(&spoiled->source, spoiled->bytes, check,
                                     check == FILE_CHECK_LOG ? L"edb.log" : L"ntds.dit");
    assert_non_null(reader);
    hr = read_all(reader, buffer_bytes, got, &got_bytes);
    if (hr == ERROR_HANDLE_EOF) {
        assert_int_equal(got_bytes, spoiled->bytes);
        assert_memory_equal(got, spoiled->data, spoiled->bytes);
    }
    assert_int_equal(file_reader_is_delivered(reader), hr == ERROR_HANDLE_EOF);
    assert_false(spoiled->closed);
    file_reader_destroy(reader);
    assert_true(spoiled->closed);
    free(got);
    return hr;
}

static void bad_look__at_any_part__is_forgotten_if_one_of_three_others_is_good(void **state)
{
    static const uint32_t sizes[] = {524288, 65535, 511};
    struct
    {
        const char *label;
        enum file_check check;
        uint64_t bad;
        HRESULT failure;
    } rows[] = {
        {"page", FILE_CHECK_DATABASE, 9 * 8192 + 1000, hrReadVerifyFailure},
        {"header of a log", FILE_CHECK_LOG, 100, hrLogReadVerifyFailure},
        {"segment", FILE_CHECK_LOG, 3 * 4096 + 1000, hrLogReadVerifyFailure},
        {"log of version 7", FILE_CHECK_LOG, 5000, hrLogReadVerifyFailure},
    };
    size_t row, i;

    (void)state;
    for (row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        struct spoiled spoiled = {.bad = rows[row].bad, .bytes = 700416};

        if (row == 0)
            spoiled.data = sample_database(8192, 90, &spoiled.bytes);
        else if (row == 3)
            spoiled.data = sample_log7(spoiled.bytes);
        else
            spoiled.data = sample_log(5, 171, 90, true, &spoiled.bytes);
        for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            for (spoiled.good_after = 1; spoiled.good_after <= 4; spoiled.good_after++) {
                HRESULT hr = read_spoiled(&spoiled, rows[row].check, sizes[i]);
                bool good = spoiled.good_after <= 3;

                if (hr != (good ? ERROR_HANDLE_EOF : rows[row].failure) ||
                    spoiled.uncached_reads != (good ? spoiled.good_after : 3))
                    fail_msg("%s, buffers of %u, good after %u: 0x%lx, %u reads", rows[row].label,
                             sizes[i], spoiled.good_after, (unsigned long)hr,
                             spoiled.uncached_reads);
            }
        }
        free(spoiled.data);
    }
}

/* The warnings of one reading. */
struct warnings
{
    wchar_t text[1000];
    unsigned int count;
};

static void keep_warning(void *context, enum log_level level, const wchar_t *line)
{
    struct warnings *warnings = context;

    if (level != LOG_WARNING)
        return;
    warnings->count++;
    wcsncat(warnings->text, line, 400);
    wcscat(warnings->text, L"\n");
}

static void assert_warned(const struct warnings *warnings, const wchar_t *first,
                          const wchar_t *summary)
{
    if (warnings->count != 2 || !wcsstr(warnings->text, first) || !wcsstr(warnings->text, summary))
        fail_msg("%u warnings: %ls", warnings->count, warnings->text);
}

/* One line each, and the summary at the end. */
static void page__good_when_read_again__is_told_once(void **state)
{
    struct spoiled spoiled = {.bad = 9 * 8192 + 1000, .good_after = 1};
    struct warnings warnings = {.count = 0};

    (void)state;
    spoiled.data = sample_database(8192, 90, &spoiled.bytes);
    log_file_watch(keep_warning, &warnings);
    assert_int_equal(read_spoiled(&spoiled, FILE_CHECK_DATABASE, 65536), ERROR_HANDLE_EOF);
    log_file_watch(NULL, NULL);
    assert_warned(&warnings,
                  L"ntds.dit: page 8 at byte 73728 failed its checksum and was good when read "
                  L"again (1)\n",
                  L" 0 corrected, 1 good when read again, 0 bad\n");
    free(spoiled.data);
}

static void page__with_a_corrected_bit__is_told_once(void **state)
{
    uint64_t offset = offset_in_a_used_page();
    uint64_t page = offset / PAGE_BYTES * PAGE_BYTES;
    struct warnings warnings = {.count = 0};
    struct file_reader *reader;
    wchar_t expected[200];
    size_t got_bytes;

    (void)state;
    flip(files.database, offset, 0x10);
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    log_file_watch(keep_warning, &warnings);
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), ERROR_HANDLE_EOF);
    file_reader_destroy(reader);
    log_file_watch(NULL, NULL);
    _snwprintf(expected, 200,
               L"ntds.dit: page %llu at byte %llu: 1 flipped bit(s) corrected in the data handed "
               L"out, the first at byte 1000 of the page\n",
               page / PAGE_BYTES - 1, page);
    assert_warned(&warnings, expected, L" 1 corrected, 0 good when read again, 0 bad\n");
}

/* The engine goes on with the other copy, and so does a backup; but another look comes first. */
static void header_copy__bad_for_good__is_no_failure(void **state)
{
    struct spoiled spoiled = {.good_after = 100};
    static const struct
    {
        uint64_t place;
        const wchar_t *says;
    } copies[] = {{100, L"ntds.dit: database header: first header copy damaged"},
                  {8192 + 100, L"ntds.dit: database header: second header copy damaged"}};
    struct warnings warnings;
    size_t i;

    (void)state;
    spoiled.data = sample_database(8192, 20, &spoiled.bytes);
    for (i = 0; i < 2; i++) {
        struct file_reader *reader;
        size_t got_bytes;

        spoiled.data[copies[i].place] ^= 0x11;
        write_file(files.database, spoiled.data, spoiled.bytes);
        spoiled.data[copies[i].place] ^= 0x11;
        warnings = (struct warnings){.count = 0};
        log_file_watch(keep_warning, &warnings);
        reader = open_reader(files.database, FILE_CHECK_DATABASE);
        assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), ERROR_HANDLE_EOF);
        assert_int_equal(got_bytes, spoiled.bytes);
        file_reader_destroy(reader);
        assert_int_equal(warnings.count, 1);
        assert_non_null(wcsstr(warnings.text, copies[i].says));
        warnings = (struct warnings){.count = 0};
        spoiled.bad = copies[i].place;
        spoiled.good_after = 2;
        assert_int_equal(read_spoiled(&spoiled, FILE_CHECK_DATABASE, 65536), ERROR_HANDLE_EOF);
        assert_int_equal(spoiled.uncached_reads, 2);
        log_file_watch(NULL, NULL);
        assert_int_equal(warnings.count, 1);
        assert_non_null(wcsstr(warnings.text, L"good when read again (2)"));
    }
    free(spoiled.data);
}

/* The bytes of a look that failed half-way are not those that were judged. */
static void header_copy__cannot_be_read_again__is_a_failure(void **state)
{
    struct spoiled spoiled = {.bad = 8192 + 100, .good_after = 100, .look_fails = true};

    (void)state;
    spoiled.data = sample_database(8192, 20, &spoiled.bytes);
    assert_int_equal(read_spoiled(&spoiled, FILE_CHECK_DATABASE, 65536), hrDiskIO);
    free(spoiled.data);
}

/* It is read twice: the body is judged as a whole. */
static void header_of_version_7__bad_in_the_second_look__is_read_again(void **state)
{
    static const uint32_t sizes[] = {1 << 20, 65536, 511};
    struct spoiled spoiled = {.bad = 100, .good_after = 100, .bytes = 700416};
    size_t i;

    (void)state;
    spoiled.data = sample_log7(spoiled.bytes);
    for (spoiled.only_look = 1; spoiled.only_look <= 2; spoiled.only_look++) {
        for (i = 0; i < ARRAYSIZE(sizes); i++) {
            assert_int_equal(read_spoiled(&spoiled, FILE_CHECK_LOG, sizes[i]), ERROR_HANDLE_EOF);
            assert_int_equal(spoiled.uncached_reads, 1);
        }
    }
    free(spoiled.data);
}

static void log_of_version_7__in_any_buffer__is_judged_before_its_body_is_handed_out(void **state)
{
    static const uint32_t sizes[] = {1 << 20, 524288, 65535, 511};
    size_t bytes = 700416, got_bytes, i;
    uint8_t *file = sample_log7(bytes), *got = malloc(bytes);
    struct file_reader *reader;

    (void)state;
    write_file(files.log, file, bytes);
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        reader = open_reader(files.log, FILE_CHECK_LOG);
        assert_int_equal(read_all(reader, sizes[i], got, &got_bytes), ERROR_HANDLE_EOF);
        assert_int_equal(got_bytes, bytes);
        assert_memory_equal(got, file, bytes);
        assert_true(file_reader_is_delivered(reader));
        file_reader_destroy(reader);
    }
    flip(files.log, 5000, 0x10);
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        reader = open_reader(files.log, FILE_CHECK_LOG);
        assert_int_equal(read_all(reader, sizes[i], NULL, &got_bytes), hrLogReadVerifyFailure);
        assert_int_equal(got_bytes, 0);
        file_reader_destroy(reader);
    }
    free(file);
    free(got);
}

/* The last checksum record is good and names a next one behind the end. */
static void log_of_version_7__records_lead_out_of_it__is_bad(void **state)
{
    size_t bytes = 700416, last = 4096 + 22 + 2000 + 22 + 5000, got_bytes;
    uint8_t *file = sample_log7(bytes);
    struct file_reader *reader;

    (void)state;
    ese_put32(file + last + 9, (uint32_t)bytes);
    ese_put32(file + last + 13, ese_get32(file + last + 13) ^ (uint32_t)bytes);
    write_file(files.log, file, bytes);
    reader = open_reader(files.log, FILE_CHECK_LOG);
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), hrLogReadVerifyFailure);
    assert_int_equal(got_bytes, 0);
    file_reader_destroy(reader);
    free(file);
}

static void file__among_the_logs_that_is_none__passes_unless_it_is_called_as_one(void **state)
{
    static const struct
    {
        const wchar_t *name;
        HRESULT end;
    } rows[] = {
        {L"C:\\logs\\edb-notes.log", ERROR_HANDLE_EOF},
        {L"C:\\logs\\res1.log", ERROR_HANDLE_EOF},
        {L"C:\\logs\\edb.log", (HRESULT)hrLogReadVerifyFailure},
        {L"C:\\logs\\EDB0001A.LOG", (HRESULT)hrLogReadVerifyFailure},
        {L"edb00100000.log", (HRESULT)hrLogReadVerifyFailure},
    };
    size_t bytes = 300001, got_bytes, i;
    uint8_t *file = malloc(bytes), *got = malloc(bytes);

    (void)state;
    sample_fill(file, bytes);
    write_file(files.log, file, bytes);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct file_reader *reader = open_reader_as(files.log, FILE_CHECK_LOG, rows[i].name);

        assert_int_equal(read_all(reader, 65535, got, &got_bytes), rows[i].end);
        if (rows[i].end == ERROR_HANDLE_EOF) {
            assert_int_equal(got_bytes, bytes);
            assert_memory_equal(got, file, bytes);
        }
        file_reader_destroy(reader);
    }
    free(file);
    free(got);
}

static void database__with_a_backup_trailer__is_good_at_the_end_only(void **state)
{
    size_t bytes, got_bytes;
    uint8_t *file = sample_database(8192, 30, &bytes);
    struct file_reader *reader;

    (void)state;
    file = realloc(file, bytes + 2 * PAGE_BYTES);
    assert_non_null(file);
    sample_trailer(file + bytes, PAGE_BYTES);
    write_file(files.database, file, bytes + PAGE_BYTES);
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    assert_int_equal(read_all(reader, 65536, NULL, &got_bytes), ERROR_HANDLE_EOF);
    file_reader_destroy(reader);
    memset(file + bytes + PAGE_BYTES, 0, PAGE_BYTES);
    write_file(files.database, file, bytes + 2 * PAGE_BYTES);
    reader = open_reader(files.database, FILE_CHECK_DATABASE);
    assert_int_equal(read_all(reader, PAGE_BYTES, NULL, &got_bytes), hrReadVerifyFailure);
    assert_int_equal(got_bytes, bytes);
    file_reader_destroy(reader);
    free(file);
}

/* Of the next byte that is read through this handle. */
static uint64_t position_of(HANDLE file)
{
    static const LARGE_INTEGER here;
    LARGE_INTEGER place = {.QuadPart = -1};

    assert_true(SetFilePointerEx(file, here, &place, FILE_CURRENT));
    return (uint64_t)place.QuadPart;
}

static void source__over_a_handle__reads_the_same_cached_and_not(void **state)
{
    static const struct
    {
        uint64_t offset;
        uint32_t bytes;
    } rows[] = {{0, 65536}, {2048, 2048}, {8192, 8192}, {4097, 100000}, {1, 1}, {500000, 100000}};
    HANDLE file = CreateFileA(files.database, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                              NULL, OPEN_EXISTING, 0, NULL);
    struct file_source *source = file_source_from_handle(file);
    uint8_t *cached = malloc(100000), *uncached = malloc(100000);
    uint32_t got, got_uncached;
    uint64_t position;
    size_t i;

    (void)state;
    assert_non_null(source);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        memset(cached, 0xA5, 100000);
        memset(uncached, 0xA5, 100000);
        got = got_uncached = 77;
        assert_true(source->read(source, rows[i].offset, cached, rows[i].bytes, &got));
        assert_true(
            source->read_uncached(source, rows[i].offset, uncached, rows[i].bytes, &got_uncached));
        assert_int_equal(got, got_uncached);
        assert_memory_equal(cached, uncached, 100000);
    }
    /* The last row is cut by the end of the file, and behind it there is nothing. */
    assert_int_equal(got, 66 * PAGE_BYTES - 500000);
    assert_true(source->read(source, 66 * PAGE_BYTES, cached, 10, &got));
    assert_int_equal(got, 0);
    assert_true(source->read_uncached(source, 66 * PAGE_BYTES, cached, 10, &got));
    assert_int_equal(got, 0);
    /* A look past the cache is one through another handle. */
    position = position_of(file);
    assert_int_not_equal(position, 10);
    assert_true(source->read_uncached(source, 0, cached, 10, &got));
    assert_int_equal(position_of(file), position);
    source->close(source);
    free(cached);
    free(uncached);
}

/* Wine caches all the same. */
static void source__asked_past_the_cache__opens_the_file_without_one(void **state)
{
    HANDLE file = CreateFileA(files.database, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                              NULL, OPEN_EXISTING, 0, NULL);
    struct file_source *source = file_source_from_handle(file);
    uint8_t byte;
    uint32_t got;

    (void)state;
    assert_non_null(source);
    assert_true(inject_host(GetModuleHandleW(NULL)));
    assert_true(source->read_uncached(source, 0, &byte, 1, &got));
    assert_true(inject_reopen_flags() & FILE_FLAG_NO_BUFFERING);
    source->close(source);
}

static void put_at(HANDLE file, uint64_t offset, char byte)
{
    LARGE_INTEGER place = {.QuadPart = (LONGLONG)offset};
    DWORD moved;

    assert_true(SetFilePointerEx(file, place, NULL, FILE_BEGIN));
    assert_true(WriteFile(file, &byte, 1, &moved, NULL));
}

/* With "b" as its last byte, and "a" where a place of 32 bits would come out. */
static HANDLE create_sparse(uint64_t bytes)
{
    HANDLE file = CreateFileA(files.log, GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD unused;

    assert_true(file != INVALID_HANDLE_VALUE);
    DeviceIoControl(file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &unused, NULL);
    put_at(file, (bytes - 1) & UINT32_MAX, 'a');
    put_at(file, bytes - 1, 'b');
    return file;
}

static void source__of_more_than_4_gib__reads_at_the_place_it_was_asked_for(void **state)
{
    const uint64_t bytes = (1ull << 32) + 3 * PAGE_BYTES;
    struct file_source *source = file_source_from_handle(create_sparse(bytes));
    char byte = 0;
    uint32_t got;

    (void)state;
    assert_non_null(source);
    assert_true(source->read(source, bytes - 1, &byte, 1, &got));
    assert_int_equal(byte, 'b');
    assert_true(source->read_uncached(source, bytes - 1, &byte, 1, &got));
    assert_int_equal(byte, 'b');
    assert_true(source->read(source, (bytes - 1) & UINT32_MAX, &byte, 1, &got));
    assert_int_equal(byte, 'a');
    source->close(source);
}

static void file__of_4_gib__has_its_end_at_its_end(void **state)
{
    const uint64_t bytes = 1ull << 32;
    struct file_reader *reader =
        file_reader_create(create_sparse(bytes + 1), bytes, FILE_CHECK_NONE, L"C:\\logs\\edb.chk");
    uint8_t byte;
    uint32_t got;

    (void)state;
    assert_non_null(reader);
    assert_false(file_reader_is_delivered(reader));
    assert_int_equal(file_reader_read(reader, &byte, 1, &got), S_OK);
    assert_int_equal(got, 1);
    assert_false(file_reader_is_delivered(reader));
    file_reader_destroy(reader);
}

static void source__asked_for_a_second_one__gives_it_a_place_of_its_own(void **state)
{
    HANDLE file = CreateFileA(files.database, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                              NULL, OPEN_EXISTING, 0, NULL);
    struct file_source *source = file_source_from_handle(file), *second;
    uint8_t *expected = malloc(66 * PAGE_BYTES), *found = malloc(PAGE_BYTES);
    DWORD_PTR own = 0, all;
    uint32_t got, page;

    (void)state;
    assert_non_null(source);
    assert_false(source->is_fast(source)); /* nothing was read */
    assert_true(source->read(source, 0, expected, 66 * PAGE_BYTES, &got));
    second = source->second(source);
    assert_true(GetProcessAffinityMask(GetCurrentProcess(), &own, &all));
    assert_int_equal(second != NULL, own == 0 || (own & (own - 1)) != 0);
    for (page = 0; second && page < 66; page++) {
        assert_true(source->read(source, page * PAGE_BYTES, found, PAGE_BYTES, &got));
        assert_memory_equal(found, expected + page * PAGE_BYTES, PAGE_BYTES);
        assert_true(second->read(second, (65 - page) * PAGE_BYTES, found, PAGE_BYTES, &got));
        assert_memory_equal(found, expected + (65 - page) * PAGE_BYTES, PAGE_BYTES);
    }
    if (second)
        second->close(second);
    source->close(source);
    free(expected);
    free(found);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_files, remove_files)
    const struct CMUnitTest tests[] = {
        TEST(good_file__in_any_buffer__is_delivered_byte_for_byte),
        TEST(last_byte__read__is_delivered_before_the_end_is_seen),
        TEST(page__with_two_flipped_bits__fails_the_read_for_good),
        TEST(page__with_one_flipped_bit__is_put_right_in_what_is_handed_out),
        TEST(flipped_bit__that_may_not_be_corrected__fails_the_read),
        TEST(hash__of_a_file__is_that_of_its_bytes_and_of_a_bad_one_none),
        TEST(log__with_two_flipped_bits__has_a_code_of_its_own),
        TEST(file__that_is_no_database__is_not_taken_for_one),
        TEST(file__shorter_than_when_it_was_opened__is_an_io_error_not_an_end),
        TEST(database__cut_inside_a_page__is_a_verify_failure),
        TEST(page__with_one_flipped_bit__is_put_right_however_buffers_cut_it),
        TEST(page__that_is_bad__fails_no_read_that_ends_before_it),
        TEST(page__that_is_bad_in_the_middle__fails_the_read_there),
        TEST(bad_look__at_any_part__is_forgotten_if_one_of_three_others_is_good),
        TEST(page__good_when_read_again__is_told_once),
        TEST(page__with_a_corrected_bit__is_told_once),
        TEST(header_copy__bad_for_good__is_no_failure),
        TEST(header_copy__cannot_be_read_again__is_a_failure),
        TEST(header_of_version_7__bad_in_the_second_look__is_read_again),
        TEST(log_of_version_7__in_any_buffer__is_judged_before_its_body_is_handed_out),
        TEST(log_of_version_7__records_lead_out_of_it__is_bad),
        TEST(file__among_the_logs_that_is_none__passes_unless_it_is_called_as_one),
        TEST(database__with_a_backup_trailer__is_good_at_the_end_only),
        TEST(source__over_a_handle__reads_the_same_cached_and_not),
        TEST(source__asked_past_the_cache__opens_the_file_without_one),
        TEST(source__of_more_than_4_gib__reads_at_the_place_it_was_asked_for),
        TEST(file__of_4_gib__has_its_end_at_its_end),
        TEST(source__asked_for_a_second_one__gives_it_a_place_of_its_own),
    };

    return cmocka_run_group_tests_name("file_reader", tests, NULL, NULL);
}
