/* The logs among the files. It must not know the files: headers only. */
#include "log_set.h"

#include "system.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for one more; false: no memory, and *items is as it was. */
static bool reserve(void **items, size_t item_bytes, size_t count, size_t *capacity)
{
    size_t wanted = *capacity ? *capacity * 2 : 16;
    void *grown;

    if (count < *capacity)
        return true;
    grown = realloc(*items, wanted * item_bytes);
    if (!grown)
        return false;
    *items = grown;
    *capacity = wanted;
    return true;
}

bool log_set_add_log(struct log_set *set, const struct ese_log_header *header)
{
    void *logs = set->logs;

    if (!reserve(&logs, sizeof(*set->logs), set->log_count, &set->log_capacity))
        return false;
    set->logs = logs;
    set->logs[set->log_count++] = *header;
    return true;
}

bool log_set_add_database(struct log_set *set, const struct ese_database_header *header)
{
    void *databases = set->databases;

    if (!reserve(&databases, sizeof(*set->databases), set->database_count, &set->database_capacity))
        return false;
    set->databases = databases;
    set->databases[set->database_count++] = *header;
    return true;
}

/* By series, then by generation. */
static int compare(const void *left, const void *right)
{
    const struct ese_log_header *a = left;
    const struct ese_log_header *b = right;
    int order = memcmp(a->signature.bytes, b->signature.bytes, ESE_SIGNATURE_BYTES);

    return order ? order : (a->generation > b->generation) - (a->generation < b->generation);
}

static void print_missing(uint32_t first, uint32_t last)
{
    if (first == last)
        system_print(SYSTEM_OUTPUT, "  missing: 0x%" PRIx32 "\n", first);
    else
        system_print(SYSTEM_OUTPUT, "  missing: 0x%" PRIx32 " to 0x%" PRIx32 "\n", first, last);
}

/* Logs of one series from here on. */
static size_t series_length(const struct ese_log_header *logs, size_t count)
{
    size_t length = 1;

    while (length < count && ese_signature_equal(&logs[0].signature, &logs[length].signature))
        length++;
    return length;
}

/* True where the one continues the other. */
static bool print_neighbours(const struct ese_log_header *a, const struct ese_log_header *b)
{
    if (b->generation == a->generation)
        system_print(SYSTEM_OUTPUT, "  0x%" PRIx32 " is there more than once\n", a->generation);
    else if (b->generation - a->generation > 1)
        print_missing(a->generation + 1, b->generation - 1);
    else if (!ese_log_follows(a, b))
        system_print(SYSTEM_OUTPUT,
                     "  0x%" PRIx32 " does not continue 0x%" PRIx32
                     ": it followed another log of this number\n",
                     b->generation, a->generation);
    else
        return true;
    return false;
}

/* Says what of low..high the sorted logs lack. */
static bool print_lacking(const struct ese_log_header *logs, size_t count, uint32_t low,
                          uint32_t high)
{
    uint64_t next = low;
    bool lacking = false;
    size_t i;

    for (i = 0; i < count && next <= high; i++) {
        uint32_t generation = logs[i].generation;

        if (generation < next)
            continue;
        if (generation > next) {
            lacking = true;
            print_missing((uint32_t)next, generation <= high ? generation - 1 : high);
        }
        next = (uint64_t)generation + 1;
    }
    if (next <= high) {
        lacking = true;
        print_missing((uint32_t)next, high);
    }
    return lacking;
}

static void print_needs(const struct ese_database_header *database,
                        const struct ese_log_header *logs, size_t count)
{
    if (!ese_signature_equal(&database->log_signature, &logs[0].signature) ||
        !ese_database_is_dirty(database) || database->required_low == 0)
        return;
    system_print(SYSTEM_OUTPUT, "  the database needs 0x%" PRIx32 " to 0x%" PRIx32 ":\n",
                 database->required_low, database->required_high);
    if (!print_lacking(logs, count, database->required_low, database->required_high))
        system_print(SYSTEM_OUTPUT, "  all of them are there\n");
}

static void print_series(const struct ese_log_header *logs, size_t count)
{
    bool unbroken = true;
    size_t i;

    system_print(SYSTEM_OUTPUT, "Logs: 0x%" PRIx32 " to 0x%" PRIx32 ", %" PRIu64 " file%s\n",
                 logs[0].generation, logs[count - 1].generation, (uint64_t)count,
                 count == 1 ? "" : "s");
    for (i = 1; i < count; i++)
        unbroken = print_neighbours(&logs[i - 1], &logs[i]) && unbroken;
    if (unbroken && count > 1)
        system_print(SYSTEM_OUTPUT, "  none is missing between them\n");
}

void log_set_print(struct log_set *set)
{
    size_t first, length, i;

    if (set->log_count == 0)
        return;
    qsort(set->logs, set->log_count, sizeof(*set->logs), compare);
    for (first = 0; first < set->log_count; first += length) {
        const struct ese_log_header *logs = &set->logs[first];

        length = series_length(logs, set->log_count - first);
        print_series(logs, length);
        for (i = 0; i < set->database_count; i++)
            print_needs(&set->databases[i], logs, length);
    }
}

void log_set_fini(struct log_set *set)
{
    free(set->logs);
    free(set->databases);
    memset(set, 0, sizeof(*set));
}
