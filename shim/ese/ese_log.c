/*
 * Log headers and the segments of version 8.
 *
 * Knows memory only; version 7's body is ese_log7.c.
 */
#include "ese_log.h"

#include "ese_page.h"

#include <string.h>

#define LOG_MAJOR_MIN      7u
#define LOG_MAJOR_MAX      8u
#define SECTOR_BYTES_OLD   512u
#define DEFAULT_PAGE_BYTES 4096u

static bool geometry_is_possible(const uint8_t *data)
{
    uint32_t sector_bytes = ese_get16(data + ESE_LOG_SECTOR_BYTES);
    uint32_t header_sectors = ese_get16(data + ESE_LOG_HEADER_SECTORS);
    uint32_t major = ese_get32(data + ESE_LOG_MAJOR);

    if (sector_bytes != ESE_LOG_SEGMENT_BYTES &&
        !(sector_bytes == SECTOR_BYTES_OLD && major < LOG_MAJOR_MAX))
        return false;
    return sector_bytes * header_sectors == ESE_LOG_HEADER_BYTES &&
           ese_get16(data + ESE_LOG_SECTORS) > header_sectors;
}

/* There is no magic in a log: its type byte (0 in old files) and version must do. */
static bool looks_like_log(const uint8_t *data)
{
    uint32_t major = ese_get32(data + ESE_LOG_MAJOR);
    uint8_t type = data[ESE_LOG_FILE_TYPE_AT];

    if (major < LOG_MAJOR_MIN || major > LOG_MAJOR_MAX || ese_get32(data + ESE_LOG_GENERATION) == 0)
        return false;
    return type == ESE_LOG_FILE_TYPE || (type == 0 && major == LOG_MAJOR_MIN);
}

static void fill_header(const uint8_t *data, struct ese_log_header *header)
{
    memset(header, 0, sizeof(*header));
    header->generation = ese_get32(data + ESE_LOG_GENERATION);
    header->sector_bytes = ese_get16(data + ESE_LOG_SECTOR_BYTES);
    header->header_sectors = ese_get16(data + ESE_LOG_HEADER_SECTORS);
    header->sectors = ese_get16(data + ESE_LOG_SECTORS);
    header->file_bytes = (uint64_t)header->sector_bytes * header->sectors;
    header->page_bytes = ese_get16(data + ESE_LOG_PAGE_SIZE);
    if (header->page_bytes == 0)
        header->page_bytes = DEFAULT_PAGE_BYTES;
    header->major = ese_get32(data + ESE_LOG_MAJOR);
    header->minor = ese_get32(data + ESE_LOG_MINOR);
    header->update = ese_get32(data + ESE_LOG_UPDATE);
    header->update_minor = ese_get32(data + ESE_LOG_UPDATE_MINOR);
    memcpy(header->created_raw, data + ESE_LOG_CREATED, ESE_LOGTIME_BYTES);
    memcpy(header->previous_created_raw, data + ESE_LOG_PREVIOUS_CREATED, ESE_LOGTIME_BYTES);
    header->created = ese_get_logtime(data + ESE_LOG_CREATED);
    header->previous_created = ese_get_logtime(data + ESE_LOG_PREVIOUS_CREATED);
    header->signature = ese_get_signature(data + ESE_LOG_SIGNATURE);
    header->checkpoint = ese_get_lgpos(data + ESE_LOG_CHECKPOINT);
    header->flags = data[ESE_LOG_FLAGS];
    header->file_type = data[ESE_LOG_FILE_TYPE_AT];
    header->previous_sum = ese_get64(data + ESE_LOG_PREVIOUS_SUM);
}

enum ese_verdict ese_log_parse(const void *data, size_t bytes, struct ese_log_header *header)
{
    const uint8_t *at = data;

    if (bytes < ESE_LOG_HEADER_BYTES)
        return ESE_TRUNCATED;
    if (!looks_like_log(at))
        return ESE_NOT_RECOGNISED;
    if (!ese_header_is_good(at, ESE_LOG_HEADER_BYTES))
        return geometry_is_possible(at) ? ESE_BAD_CHECKSUM : ESE_NOT_RECOGNISED;
    if (!geometry_is_possible(at))
        return ESE_BAD_GEOMETRY;
    fill_header(at, header);
    return ESE_GOOD;
}

static enum ese_verdict judge(const uint8_t *segment, uint32_t index,
                              struct ese_page_report *report)
{
    struct ese_page_report as_shadow;

