/*
 * ese-make: makes a consistent small directory - database, logs, checkpoint.
 *
 * Arguments only; the making is make_database.c's and make_logs.c's.
 */
#include "make_database.h"
#include "make_logs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRED_LOGS 3u /* a dirty database needs this many of the newest, if there are */

struct arguments
{
    const char *database;
    const char *from;
    const char *log_folder;
    const char *checkpoint;
    uint64_t page_bytes;
    uint64_t pages;
    uint64_t logs;
    uint64_t first_generation; /* 0: 1, or what the database given needs */
    uint64_t log_bytes;
    uint64_t sparse_bytes;
    uint64_t old_every;
    uint64_t seed;
    bool dirty;
    bool beside;
    bool no_current;
};

static void usage(FILE *to)
{
    fputs("usage: ese-make --database FILE [--page-size N] [--pages N] [--dirty | --clean]\n"
          "                [--sparse-size BYTES] [--old-format-every N] [--seed N] [LOGS]\n"
          "       ese-make --from FILE LOGS     logs that belong to FILE, which stays as it is\n"
          "LOGS:  [--log-dir FOLDER --logs N [--first-generation G] [--log-bytes N] [--reserves]\n"
          "       [--no-current]] [--checkpoint FILE]\n"
          "  --page-size         2048, 4096, 8192 (default), 16384 or 32768\n"
          "  --pages             at least 32 (default 256)\n"
          "  --dirty             needs the newest three logs (default: clean)\n"
          "  --sparse-size       at least this size, the rest blank but for the last page\n"
          "  --old-format-every  every Nth page has the old checksum; up to 8192 bytes\n"
          "  --logs              the last of them is edb.log (default 1)\n"
          "  --log-bytes         default 1310720\n"
          "  --reserves          also edbtmp.log and two reserve logs\n"
          "  --no-current        the last log is archived too, with edbtmp.log for edb.log, as a\n"
          "                      snapshot has it without circular logging\n"
          "  numbers may end in K, M or G\n"
          "exit code: 0 made, 1 failed, 2 usage\n",
          to);
}

static bool parse_number(const char *text, uint64_t *value)
{
    char *end;
    unsigned long long number;
    unsigned int shift = 0;

    errno = 0;
    number = strtoull(text, &end, 0);
    if (end == text || errno != 0 || *text == '-')
        return false;
    if (*end == 'K' || *end == 'M' || *end == 'G') {
        shift = *end == 'K' ? 10 : *end == 'M' ? 20 : 30;
        end++;
    }
    if (*end != '\0' || number > UINT64_MAX >> shift)
        return false;
    *value = (uint64_t)number << shift;
    return true;
}

/* Takes the option at argv[0]; returns how many words it was, 0 if it is none or wrong. */
static int take_option(struct arguments *arguments, int argc, char **argv)
{
    const struct
    {
        const char *name;
        const char **text;
        uint64_t *number;
    } options[] = {
        {"--database", &arguments->database, NULL},
        {"--from", &arguments->from, NULL},
        {"--log-dir", &arguments->log_folder, NULL},
        {"--checkpoint", &arguments->checkpoint, NULL},
        {"--page-size", NULL, &arguments->page_bytes},
        {"--pages", NULL, &arguments->pages},
        {"--logs", NULL, &arguments->logs},
        {"--first-generation", NULL, &arguments->first_generation},
        {"--log-bytes", NULL, &arguments->log_bytes},
        {"--sparse-size", NULL, &arguments->sparse_bytes},
        {"--old-format-every", NULL, &arguments->old_every},
        {"--seed", NULL, &arguments->seed},
    };
    size_t i;

    if (strcmp(argv[0], "--dirty") == 0 || strcmp(argv[0], "--clean") == 0) {
        arguments->dirty = strcmp(argv[0], "--dirty") == 0;
        return 1;
    }
    if (strcmp(argv[0], "--reserves") == 0) {
        arguments->beside = true;
        return 1;
    }
    if (strcmp(argv[0], "--no-current") == 0) {
        arguments->no_current = true;
        return 1;
    }
    for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (strcmp(argv[0], options[i].name) != 0)
            continue;
        if (argc < 2)
            return 0;
        if (options[i].text != NULL)
            *options[i].text = argv[1];
        else if (!parse_number(argv[1], options[i].number))
            return 0;
        return 2;
    }
    return 0;
}

