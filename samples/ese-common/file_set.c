/* What the files of one folder say together. */
#include "file_set.h"

#include <stdlib.h>
#include <string.h>

/* Adds ITEM to an array of *count; false if memory ran out. */
static bool add(void **items, size_t *count, size_t *capacity, const void *item, size_t item_bytes)
{
    size_t wanted = *capacity ? *capacity * 2 : 16;

    if (*count == *capacity) {
        void *grown = realloc(*items, wanted * item_bytes);

        if (!grown)
            return false;
        *items = grown;
        *capacity = wanted;
    }
    memcpy((char *)*items + (*count)++ * item_bytes, item, item_bytes);
    return true;
}

static bool add_log(struct file_set *set, const struct file_pass *pass)
{
    const struct ese_log_header *header = ese_stream_log(&pass->stream);
    struct ese_recovery_log log = {.name = pass->name, .file_bytes = pass->bytes};
    void *logs = set->logs;
    bool added;

    if (header) {
        log.has_header = true;
        log.header = *header;
    }
    log.has_sum = ese_stream_log_sum(&pass->stream, &log.sum);
    added = add(&logs, &set->log_count, &set->log_capacity, &log, sizeof(log));
    set->logs = logs;
    return added;
}

static bool add_database(struct file_set *set, const struct file_set_database *database)
{
    void *databases = set->databases;
    bool added =
        add(&databases, &set->database_count, &set->database_capacity, database, sizeof(*database));

    set->databases = databases;
    return added;
}

/* The engine knows its logs by their names. */
bool file_set_add(struct file_set *set, const struct file_pass *pass)
{
    const struct ese_database_header *header = ese_stream_database(&pass->stream);
    const struct ese_checkpoint *checkpoint = ese_stream_checkpoint(&pass->stream);
    struct file_set_database database;

    if (pass->name.kind == ESE_NAME_TEMPORARY_LOG)
        set->has_temporary_log = true;
    if (file_pass_is_unjudged(&pass->name))
        return true;
    if (ese_name_is_backed_up_log(&pass->name))
        return add_log(set, pass);
    if (checkpoint) {
        set->checkpoint = *checkpoint;
        set->has_checkpoint = true;
    }
    if (!header)
        return true;
    database = (struct file_set_database){
        .header = *header, .is_streamed = ese_stream_counts(&pass->stream)->trailer != 0};
    return add_database(set, &database);
}

bool file_set_judge(struct file_set *set, const struct file_set_database *database,
                    struct ese_recovery_result *result)
{
    const struct ese_recovery_facts facts = {
        .database = &database->header,
        .logs = set->logs,
        .log_count = set->log_count,
        .has_temporary_log = set->has_temporary_log || database->is_streamed,
        .checkpoint = set->has_checkpoint ? &set->checkpoint : NULL,
    };

    return ese_recovery_judge(&facts, result);
}

void file_set_fini(struct file_set *set)
{
    free(set->logs);
    free(set->databases);
    memset(set, 0, sizeof(*set));
}
