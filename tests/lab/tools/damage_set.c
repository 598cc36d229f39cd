/*
 * Logs that are missing, strays, checkpoints that do not belong.
 */
#include "damage_set.h"

#include "damage_file.h"
#include "make_logs.h"

#include <stdlib.h>
#include <string.h>

#define PATH_CHARS_MAX 1024u
#define OTHER_SEED     0xF0E1u /* of the series that foreign logs belong to */

static bool make_path(char path[PATH_CHARS_MAX], const char *folder, const char *name)
{
    int chars = snprintf(path, PATH_CHARS_MAX, "%s/%s", folder, name);

    return chars > 0 && (size_t)chars < PATH_CHARS_MAX;
}

static bool make_log_path(char path[PATH_CHARS_MAX], const char *folder, uint64_t generation)
{
    char name[ESE_LOG_NAME_CHARS];

    ese_log_name(name, ESE_NTDS_BASE_NAME, (uint32_t)generation);
    return make_path(path, folder, name);
}

static bool read_header(const char *path, struct ese_log_header *header)
{
    uint8_t head[ESE_LOG_HEADER_BYTES];
    struct host_file file;
    bool good;

    if (!host_file_open(&file, path, false))
        return false;
    good = host_file_read(&file, 0, head, sizeof(head)) &&
           ese_log_parse(head, sizeof(head), header) == ESE_GOOD;
    return host_file_close(&file) && good;
}

/* The file that has a generation: an archived log, or edb.log. */
static bool find_log(char path[PATH_CHARS_MAX], const char *folder, uint64_t generation)
{
    struct ese_log_header header;

    if (make_log_path(path, folder, generation) && read_header(path, &header))
        return true;
    return make_path(path, folder, "edb.log") && read_header(path, &header) &&
           header.generation == generation;
}

static bool copy_file(const char *from, const char *to)
{
    uint8_t buffer[ESE_LOG_SEGMENT_BYTES];
    struct host_file source, target;
    uint64_t offset;
    bool good = true;

    if (!host_file_open(&source, from, false))
        return false;
    if (!host_file_create(&target, to)) {
        host_file_close(&source);
        return false;
    }
    for (offset = 0; good && offset < source.bytes; offset += sizeof(buffer))
        good = host_file_read(&source, offset, buffer, sizeof(buffer)) &&
               host_file_write(&target, offset, buffer, sizeof(buffer));
    host_file_close(&source);
    return host_file_close(&target) && good;
}

static bool make_empty(const char *folder, uint64_t generation)
{
    char path[PATH_CHARS_MAX];
    struct host_file file;

    return make_log_path(path, folder, generation) && host_file_create(&file, path) &&
           host_file_close(&file);
}

static bool remove_log(const char *folder, uint64_t generation)
{
    char path[PATH_CHARS_MAX];

    return find_log(path, folder, generation) && remove(path) == 0;
}

static bool copy_log(const char *folder, uint64_t generation, uint64_t other)
{
    char from[PATH_CHARS_MAX], to[PATH_CHARS_MAX];

    return find_log(from, folder, generation) && make_log_path(to, folder, other) &&
           copy_file(from, to);
}

static bool copy_to_eight_digits(const char *folder, uint64_t generation)
{
    char from[PATH_CHARS_MAX], to[PATH_CHARS_MAX], name[ESE_LOG_NAME_CHARS];

    snprintf(name, sizeof(name), "edb%08lX.log", (unsigned long)(uint32_t)generation);
    return find_log(from, folder, generation) && make_path(to, folder, name) && copy_file(from, to);
}

/* Sound, of the sizes that the folder's logs have, but of another series; in the place of the log
 * of that generation if there is one. */
static bool make_foreign(const char *folder, uint64_t generation)
{
    struct make_logs options = {.first_generation = 1,
                                .count = 1,
                                .log_bytes = MAKE_LOG_BYTES_DEFAULT,
                                .page_bytes = 8192,
                                .seed = OTHER_SEED,
                                .signature = make_logs_signature(OTHER_SEED)};
    char path[PATH_CHARS_MAX], current[PATH_CHARS_MAX];
    struct ese_log_header header;
    bool found = find_log(path, folder, generation);

    if (!make_path(current, folder, "edb.log"))
        return false;
    if (read_header(found ? path : current, &header)) {
        options.log_bytes = (uint32_t)header.file_bytes;
        options.page_bytes = header.page_bytes;
    }
    return (found || make_log_path(path, folder, generation)) &&
           make_single_log(path, &options, (uint32_t)generation);
}

/* --- the checkpoint --------------------------------------------------------------------------- */

enum checkpoint_change
{
    CHECKPOINT_FOREIGN,
    CHECKPOINT_DAMAGED,
    CHECKPOINT_MOVED
};

static void change_checkpoint(uint8_t *data, enum checkpoint_change change, uint64_t generation)
{
    struct ese_lgpos position = {.generation = (uint32_t)generation, .sector = 1};
    struct ese_signature other = make_logs_signature(OTHER_SEED);

    if (change == CHECKPOINT_FOREIGN)
        ese_put_signature(data + ESE_CHK_SIGNATURE, &other);
    else if (change == CHECKPOINT_MOVED)
        ese_put_lgpos(data + ESE_CHK_POSITION, position);
    ese_checkpoint_seal(data);
    if (change == CHECKPOINT_DAMAGED) {
        data[ESE_CHK_POSITION] ^= 1;
        data[ESE_CHECKPOINT_COPY_BYTES + ESE_CHK_POSITION] ^= 1;
    }
}

static bool damage_checkpoint(const char *folder, enum checkpoint_change change,
                              uint64_t generation)
{
    uint8_t data[ESE_CHECKPOINT_BYTES];
    char path[PATH_CHARS_MAX];
    struct host_file file;
    bool good;

    if (!make_path(path, folder, "edb.chk") || !host_file_open(&file, path, true))
        return false;
    good = host_file_read(&file, 0, data, sizeof(data));
    if (good) {
        change_checkpoint(data, change, generation);
        good = host_file_write(&file, 0, data, sizeof(data));
    }
    return host_file_close(&file) && good;
}

/* --- actions ---------------------------------------------------------------------------------- */

static bool act_with_number(const char *folder, const char *action, uint64_t generation,
                            bool *known)
{
    if (strcmp(action, "--missing") == 0)
        return remove_log(folder, generation);
    if (strcmp(action, "--empty") == 0)
        return make_empty(folder, generation);
    if (strcmp(action, "--foreign") == 0)
        return make_foreign(folder, generation);
    if (strcmp(action, "--eight-digits") == 0)
        return copy_to_eight_digits(folder, generation);
    if (strcmp(action, "--checkpoint") == 0)
        return damage_checkpoint(folder, CHECKPOINT_MOVED, generation);
    *known = false;
    return false;
}

bool damage_set(const char *folder, const char *action, const char *value, bool *known)
{
    uint64_t first, second;

    *known = true;
    if (strcmp(action, "--copy") == 0 && damage_parse(value, &first, &second))
        return copy_log(folder, first, second);
    if (strcmp(action, "--checkpoint") == 0 && strcmp(value, "foreign") == 0)
        return damage_checkpoint(folder, CHECKPOINT_FOREIGN, 0);
    if (strcmp(action, "--checkpoint") == 0 && strcmp(value, "damaged") == 0)
        return damage_checkpoint(folder, CHECKPOINT_DAMAGED, 0);
    if (damage_parse(value, &first, NULL))
        return act_with_number(folder, action, first, known);
    *known = false;
    return false;
}
