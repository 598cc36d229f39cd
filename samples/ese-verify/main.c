/* ese-verify: checks databases, logs and checkpoints of the ESE engine, as recovery does which
 * brings them up, and says what it found. */
#include "verify_file.h"
#include "log_set.h"
#include "verify_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Those of the other samples, and one more. */
enum exit_code
{
    EXIT_GOOD = 0,
    EXIT_UNKNOWN = 1,
    EXIT_USAGE = 2,
    EXIT_DAMAGED = 6,
    EXIT_CORRECTABLE = 8,
};

static const char usage_text[] =
    "Checks files of the ESE database engine, such as those of Active Directory: every\n"
    "header, page and log segment.\n"
    "\n"
    "  ese-verify FILE...\n"
    "\n"
    "  FILE    a database (ntds.dit), a log (edb*.log) or a checkpoint (edb.chk)\n"
    "  --help  this text\n"
    "\n"
    "The files are read and never changed. Name a database together with its logs, edbtmp.log and\n"
    "checkpoint: they are then judged as the engine would judge them, which needs edb.log or\n"
    "edbtmp.log, and the logs without a gap.\n"
    "\n"
    "Exit codes: 0 all files are good, 8 damaged, but no more than the engine and a backup mend\n"
    "by themselves (single flipped bits, one of the two copies of a header), 6 damaged, or not to\n"
    "be read to its end, or a database that the engine would refuse with these logs, 1 of a file\n"
    "nothing is known: it cannot be opened, or is no ESE file, 2 wrong usage. Of several files "
    "the\n"
    "worst counts, in the order 6, 1, 8, 0. What is missing among logs alone does not count.\n";

static int usage_error(const char *problem, const char *argument)
{
    system_print(SYSTEM_ERROR, "ese-verify: %s%s\n  Try: ese-verify --help\n", problem, argument);
    return EXIT_USAGE;
}

static enum exit_code exit_code_of(const uint64_t *outcomes)
{
    if (outcomes[CHECK_DAMAGED])
        return EXIT_DAMAGED;
    if (outcomes[CHECK_UNKNOWN] || outcomes[CHECK_UNOPENED])
        return EXIT_UNKNOWN;
    return outcomes[CHECK_CORRECTABLE] ? EXIT_CORRECTABLE : EXIT_GOOD;
}

static void print_totals(const uint64_t *outcomes)
{
    uint64_t unknown = outcomes[CHECK_UNKNOWN] + outcomes[CHECK_UNOPENED];
    uint64_t count =
        outcomes[CHECK_GOOD] + outcomes[CHECK_CORRECTABLE] + outcomes[CHECK_DAMAGED] + unknown;

    system_print(SYSTEM_OUTPUT,
                 "%" PRIu64 " file%s: %" PRIu64 " good, %" PRIu64 " correctable, %" PRIu64
                 " damaged, %" PRIu64 " unknown\n",
                 count, count == 1 ? "" : "s", outcomes[CHECK_GOOD], outcomes[CHECK_CORRECTABLE],
                 outcomes[CHECK_DAMAGED], unknown);
}

static int verify_files(int count, char **paths)
{
    uint64_t outcomes[CHECK_DAMAGED + 1] = {0};
    struct verified_file *check = malloc(sizeof(*check));
    uint8_t *buffer = malloc(CHECK_BUFFER_BYTES);
    struct file_set set = {0};
    bool enough = check && buffer;
    bool complete = true;
    int i;

    for (i = 0; enough && i < count; i++) {
        verify_file(check, paths[i], buffer);
        verify_report_file(check, paths[i]);
        outcomes[check->outcome]++;
        if (check->outcome != CHECK_UNKNOWN && check->outcome != CHECK_UNOPENED)
            enough = file_set_add(&set, &check->pass);
    }
    if (enough && outcomes[CHECK_UNOPENED])
        system_print(SYSTEM_OUTPUT, "Not judged together: a file could not be opened.\n");
    else if (enough)
        complete = log_set_judge(&set);
    if (enough) {
        print_totals(outcomes);
    } else {
        system_print(SYSTEM_ERROR,
                     "ese-verify: out of memory\n  Close other programs, then try again.\n");
        outcomes[CHECK_UNKNOWN]++;
    }
    file_set_fini(&set);
    free(buffer);
    free(check);
    return complete ? (int)exit_code_of(outcomes) : EXIT_DAMAGED;
}

int ese_verify(int argc, char **argv)
{
    if (argc < 2)
        return usage_error("the argument FILE is missing", "");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "/?") == 0) {
        system_print(SYSTEM_OUTPUT, "%s", usage_text);
        return EXIT_GOOD;
    }
    if (strncmp(argv[1], "--", 2) == 0)
        return usage_error("unknown option ", argv[1]);
    return verify_files(argc - 1, argv + 1);
}
