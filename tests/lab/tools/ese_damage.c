/*
 * ese-damage: damages a file or a set of files on purpose, for tests that must notice.
 *
 * Arguments only; the damage is damage_file.c's and damage_set.c's.
 */
#include "damage_file.h"
#include "damage_set.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void usage(FILE *to)
{
    fputs("usage: ese-damage FILE ACTION...\n"
          "       ese-damage FOLDER ACTION...\n"
          "any file:\n"
          "  --flip OFFSET:BIT        turns one bit (0..7) of the byte at OFFSET\n"
          "  --truncate BYTES         cuts the file to this size\n"
          "a database:\n"
          "  --swap PAGE:PAGE         exchanges two pages\n"
          "  --zero-pages FIRST:LAST  LAST 0 is the last there is\n"
          "  --patch-header clean     says clean shutdown, as no recovery has made it\n"
          "  --patch-header log       says that it is a log\n"
          "a log, whose segments are counted from 1 on:\n"
          "  --zero-segment N         or last\n"
          "  --zero-tail N            N and all behind it\n"
          "  --double-segment N       N is also where N+1 was\n"
          "  --shift-segments up      all of them by one; the first is zero then\n"
          "  --shift-segments down    all of them by one; the first is lost\n"
          "a folder with logs, edb.log being meant by its generation:\n"
          "  --missing GENERATION     removes the log\n"
          "  --empty GENERATION       puts an empty file there\n"
          "  --foreign GENERATION     puts a log of another series there\n"
          "  --copy GENERATION:OTHER  the log is also where OTHER should be\n"
          "  --eight-digits GENERATION the log is also there under a name of eight digits\n"
          "  --checkpoint foreign     or damaged, or a GENERATION: edb.chk\n"
          "exit code: 0 done, 1 failed, 2 usage\n",
          to);
}

/* 0, 1 or 2, as the exit code. file: NULL for a folder. */
static int act(const char *path, struct host_file *file, const char *action, const char *value)
{
    bool known;
    bool done = file != NULL ? damage_file(file, action, value, &known)
                             : damage_set(path, action, value, &known);

    if (!known)
        return 2;
    if (!done)
        fprintf(stderr, "ese-damage: %s %s: outside the file, or not possible\n", action, value);
    return done ? 0 : 1;
}

static bool is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int main(int argc, char **argv)
{
    struct host_file file = {0};
    bool folder;
    int result = 0;
    int i;

    if (argc < 4 || argc % 2 != 0) {
        usage(stderr);
        return 2;
    }
    folder = is_folder(argv[1]);
    if (!folder && !host_file_open(&file, argv[1], true)) {
        fprintf(stderr, "ese-damage: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    for (i = 2; i + 1 < argc && result == 0; i += 2)
        result = act(argv[1], folder ? NULL : &file, argv[i], argv[i + 1]);
    if (!host_file_close(&file) && result == 0)
        result = 1;
    if (result == 2)
        usage(stderr);
    return result;
}
