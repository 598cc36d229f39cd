/*
 * fault_host.c - fault-host.exe [STEP] | restore FOLDER: an old program that makes a backup, to be
 * killed; or restores the one in FOLDER, whose files are in their places.
 *
 * Prints "at STEP" before each step that it had not reached before (walkthrough.h), stops at STEP
 * until a line comes in, and at last prints "result CALL CODE": the call that failed, or "none".
 * Exit code 0 where the backup succeeded.
 */
#include "restore_walk.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define STEP_CHARS 32

struct progress
{
    char stop[STEP_CHARS]; /* emptied once it was reached */
    char last[STEP_CHARS];
};

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

static void at(void *context, const char *step)
{
    struct progress *progress = context;
    char line[16];

    if (strcmp(progress->last, step) == 0)
        return;
    snprintf(progress->last, STEP_CHARS, "%s", step);
    printf("at %s\n", step);
    fflush(stdout);
    if (strcmp(progress->stop, step) != 0)
        return;
    progress->stop[0] = 0;
    if (!fgets(line, sizeof(line), stdin))
        progress->last[0] = 0; /* nobody is there any more: go on */
}

int wmain(int argc, wchar_t **argv)
{
    struct progress progress = {.stop = ""};
    struct walk_result result;

    if (argc == 3 && wcscmp(argv[1], L"restore") == 0) {
        if (!restore_walk_begin(argv[2]))
            return 2;
        restore_walk(at, &progress, &result);
    } else {
        if (argc > 1)
            snprintf(progress.stop, STEP_CHARS, "%ls", argv[1]);
        walk(at, &progress, &result);
    }
    printf("result %s 0x%08lX\n", result.failed_call ? result.failed_call : "none",
           (unsigned long)result.hr);
    return result.hr == S_OK ? 0 : 1;
}