static const char *find_mistake(const struct arguments *arguments)
{
    if ((arguments->database == NULL) == (arguments->from == NULL))
        return "one of --database and --from is needed";
    if (!ese_page_size_is_legal((size_t)arguments->page_bytes))
        return "--page-size must be 2048, 4096, 8192, 16384 or 32768";
    if (arguments->pages < MAKE_PAGES_MIN || arguments->pages > 0x1000000)
        return "--pages must be 32 to 16777216";
    if (arguments->old_every > UINT32_MAX ||
        (arguments->old_every != 0 && arguments->page_bytes > 8192))
        return "--old-format-every goes with pages up to 8192 bytes";
    if (arguments->sparse_bytes / arguments->page_bytes > 0x7FFFFFFF)
        return "--sparse-size is more pages than a database can have";
    if (arguments->logs < 1 || arguments->logs > 100000)
        return "--logs must be 1 to 100000";
    if (arguments->first_generation > 0x7FFF0000)
        return "--first-generation is too high";
    if (arguments->log_bytes < MAKE_LOG_BYTES_MIN || arguments->log_bytes > MAKE_LOG_BYTES_MAX ||
        arguments->log_bytes % ESE_LOG_SEGMENT_BYTES != 0)
        return "--log-bytes must be a multiple of 4096 from 65536 on";
    return NULL;
}

static int fail(const char *what, const char *path)
{
    fprintf(stderr, "ese-make: %s %s: %s\n", what, path,
            errno != 0 ? strerror(errno) : "not possible");
    return 1;
}

/* Generates the database and says so. */
static int make_new_database(const struct arguments *arguments, const struct make_logs *logs)
{
    struct make_database options = {.page_bytes = (uint32_t)arguments->page_bytes,
                                    .pages = (uint32_t)arguments->pages,
                                    .sparse_bytes = arguments->sparse_bytes,
                                    .old_every = (uint32_t)arguments->old_every,
                                    .seed = arguments->seed,
                                    .dirty = arguments->dirty,
                                    .log_signature = logs->signature};
    uint32_t last = logs->first_generation + logs->count - 1;
    struct make_database_counts counts;
    struct host_file file;
    bool good;

    options.consistent = make_logs_end(logs);
    options.committed_time = make_logs_time(last);
    options.required_high = last;
    options.committed_high = last;
    options.required_low =
        logs->count > REQUIRED_LOGS ? last - REQUIRED_LOGS + 1 : logs->first_generation;
    if (arguments->dirty) {
        options.consistent.generation = options.required_low;
        options.consistent.sector = 1;
    }
    errno = 0;
    if (!host_file_create(&file, arguments->database))
        return fail("cannot create", arguments->database);
    good = make_database(&file, &options, &counts);
    if (!host_file_close(&file) || !good)
        return fail("cannot write", arguments->database);
    printf("%s: %" PRIu32 " pages of %" PRIu32 " bytes, %" PRIu64 " good (%" PRIu64
           " of old format), %" PRIu64 " blank\n",
           arguments->database, counts.last_page, options.page_bytes, counts.good,
           counts.old_format, counts.blank);
    return 0;
}

/* Lets the logs fit a database that exists: its page size, its signature if it has one, and the
 * generations it needs. */
