/*
 * bench-names FOLDER ROUNDS: what the list of logs costs per log, of a directory whose files are
 * all in FOLDER, which plays the shadow copy: finding the files, choosing those of the backup by
 * their headers, and the list that DsBackupGetBackupLogs hands out.
 *
 * Prints "names_count", "names_us_per_file" with its parts, and "names_us_plain" for a peer that
 * finds the files only.
 */
#include "bench.h"

#include "host/allocation.h"
#include "requestor/log_choice.h"
#include "session/backup_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define ROUNDS_MAX 100u

struct times
{
    double list[ROUNDS_MAX], choice[ROUNDS_MAX], names[ROUNDS_MAX], plain[ROUNDS_MAX];
};

static const struct ntdsvss_settings settings = {.wait_ms = 1};

/* Nothing but finding the files: what any list of them costs at least. */
static double plain_time(const wchar_t *folder, size_t count)
{
    wchar_t pattern[MAX_PATH];
    double start = bench_now();
    WIN32_FIND_DATAW found;
    size_t seen = 1;
    HANDLE search;

    swprintf(pattern, MAX_PATH, L"%ls\\edb*.log", folder);
    search = FindFirstFileExW(pattern, FindExInfoBasic, &found, FindExSearchNameMatch, NULL, 0);
    while (FindNextFileW(search, &found))
        seen++;
    FindClose(search);
    if (seen != count) {
        fprintf(stderr, "bench-names: %zu files found, %zu of them in the list\n", seen, count);
        exit(1);
    }
    return bench_now() - start;
}

static double names_time(const struct file_list *list)
{
    struct backup_files files = {0};
    double start = bench_now();
    wchar_t *text = NULL;
    size_t chars;

    bench_check("backup_files_init",
                backup_files_init(&files, list->files, 1, list->files + 1, list->count - 1, true));
    text = names_build(files.names + 1, files.count - 1, L"SERVER", &chars);
    bench_check("names_build", text ? S_OK : E_OUTOFMEMORY);
    allocation_free(text);
    backup_files_fini(&files);
    return bench_now() - start;
}

/* Returns how many logs there are. */
static size_t measure(const struct writer *writer, const struct snapshot_set *set, uint32_t round,
                      struct times *times)
{
    const wchar_t *folder = writer->filespecs[0].folder;
    struct file_list list = {0};
    double start;
    size_t count;

    bench_check("file_list_locate", file_list_locate(&settings, writer, &list));
    start = bench_now();
    bench_check("file_list_expand", file_list_expand(&settings, set, &list, 0, 1));
    bench_check("file_list_expand",
                file_list_expand(&settings, set, &list, 1, writer->filespec_count));
    times->list[round] = bench_now() - start;
    start = bench_now();
    bench_check("log_choice_make", log_choice_make(&settings, set, &list, 1));
    times->choice[round] = bench_now() - start;
    times->names[round] = names_time(&list);
    count = list.count - 2; /* the database and the checkpoint */
    times->plain[round] = plain_time(folder, count);
    file_list_fini(&list);
    return count;
}

static double print_per_file(const char *key, double *seconds, uint32_t rounds, size_t count)
{
    double us = bench_median(seconds, rounds) * 1e6 / (double)count;

    printf("%s %.3f\n", key, us);
    return us;
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    uint32_t rounds = argc == 3 ? wcstoul(argv[2], NULL, 10) : 0;
    struct writer_filespec specs[] = {{.kind = NTDSVSS_FILE_DATABASE, .name = L"ntds.dit"},
                                      {.kind = NTDSVSS_FILE_LOG, .name = L"edb*.log"},
                                      {.kind = NTDSVSS_FILE_CHECKPOINT, .name = L"edb.chk"}};
    const struct writer writer = {.filespecs = specs, .filespec_count = ARRAYSIZE(specs)};
    struct snapshot snapshot = {.device = L"C:"};
    const struct snapshot_set set = {.snapshots = &snapshot, .count = 1};
    static struct times times;
    size_t count = 0, i;
    double us;
    HANDLE root;

    if (rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: bench-names FOLDER ROUNDS\n");
        return 2;
    }
    for (i = 0; i < ARRAYSIZE(specs); i++)
        specs[i].folder = argv[1];
    root = CreateFileW(L"C:\\", 0, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                       FILE_FLAG_BACKUP_SEMANTICS, NULL);
    bench_check("final_path", final_path(root, VOLUME_NAME_NT, &snapshot.root));
    CloseHandle(root);
    for (i = 0; i < rounds; i++)
        count = measure(&writer, &set, (uint32_t)i, &times);
    printf("names_count %zu\n", count);
    us = print_per_file("names_us_list", times.list, rounds, count);
    us += print_per_file("names_us_choice", times.choice, rounds, count);
    us += print_per_file("names_us_dll", times.names, rounds, count);
    printf("names_us_per_file %.3f\n", us);
    print_per_file("names_us_plain", times.plain, rounds, count);
    free(snapshot.root);
    return 0;
}
