/*
 * Makes logs of version 8 whose headers form a chain, and checkpoints.
 */
#include "make_logs.h"

#include "host_file.h"
#include "make_random.h"

#include <stdlib.h>
#include <string.h>

#define PATH_CHARS_MAX   1024u
#define LOG_MINOR        4000u
#define LOG_UPDATE       60u
#define LOG_UPDATE_MINOR 140u
#define RESERVE_LOGS     2u

/* One log of the chain while it is made. */
struct log_maker
{
    const struct make_logs *options;
    uint32_t generation;
    uint32_t used_segments; /* that hold data */
    bool shadow;            /* the last of them has its copy behind it */
    uint64_t previous_sum;  /* of the generation before; 0 if that was not made here */
    uint64_t sum;           /* of this one, once made */
};

/* A minute each, from 2021-03-14 15:00 on; wraps after 60 days, long enough. */
struct ese_logtime make_logs_time(uint32_t generation)
{
    uint32_t minutes = generation % (60u * 24u * 60u);
    struct ese_logtime time = {.present = true, .year = 2021, .utc = true, .second = 7};

    time.minute = (uint8_t)(minutes % 60u);
    time.hour = (uint8_t)(minutes / 60u % 24u);
    minutes /= 60u * 24u;
    time.month = (uint8_t)(4u + minutes / 30u);
    time.day = (uint8_t)(1u + minutes % 30u);
    time.millis = (uint16_t)(generation * 37u % 1000u);
    return time;
}

struct ese_signature make_logs_signature(uint64_t seed)
{
    uint64_t state = seed + 2;

    return ese_signature_make((uint32_t)make_random(&state), make_logs_time(0));
}

static uint32_t segment_count(const struct make_logs *options)
{
    return options->log_bytes / ESE_LOG_SEGMENT_BYTES;
}

/* A full log leaves its last segment free, for a shadow that is no longer needed. */
static uint32_t used_segments(const struct make_logs *options, bool current)
{
    return current ? segment_count(options) / 2 : segment_count(options) - 2;
}

struct ese_lgpos make_logs_end(const struct make_logs *options)
{
    struct ese_lgpos end = {.generation = options->first_generation + options->count - 1,
                            .sector = (uint16_t)used_segments(options, true)};

    return end;
}

static void put_path(uint8_t *to)
{
    static const char path[] = "C:\\Windows\\NTDS\\";

    memcpy(to, path, sizeof(path));
}

static void build_header(const struct log_maker *log, uint8_t *header)
{
    const struct make_logs *options = log->options;
    struct ese_lgpos checkpoint = {.generation = log->generation - 1, .sector = 1};

    memset(header, 0, ESE_LOG_HEADER_BYTES);
    ese_put32(header + ESE_LOG_GENERATION, log->generation);
    ese_put16(header + ESE_LOG_SECTOR_BYTES, ESE_LOG_SEGMENT_BYTES);
    ese_put16(header + ESE_LOG_HEADER_SECTORS, 1);
    ese_put16(header + ESE_LOG_SECTORS, (uint16_t)segment_count(options));
    ese_put16(header + ESE_LOG_PAGE_SIZE, (uint16_t)options->page_bytes);
    ese_put_logtime(header + ESE_LOG_CREATED, make_logs_time(log->generation));
    if (log->generation > 1) {
        ese_put_logtime(header + ESE_LOG_PREVIOUS_CREATED, make_logs_time(log->generation - 1));
        ese_put_lgpos(header + ESE_LOG_CHECKPOINT, checkpoint);
    }
    ese_put32(header + ESE_LOG_MAJOR, 8);
    ese_put32(header + ESE_LOG_MINOR, LOG_MINOR);
    ese_put32(header + ESE_LOG_UPDATE, LOG_UPDATE);
    ese_put32(header + ESE_LOG_UPDATE_MINOR, LOG_UPDATE_MINOR);
    ese_put_signature(header + ESE_LOG_SIGNATURE, &options->signature);
    put_path(header + ESE_LOG_SYSTEM_PATH);
    put_path(header + ESE_LOG_LOG_PATH);
    ese_put64(header + ESE_LOG_PREVIOUS_SUM, log->previous_sum);
    header[ESE_LOG_FILE_TYPE_AT] = ESE_LOG_FILE_TYPE;
    ese_log_header_seal(header);
}

static void build_segment(const struct log_maker *log, uint32_t index, uint8_t *segment)
{
    uint64_t state = log->options->seed ^ ((uint64_t)log->generation << 32 | index);
    struct ese_lgpos position = {.generation = log->generation, .sector = (uint16_t)index};
    size_t body_bytes = ESE_LOG_SEGMENT_BYTES - ESE_SEGMENT_HEADER_BYTES;
    struct ese_logtime time = make_logs_time(log->generation);

    /* The last one is part full. */
    if (index == log->used_segments)
        body_bytes /= 3;
    time.second = (uint8_t)(time.second + index * 50u / segment_count(log->options));
    memset(segment, 0, ESE_LOG_SEGMENT_BYTES);
    ese_put_lgpos(segment + ESE_SEGMENT_POSITION, position);
    ese_put_logtime(segment + ESE_SEGMENT_TIME, time);
    make_random_fill(&state, segment + ESE_SEGMENT_HEADER_BYTES, body_bytes);
    ese_segment_seal(segment, index);
}