static int adapt_to_database(const char *path, struct make_logs *logs, bool generation_given,
                             uint32_t *oldest)
{
    struct ese_database_header header;
    enum ese_verdict verdict = ESE_TRUNCATED;
    size_t bytes = ESE_DATABASE_HEAD_BYTES;
    uint8_t *head = malloc(bytes);
    struct host_file file;
    bool good;

    errno = 0;
    if (head == NULL || !host_file_open(&file, path, false)) {
        free(head);
        return fail("cannot open", path);
    }
    if (file.bytes < bytes)
        bytes = (size_t)file.bytes;
    good = host_file_read(&file, 0, head, bytes);
    host_file_close(&file);
    if (good)
        verdict = ese_database_parse(head, bytes, &header);
    free(head);
    if (!good || verdict != ESE_GOOD) {
        fprintf(stderr, "ese-make: %s: no database: %s\n", path, ese_verdict_name(verdict));
        return 1;
    }
    logs->page_bytes = header.page_bytes;
    if (!ese_signature_is_zero(&header.log_signature))
        logs->signature = header.log_signature;
    if (!ese_database_is_dirty(&header))
        return 0;
    if (!generation_given)
        logs->first_generation = header.required_low;
    *oldest = header.required_low;
    if (logs->first_generation > header.required_low ||
        logs->first_generation + logs->count - 1 < header.committed_high) {
        fprintf(stderr, "ese-make: %s needs generations %" PRIx32 " to %" PRIx32 "\n", path,
                header.required_low, header.committed_high);
        return 1;
    }
    return 0;
}

static int make_all(const struct arguments *arguments)
{
    struct make_logs logs = {.first_generation = (uint32_t)arguments->first_generation,
                             .count = (uint32_t)arguments->logs,
                             .no_current = arguments->no_current,
                             .log_bytes = (uint32_t)arguments->log_bytes,
                             .page_bytes = (uint32_t)arguments->page_bytes,
                             .seed = arguments->seed,
                             .signature = make_logs_signature(arguments->seed)};
    bool generation_given = arguments->first_generation != 0;
    uint32_t oldest; /* that the engine would want */
    int result;

    if (!generation_given)
        logs.first_generation = 1;
    oldest = logs.first_generation + logs.count - 1;
    if (arguments->from != NULL) {
        result = adapt_to_database(arguments->from, &logs, generation_given, &oldest);
    } else {
        result = make_new_database(arguments, &logs);
        if (arguments->dirty)
            oldest =
                logs.count > REQUIRED_LOGS ? oldest - REQUIRED_LOGS + 1 : logs.first_generation;
    }
    if (result != 0)
        return result;
    errno = 0;
    if (arguments->log_folder != NULL) {
        if (!make_logs(arguments->log_folder, &logs) ||
            (arguments->beside && !make_logs_beside(arguments->log_folder, &logs)))
            return fail("cannot write the logs into", arguments->log_folder);
        printf("%s: generations %" PRIx32 " to %" PRIx32 "\n", arguments->log_folder,
               logs.first_generation, logs.first_generation + logs.count - 1);
    }
    if (arguments->checkpoint != NULL) {
        if (!make_checkpoint(arguments->checkpoint, &logs, oldest))
            return fail("cannot write", arguments->checkpoint);
        printf("%s: generation %" PRIx32 "\n", arguments->checkpoint, oldest);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.page_bytes = 8192,
                                  .pages = 256,
                                  .logs = 1,
                                  .log_bytes = MAKE_LOG_BYTES_DEFAULT,
                                  .seed = 1};
    const char *mistake;
    int i = 1;

    while (i < argc) {
        int taken;

        if (strcmp(argv[i], "--help") == 0) {
            usage(stdout);
            return 0;
        }
        taken = take_option(&arguments, argc - i, argv + i);
        if (taken == 0) {
            fprintf(stderr, "ese-make: bad argument: %s\n", argv[i]);
            usage(stderr);
            return 2;
        }
        i += taken;
    }
    mistake = find_mistake(&arguments);
    if (mistake != NULL) {
        fprintf(stderr, "ese-make: %s\n", mistake);
        return 2;
    }
    return make_all(&arguments);
}
