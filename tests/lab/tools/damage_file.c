/*
 * Damage to bytes, pages and segments.
 */
#include "damage_file.h"

#include "ese/ese_database.h"
#include "ese/ese_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool damage_parse(const char *text, uint64_t *first, uint64_t *second)
{
    char *end;

    errno = 0;
    *first = strtoull(text, &end, 0);
    if (end == text || errno != 0)
        return false;
    if (second != NULL) {
        if (*end != ':')
            return false;
        text = end + 1;
        *second = strtoull(text, &end, 0);
        if (end == text || errno != 0)
            return false;
    }
    return *end == '\0';
}

static bool flip(struct host_file *file, uint64_t offset, uint64_t bit)
{
    uint8_t byte;

    if (offset >= file->bytes || bit > 7 || !host_file_read(file, offset, &byte, 1))
        return false;
    byte ^= (uint8_t)(1u << bit);
    return host_file_write(file, offset, &byte, 1);
}

static bool cut(struct host_file *file, uint64_t bytes)
{
    return bytes <= file->bytes && host_file_resize(file, bytes);
}

/* Both ends included. */
static bool zero_units(struct host_file *file, uint64_t first_offset, uint64_t last_offset,
                       uint32_t unit_bytes)
{
    static const uint8_t zeros[ESE_PAGE_BYTES_MAX];
    uint64_t offset;

    if (first_offset > last_offset || last_offset + unit_bytes > file->bytes)
        return false;
    for (offset = first_offset; offset <= last_offset; offset += unit_bytes) {
        if (!host_file_write(file, offset, zeros, unit_bytes))
            return false;
    }
    return true;
}

static bool copy_unit(struct host_file *file, uint64_t from, uint64_t to, uint32_t unit_bytes)
{
    uint8_t unit[ESE_PAGE_BYTES_MAX];

    return to + unit_bytes <= file->bytes && host_file_read(file, from, unit, unit_bytes) &&
           host_file_write(file, to, unit, unit_bytes);
}

/* --- databases -------------------------------------------------------------------------------- */

static uint32_t find_page_size(struct host_file *file)
{
    struct ese_database_header header;
    size_t bytes = ESE_DATABASE_HEAD_BYTES;
    uint8_t *head = malloc(bytes);
    uint32_t size = 0;

    if (file->bytes < bytes)
        bytes = (size_t)file->bytes;
    if (head != NULL && host_file_read(file, 0, head, bytes) &&
        ese_database_parse(head, bytes, &header) == ESE_GOOD)
        size = header.page_bytes;
    free(head);
    return size;
}

static bool swap(struct host_file *file, uint64_t a, uint64_t b)
{
    uint8_t pages[2][ESE_PAGE_BYTES_MAX];
    uint32_t bytes = find_page_size(file);
    uint64_t offset_a, offset_b;

    if (bytes == 0 || a == 0 || b == 0 || a > 0x7FFFFFFF || b > 0x7FFFFFFF)
        return false;
    offset_a = ese_page_offset((uint32_t)a, bytes);
    offset_b = ese_page_offset((uint32_t)b, bytes);
    return host_file_read(file, offset_a, pages[0], bytes) &&
           host_file_read(file, offset_b, pages[1], bytes) &&
           host_file_write(file, offset_a, pages[1], bytes) &&
           host_file_write(file, offset_b, pages[0], bytes);
}

/* last: 0 for the last one there is. */
static bool zero_pages(struct host_file *file, uint64_t first, uint64_t last)
{
    uint32_t bytes = find_page_size(file);

    if (bytes == 0 || first == 0 || first > 0x7FFFFFFF || last > 0x7FFFFFFF)
        return false;
    if (last == 0)
        last = file->bytes / bytes - ESE_DATABASE_HEADERS;
    return zero_units(file, ese_page_offset((uint32_t)first, bytes),
                      ese_page_offset((uint32_t)last, bytes), bytes);
}

static bool patch_header(uint8_t *page, uint32_t bytes, bool to_clean)
{
    if (to_clean)
        return ese_database_make_clean(page, bytes);
    page[ESE_DB_FILE_TYPE] = ESE_LOG_FILE_TYPE;
    ese_header_seal(page, bytes);
    return true;
}