static bool write_log(struct log_maker *log, struct host_file *file)
{
    uint8_t segment[ESE_LOG_SEGMENT_BYTES];
    uint32_t index;

    build_header(log, segment);
    if (!host_file_write(file, 0, segment, sizeof(segment)))
        return false;
    log->sum = 0;
    for (index = 1; index <= log->used_segments; index++) {
        build_segment(log, index, segment);
        log->sum ^= ese_get64(segment);
        if (!host_file_write(file, (uint64_t)index * sizeof(segment), segment, sizeof(segment)))
            return false;
    }
    /* index is one beyond: the shadow keeps the number of what it copies. */
    if (log->shadow &&
        !host_file_write(file, (uint64_t)index * sizeof(segment), segment, sizeof(segment)))
        return false;
    return host_file_resize(file, log->options->log_bytes);
}

static bool make_path(char path[PATH_CHARS_MAX], const char *folder, const char *name)
{
    int chars = snprintf(path, PATH_CHARS_MAX, "%s/%s", folder, name);

    return chars > 0 && (size_t)chars < PATH_CHARS_MAX;
}

static bool make_file(struct log_maker *log, const char *path)
{
    struct host_file file;
    bool good;

    if (!host_file_create(&file, path))
        return false;
    good = write_log(log, &file);
    return host_file_close(&file) && good;
}

static bool make_log(struct log_maker *log, const char *folder, const char *name)
{
    char path[PATH_CHARS_MAX];

    return make_path(path, folder, name) && make_file(log, path);
}

static bool options_are_possible(const struct make_logs *options)
{
    return options->first_generation >= 1 && options->count >= 1 &&
           options->log_bytes >= MAKE_LOG_BYTES_MIN && options->log_bytes <= MAKE_LOG_BYTES_MAX &&
           options->log_bytes % ESE_LOG_SEGMENT_BYTES == 0;
}

bool make_logs(const char *folder, const struct make_logs *options)
{
    struct log_maker log = {.options = options};
    uint32_t i;

    if (!options_are_possible(options))
        return false;
    for (i = 0; i < options->count; i++) {
        bool last = i == options->count - 1;
        char name[ESE_LOG_NAME_CHARS] = "edb.log";

        log.generation = options->first_generation + i;
        log.used_segments = used_segments(options, last);
        log.shadow = last && !options->no_current;
        if (!last || options->no_current)
            ese_log_name(name, ESE_NTDS_BASE_NAME, log.generation);
        if (!make_log(&log, folder, name))
            return false;
        log.previous_sum = log.sum;
    }
    log.generation++;
    log.used_segments = 0;
    return !options->no_current || make_log(&log, folder, "edbtmp.log");
}

bool make_single_log(const char *path, const struct make_logs *options, uint32_t generation)
{
    struct log_maker log = {.options = options,
                            .generation = generation,
                            .used_segments = used_segments(options, false)};

    return options_are_possible(options) && make_file(&log, path);
}

bool make_logs_beside(const char *folder, const struct make_logs *options)
{
    struct log_maker log = {.options = options,
                            .generation = options->first_generation,
                            .used_segments = used_segments(options, false)};
    char path[PATH_CHARS_MAX];
    struct host_file file;
    uint32_t i;

    if (!options_are_possible(options) ||
        (!options->no_current && !make_log(&log, folder, "edbtmp.log")))
        return false;
    for (i = 1; i <= RESERVE_LOGS; i++) {
        char name[32];
        bool good;

        snprintf(name, sizeof(name), "edbres%05X.jrs", (unsigned int)i);
        if (!make_path(path, folder, name) || !host_file_create(&file, path))
            return false;
        good = host_file_resize(&file, options->log_bytes);
        if (!host_file_close(&file) || !good)
            return false;
    }
    return true;
}

bool make_checkpoint(const char *path, const struct make_logs *options, uint32_t generation)
{
    uint8_t data[ESE_CHECKPOINT_BYTES] = {0};
    struct ese_lgpos position = {.generation = generation, .sector = 1};
    struct host_file file;
    bool good;

    ese_put_lgpos(data + ESE_CHK_POSITION, position);
    ese_put_lgpos(data + ESE_CHK_CONSISTENT, position);
    ese_put_signature(data + ESE_CHK_SIGNATURE, &options->signature);
    put_path(data + ESE_CHK_SYSTEM_PATH);
    put_path(data + ESE_CHK_LOG_PATH);
    data[ESE_CHK_FILE_TYPE] = ESE_CHECKPOINT_FILE_TYPE;
    ese_checkpoint_seal(data);
    if (!host_file_create(&file, path))
        return false;
    good = host_file_write(&file, 0, data, sizeof(data));
    return host_file_close(&file) && good;
}
