/*
 * bench-restore BACKUP FILE...: DsRestoreRegisterComplete, which checks all files of a restore,
 * against a plain loop of ReadFile over the same files. BACKUP is the folder of legacy-backup whose
 * files are in the directory's folders, FILE... are these.
 *
 * Prints "restore_check RATIO LOWEST HIGHEST", and the milliseconds and speeds behind it.
 */
#include "bench.h"
#include "plain_read.h"
#include "restore_walk.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define ROUNDS       15u
#define BUFFER_BYTES (512u * 1024)

static uint8_t buffer[BUFFER_BYTES];

struct clock
{
    double from, to;
};

static void at(void *context, const char *step)
{
    struct clock *clock = context;

    if (strcmp(step, "complete") == 0)
        clock->from = bench_now();
    else if (strcmp(step, "restore-end") == 0)
        clock->to = bench_now();
}

static double check_time(void)
{
    struct walk_result result;
    struct clock clock = {0};

    restore_walk(at, &clock, &result);
    bench_check(result.failed_call ? result.failed_call : "restore", result.hr);
    return clock.to - clock.from;
}

static double read_time(wchar_t *const *paths, int count, uint64_t *total)
{
    double seconds = 0;
    int i;

    *total = 0;
    for (i = 0; i < count; i++) {
        HANDLE file = plain_read_open(paths[i]);
        uint64_t bytes;

        bench_check("a file of the directory", file != INVALID_HANDLE_VALUE ? S_OK : E_FAIL);
        seconds += plain_read_time(file, buffer, BUFFER_BYTES, &bytes);
        *total += bytes;
        CloseHandle(file);
    }
    return seconds;
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    double check[ROUNDS], plain[ROUNDS];
    uint64_t bytes = 0;
    uint32_t round;

    if (argc < 3 || !restore_walk_begin(argv[1])) {
        fprintf(stderr, "usage: bench-restore BACKUP FILE...\n");
        return 2;
    }
    read_time(argv + 2, argc - 2, &bytes); /* warms the cache */
    for (round = 0; round < ROUNDS; round++) {
        check[round] = 1000 * check_time();
        plain[round] = 1000 * read_time(argv + 2, argc - 2, &bytes);
    }
    bench_print_ratio("restore_check", plain, check, ROUNDS);
    bench_print("restore_check_ms", check, ROUNDS);
    bench_print("restore_plain_ms", plain, ROUNDS);
    printf("gbs_restore_check %.2f\n", (double)bytes / 1e6 / bench_median(check, ROUNDS));
    printf("gbs_restore_plain %.2f\n", (double)bytes / 1e6 / bench_median(plain, ROUNDS));
    return 0;
}