static bool patch_headers(struct host_file *file, bool to_clean)
{
    uint8_t page[ESE_PAGE_BYTES_MAX];
    uint32_t bytes = find_page_size(file);

    return bytes != 0 && host_file_read(file, 0, page, bytes) &&
           patch_header(page, bytes, to_clean) && host_file_write(file, 0, page, bytes) &&
           host_file_write(file, bytes, page, bytes);
}

/* --- logs ------------------------------------------------------------------------------------- */

static uint64_t segment_offset(uint64_t index)
{
    return index * ESE_LOG_SEGMENT_BYTES;
}

/* Of the last segment. */
static uint64_t last_offset(const struct host_file *file)
{
    return file->bytes - ESE_LOG_SEGMENT_BYTES;
}

static bool is_segment(const struct host_file *file, uint64_t index)
{
    return index > 0 && index < file->bytes / ESE_LOG_SEGMENT_BYTES;
}

static bool double_segment(struct host_file *file, uint64_t index)
{
    return is_segment(file, index) &&
           copy_unit(file, segment_offset(index), segment_offset(index + 1), ESE_LOG_SEGMENT_BYTES);
}

static bool shift_segments(struct host_file *file, bool upwards)
{
    uint64_t count = file->bytes / ESE_LOG_SEGMENT_BYTES;
    uint64_t vacant = upwards ? segment_offset(1) : last_offset(file);
    uint64_t i;

    if (count < 3)
        return false;
    for (i = 1; i + 1 < count; i++) {
        uint64_t from = upwards ? count - 1 - i : i + 1;
        uint64_t to = upwards ? from + 1 : i;

        if (!copy_unit(file, segment_offset(from), segment_offset(to), ESE_LOG_SEGMENT_BYTES))
            return false;
    }
    return zero_units(file, vacant, vacant, ESE_LOG_SEGMENT_BYTES);
}

static bool zero_segments(struct host_file *file, uint64_t first, bool and_all_behind)
{
    uint64_t offset = segment_offset(first);

    return is_segment(file, first) &&
           zero_units(file, offset, and_all_behind ? last_offset(file) : offset,
                      ESE_LOG_SEGMENT_BYTES);
}

/* --- actions ---------------------------------------------------------------------------------- */

static bool act_with_pair(struct host_file *file, const char *action, uint64_t first,
                          uint64_t second, bool *known)
{
    if (strcmp(action, "--flip") == 0)
        return flip(file, first, second);
    if (strcmp(action, "--swap") == 0)
        return swap(file, first, second);
    if (strcmp(action, "--zero-pages") == 0)
        return zero_pages(file, first, second);
    *known = false;
    return false;
}

static bool act_with_number(struct host_file *file, const char *action, uint64_t number,
                            bool *known)
{
    if (strcmp(action, "--truncate") == 0)
        return cut(file, number);
    if (strcmp(action, "--zero-segment") == 0)
        return zero_segments(file, number, false);
    if (strcmp(action, "--zero-tail") == 0)
        return zero_segments(file, number, true);
    if (strcmp(action, "--double-segment") == 0)
        return double_segment(file, number);
    *known = false;
    return false;
}

static bool act_with_word(struct host_file *file, const char *action, const char *word, bool *known)
{
    if (strcmp(action, "--patch-header") == 0 && strcmp(word, "clean") == 0)
        return patch_headers(file, true);
    if (strcmp(action, "--patch-header") == 0 && strcmp(word, "log") == 0)
        return patch_headers(file, false);
    if (strcmp(action, "--shift-segments") == 0 && strcmp(word, "up") == 0)
        return shift_segments(file, true);
    if (strcmp(action, "--shift-segments") == 0 && strcmp(word, "down") == 0)
        return shift_segments(file, false);
    if (strcmp(action, "--zero-segment") == 0 && strcmp(word, "last") == 0)
        return zero_units(file, last_offset(file), last_offset(file), ESE_LOG_SEGMENT_BYTES);
    *known = false;
    return false;
}

bool damage_file(struct host_file *file, const char *action, const char *value, bool *known)
{
    uint64_t first, second;

    *known = true;
    if (damage_parse(value, &first, &second))
        return act_with_pair(file, action, first, second, known);
    if (damage_parse(value, &first, NULL))
        return act_with_number(file, action, first, known);
    return act_with_word(file, action, value, known);
}