    if (ese_page_is_plainly_good(segment, ESE_LOG_SEGMENT_BYTES, index)) {
        ese_page_report_good(segment, index, report);
        return report->verdict;
    }
    if (ese_is_zero(segment, ESE_LOG_SEGMENT_BYTES)) {
        memset(report, 0, sizeof(*report));
        report->real_page = index;
        report->verdict = ESE_BLANK;
        return report->verdict;
    }
    ese_page_judge_new(segment, ESE_LOG_SEGMENT_BYTES, index, report);
    if (index < 2)
        return report->verdict;
    if (report->verdict == ESE_WRONG_PAGE_NUMBER && report->real_page == index - 1) {
        report->verdict = ESE_SHADOW;
    } else if (report->verdict == ESE_BAD_CHECKSUM &&
               ese_page_judge_new(segment, ESE_LOG_SEGMENT_BYTES, index - 1, &as_shadow) ==
                   ESE_CORRECTABLE) {
        *report = as_shadow;
    }
    return report->verdict;
}

enum ese_verdict ese_segment_verify(const void *segment, uint32_t index,
                                    struct ese_page_report *report)
{
    struct ese_page_report found;

    judge(segment, index, &found);
    if (report != NULL)
        *report = found;
    return found.verdict;
}

enum ese_verdict ese_segment_correct(void *segment, uint32_t index, struct ese_page_report *report)
{
    struct ese_page_report found;

    if (judge(segment, index, &found) == ESE_CORRECTABLE)
        ese_page_apply(segment, &found);
    if (report != NULL)
        *report = found;
    return found.verdict;
}

uint32_t ese_segment_generation(const void *segment)
{
    return ese_get_lgpos((const uint8_t *)segment + ESE_SEGMENT_POSITION).generation;
}

void ese_log_order_init(struct ese_log_order *order, const struct ese_log_header *header)
{
    memset(order, 0, sizeof(*order));
    order->generation = header->generation;
    order->segments = header->sectors;
    order->life = header->generation;
}

/* Whether a segment that is no data of this generation may follow. */
static bool take_end(struct ese_log_order *order, uint32_t life, bool shadow)
{
    bool own_shadow = shadow && life == order->generation;

    if (life > order->life || (own_shadow && order->ended))
        return false;
    order->life = life;
    order->ended = true;
    return true;
}

static int compare_with_place(const struct ese_log_order *order, const void *segment,
                              uint32_t index)
{
    struct ese_lgpos here = {.generation = order->generation, .sector = (uint16_t)index};

    return ese_lgpos_compare(ese_get_lgpos((const uint8_t *)segment + ESE_SEGMENT_POSITION), here);
}

bool ese_log_order_take_next(struct ese_log_order *order, const void *segment, uint32_t index)
{
    if (order->broken || order->ended || index + 1 >= order->segments ||
        compare_with_place(order, segment, index) != 0)
        return false;
    order->sum ^= ese_get64(segment);
    return true;
}

bool ese_log_order_take(struct ese_log_order *order, const void *segment, uint32_t index,
                        enum ese_verdict verdict)
{
    bool fits;

    if (order->broken || index + 1 >= order->segments)
        return true;
    if (verdict == ESE_BLANK)
        fits = take_end(order, 0, false);
    else if (verdict == ESE_SHADOW || compare_with_place(order, segment, index) < 0)
        fits = take_end(order, ese_segment_generation(segment), verdict == ESE_SHADOW);
    else
        fits = ese_log_order_take_next(order, segment, index);
    order->broken = !fits;
    return fits;
}

bool ese_log_follows(const struct ese_log_header *a, const struct ese_log_header *b)
{
    return b->generation == a->generation + 1 &&
           ese_signature_equal(&a->signature, &b->signature) &&
           memcmp(a->created_raw, b->previous_created_raw, ESE_LOGTIME_BYTES) == 0;
}

void ese_log_header_seal(void *header)
{
    ese_header_seal(header, ESE_LOG_HEADER_BYTES);
}

void ese_segment_seal(void *segment, uint32_t index)
{
    uint8_t *at = segment;

    ese_put32(at + ESE_SEGMENT_FLAGS, ese_get32(at + ESE_SEGMENT_FLAGS) | ESE_PAGE_NEW_FORMAT);
    ese_page_seal(at, ESE_LOG_SEGMENT_BYTES, index);
}
