/*
 * Small ESE files made in memory for the tests, and the genuine ones from outside.
 */
#include "ese_samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void sample_fill_from(uint8_t *to, size_t bytes, uint32_t start)
{
    uint32_t s = start;
    size_t i;

    for (i = 0; i < bytes; i++) {
        s = s * 1103515245u + 12345u;
        to[i] = (uint8_t)(s >> 16);
    }
}

void sample_fill(uint8_t *to, size_t bytes)
{
    sample_fill_from(to, bytes, 1);
}

void sample_page(uint8_t *page, size_t page_bytes, uint32_t page_number, bool new_format)
{
    sample_fill_from(page, page_bytes, page_number);
    ese_put32(page + 36, new_format ? 0x2802 : 0x0802);
    ese_page_seal(page, page_bytes, page_number);
}

static struct ese_signature log_signature(void)
{
    struct ese_logtime created = {
        .present = true, .year = 2021, .month = 3, .day = 14, .hour = 15, .utc = true};

    return ese_signature_make(0x12345678, created);
}

void sample_database_header(uint8_t *page, size_t page_bytes)
{
    struct ese_signature log = log_signature();

    memset(page, 0, page_bytes);
    ese_put32(page + ESE_DB_MAGIC, ESE_DATABASE_MAGIC);
    ese_put32(page + ESE_DB_VERSION, ESE_DATABASE_VERSION);
    ese_put64(page + ESE_DB_DBTIME, 0x1122334455667788u);
    ese_put32(page + ESE_DB_STATE, ESE_DBSTATE_DIRTY);
    ese_put_signature(page + ESE_DB_LOG_SIGNATURE, &log);
    ese_put32(page + ESE_DB_FORMAT_UPDATE, 0x14);
    ese_put32(page + ESE_DB_PAGE_SIZE, (uint32_t)page_bytes);
    ese_put32(page + ESE_DB_REQUIRED_LOW, 5);
    ese_put32(page + ESE_DB_REQUIRED_HIGH, 7);
    ese_put32(page + ESE_DB_COMMITTED_HIGH, 8);
    page[ESE_DB_FILE_TYPE] = 1;
    ese_header_seal(page, page_bytes);
}

enum sample_page_kind
{
    SAMPLE_NEW,
    SAMPLE_BLANK,
    SAMPLE_OLD
};

static enum sample_page_kind page_kind(size_t page_bytes, uint32_t page_number)
{
    enum sample_page_kind kind = (enum sample_page_kind)((page_number - 1) % 3);

    if ((kind == SAMPLE_OLD && page_bytes > 8192) || (kind == SAMPLE_BLANK && page_number <= 4))
        return SAMPLE_NEW;
    return kind;
}

uint8_t *sample_database(size_t page_bytes, uint32_t pages, size_t *bytes)
{
    uint8_t *file;
    uint32_t number;

    *bytes = (pages + 2u) * page_bytes;
    file = calloc(1, *bytes);
    assert_non_null(file);
    sample_database_header(file, page_bytes);
    memcpy(file + page_bytes, file, page_bytes);
    for (number = 1; number <= pages; number++) {
        enum sample_page_kind kind = page_kind(page_bytes, number);

        if (kind != SAMPLE_BLANK)
            sample_page(file + (number + 1u) * page_bytes, page_bytes, number, kind == SAMPLE_NEW);
    }
    return file;
}

void sample_database_counts(size_t page_bytes, uint32_t pages, struct ese_stream_counts *counts)
{
    uint32_t number;

    memset(counts, 0, sizeof(*counts));
    for (number = 1; number <= pages; number++) {
        enum sample_page_kind kind = page_kind(page_bytes, number);

        if (kind == SAMPLE_BLANK)
            counts->blank++;
        else
            counts->good++;
        if (kind == SAMPLE_OLD)
            counts->old_format++;
    }
}

static void log_header(uint8_t *header, uint32_t generation, uint32_t segments)
{
    struct ese_signature signature = log_signature();
    struct ese_logtime created = {.present = true,
                                  .year = 2021,
                                  .month = 4,
                                  .day = 1,
                                  .minute = (uint8_t)(generation % 60),
                                  .utc = true};
    struct ese_logtime previous = created;

    previous.minute = (uint8_t)((generation - 1) % 60);
    memset(header, 0, ESE_LOG_HEADER_BYTES);
    ese_put32(header + ESE_LOG_GENERATION, generation);
    ese_put16(header + ESE_LOG_SECTOR_BYTES, ESE_LOG_SEGMENT_BYTES);
    ese_put16(header + ESE_LOG_HEADER_SECTORS, 1);
    ese_put16(header + ESE_LOG_SECTORS, (uint16_t)segments);
    ese_put16(header + ESE_LOG_PAGE_SIZE, 8192);
    ese_put_logtime(header + ESE_LOG_CREATED, created);
    ese_put_logtime(header + ESE_LOG_PREVIOUS_CREATED, previous);
    ese_put32(header + ESE_LOG_MAJOR, 8);
    ese_put32(header + ESE_LOG_MINOR, 4000);
    ese_put32(header + ESE_LOG_UPDATE, 4);
    ese_put32(header + ESE_LOG_UPDATE_MINOR, 4);
    ese_put_signature(header + ESE_LOG_SIGNATURE, &signature);
    header[ESE_LOG_FILE_TYPE_AT] = ESE_LOG_FILE_TYPE;
    ese_log_header_seal(header);
}

