/* ese-verify: checks databases, logs and checkpoints of the ESE engine, as DsBackupRead does while
 * it hands them out, and says what it found. */
#include "verify_file.h"
#include "log_set.h"
#include "verify_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* In the sense of the other samples, and one that they do not know. */
enum exit_code
{
    EXIT_GOOD = 0,
    EXIT_UNKNOWN = 1,
    EXIT_USAGE = 2,
    EXIT_DAMAGED = 6,
    EXIT_CORRECTABLE = 8,
};

static const char usage_text[] =
    "Checks files of the ESE database engine, such as those of Active Directory: every header,\n"
    "page and log segment.\n"
    "\n"
    "  ese-verify FILE...\n"
    "\n"
    "  FILE    a database (ntds.dit), a log (edb*.log) or a checkpoint (edb.chk)\n"
    "  --help  this text\n"
    "\n"
    "The files are read and never changed. Name the logs together: it is then said which of them\n"
    "are missing, and whether the database has those it needs.\n"
    "\n"
    "Exit codes: 0 all files are good, 8 damaged, but no more than the engine and a backup mend\n"
    "by themselves (single flipped bits, one of the two copies of a header), 6 damaged, or not to\n"
    "be read to its end, 1 of a file nothing is known: it cannot be opened, or is no ESE file,\n"
    "2 wrong usage. Of several files the worst counts, in the order 6, 1, 8, 0. What logs are\n"
    "missing does not count: that depends on what they are for.\n";

static int usage_error(const char *problem, const char *argument)
{
    system_print(SYSTEM_ERROR, "ese-verify: %s%s\n  Try: ese-verify --help\n", problem, argument);
    return EXIT_USAGE;
}

static enum exit_code exit_code_of(const uint64_t *outcomes)
{
    if (outcomes[CHECK_DAMAGED])
        return EXIT_DAMAGED;
    if (outcomes[CHECK_UNKNOWN])
        return EXIT_UNKNOWN;
    return outcomes[CHECK_CORRECTABLE] ? EXIT_CORRECTABLE : EXIT_GOOD;
}

static bool remember_headers(struct log_set *set, const struct verified_file *check)
{
    const struct ese_log_header *log = ese_stream_log(&check->stream);
    const struct ese_database_header *database = ese_stream_database(&check->stream);

    if (check->outcome == CHECK_UNKNOWN || check->outcome == CHECK_SKIPPED)
        return true;
    return (log == NULL || log_set_add_log(set, log)) &&
           (database == NULL || log_set_add_database(set, database));
}

static void print_totals(const uint64_t *outcomes)
{
    uint64_t count = outcomes[CHECK_GOOD] + outcomes[CHECK_CORRECTABLE] + outcomes[CHECK_DAMAGED] +
                     outcomes[CHECK_UNKNOWN];

    system_print(SYSTEM_OUTPUT,
                 "%" PRIu64 " file%s: %" PRIu64 " good, %" PRIu64 " to be mended, %" PRIu64
                 " damaged, %" PRIu64 " not known\n",
                 count, count == 1 ? "" : "s", outcomes[CHECK_GOOD], outcomes[CHECK_CORRECTABLE],
                 outcomes[CHECK_DAMAGED], outcomes[CHECK_UNKNOWN]);
}

static int verify_files(int count, char **paths)
{
    uint64_t outcomes[CHECK_DAMAGED + 1] = {0};
    struct verified_file *check = malloc(sizeof(*check));
    uint8_t *buffer = malloc(CHECK_BUFFER_BYTES);
    struct log_set set = {0};
    bool enough = check && buffer;
    int i;

    for (i = 0; enough && i < count; i++) {
        verify_file(check, paths[i], buffer);
        verify_report_file(check, paths[i]);
        outcomes[check->outcome]++;
        enough = remember_headers(&set, check);
    }
    if (enough) {
        log_set_print(&set);
        print_totals(outcomes);
    } else {
        system_print(SYSTEM_ERROR, "ese-verify: no memory\n");
        outcomes[CHECK_UNKNOWN]++;
    }
    log_set_fini(&set);
    free(buffer);
    free(check);
    return (int)exit_code_of(outcomes);
}

int ese_verify(int argc, char **argv)
{
    if (argc < 2)
        return usage_error("the files are missing", "");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "/?") == 0) {
        system_print(SYSTEM_OUTPUT, "%s", usage_text);
        return EXIT_GOOD;
    }
    if (strncmp(argv[1], "--", 2) == 0)
        return usage_error("unknown option ", argv[1]);
    return verify_files(argc - 1, argv + 1);
}