uint8_t *sample_log(uint32_t generation, uint32_t segments, uint32_t used, bool shadow,
                    size_t *bytes)
{
    uint8_t *file;
    uint32_t index;

    *bytes = (size_t)segments * ESE_LOG_SEGMENT_BYTES;
    file = calloc(1, *bytes);
    assert_non_null(file);
    log_header(file, generation, segments);
    for (index = 1; index <= used; index++) {
        uint8_t *segment = file + (size_t)index * ESE_LOG_SEGMENT_BYTES;
        struct ese_lgpos position = {.generation = generation, .sector = (uint16_t)index};

        sample_fill_from(segment, ESE_LOG_SEGMENT_BYTES, generation * 1000u + index);
        ese_put_lgpos(segment + ESE_SEGMENT_POSITION, position);
        ese_segment_seal(segment, index);
    }
    if (shadow)
        memcpy(file + (size_t)(used + 1) * ESE_LOG_SEGMENT_BYTES,
               file + (size_t)used * ESE_LOG_SEGMENT_BYTES, ESE_LOG_SEGMENT_BYTES);
    return file;
}

static uint32_t padded_xor(const uint8_t *from, size_t bytes)
{
    uint8_t padded[4096] = {0};
    uint32_t sum = 0;
    size_t i;

    memcpy(padded, from, bytes);
    for (i = 0; i < bytes; i += 4)
        sum ^= ese_get32(padded + i);
    return sum;
}

static void put_record(uint8_t *file, size_t at, uint32_t backwards, uint32_t forwards,
                       uint32_t next, uint8_t short_flag)
{
    uint8_t *record = file + at;

    record[0] = 42;
    ese_put32(record + 1, backwards);
    ese_put32(record + 5, forwards);
    ese_put32(record + 9, next);
    ese_put32(record + 17, 0);
    record[21] = short_flag;
    ese_put32(record + 13, 0xFEEDBEAFu ^ backwards ^ forwards ^ next ^ short_flag ^ 0x21u ^
                               padded_xor(record - backwards, backwards) ^
                               padded_xor(record + 22, forwards));
}

uint8_t *sample_log7(size_t bytes)
{
    uint8_t *file = malloc(bytes);

    assert_non_null(file);
    sample_fill(file, bytes);
    memset(file, 0, ESE_LOG_HEADER_BYTES);
    ese_put32(file + ESE_LOG_GENERATION, 0x21);
    ese_put16(file + ESE_LOG_SECTOR_BYTES, 512);
    ese_put16(file + ESE_LOG_HEADER_SECTORS, 8);
    ese_put16(file + ESE_LOG_SECTORS, (uint16_t)(bytes / 512));
    ese_put32(file + ESE_LOG_MAJOR, 7);
    ese_put32(file + ESE_LOG_MINOR, 3704);
    ese_log_header_seal(file);
    put_record(file, 4096, 0, 1003, 2000, 0xD1);
    put_record(file, 4096 + 22 + 2000, 997, 1500, 5000, 0x9A);
    put_record(file, 4096 + 22 + 2000 + 22 + 5000, 3500, 0, 0, 0xD1);
    return file;
}

void sample_checkpoint(uint8_t *file, uint32_t generation)
{
    struct ese_signature signature = log_signature();
    struct ese_lgpos position = {.generation = generation, .sector = 0x12, .byte = 0x34};

    memset(file, 0, ESE_CHECKPOINT_BYTES);
    ese_put_lgpos(file + ESE_CHK_POSITION, position);
    ese_put_signature(file + ESE_CHK_SIGNATURE, &signature);
    file[ESE_CHK_FILE_TYPE] = ESE_CHECKPOINT_FILE_TYPE;
    ese_checkpoint_seal(file);
}

void sample_trailer(uint8_t *page, size_t page_bytes)
{
    struct ese_signature signature = log_signature();
    struct ese_bkinfo info = {
        .mark = {.generation = 9, .sector = 1}, .generation_low = 5, .generation_high = 9};

    memset(page, 0, page_bytes);
    ese_put_bkinfo(page + 40, &info);
    ese_put_signature(page + 92, &signature);
    ese_header_seal(page, page_bytes);
}

void sample_flip(uint8_t *data, uint32_t bit)
{
    data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
}

static uint8_t *read_whole(FILE *file, size_t *bytes)
{
    uint8_t *data;
    long size;

    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size > 0);
    rewind(file);
    data = malloc((size_t)size);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, (size_t)size, file), (size_t)size);
    *bytes = (size_t)size;
    return data;
}

uint8_t *sample_genuine(const char *name, size_t *bytes)
{
    const char *folder = getenv("NTDSBCLI_TEST_DATA");
    char path[1024];
    uint8_t *data;
    FILE *file;

    if (folder == NULL) {
        printf("SKIPPED: NTDSBCLI_TEST_DATA is not set (%s)\n", name);
        skip();
    }
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        printf("SKIPPED: %s is not there\n", path);
        skip();
    }
    data = read_whole(file, bytes);
    fclose(file);
    return data;
}
