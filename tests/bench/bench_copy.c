/*
 * bench-copy FOLDER: the least that any requestor does: makes the shadow copy, has Windows copy the
 * files, unverified and not flushed, and completes the backup. The peer of legacy-backup.
 */
#include "bench.h"
#include "plain_read.h"

#include <ntdsvss.h>
#include <objbase.h>
#include <stdio.h>
#include <wchar.h>

#define WAIT_MS 600000u

static void copy(const struct ntdsvss_file *files, size_t count, const wchar_t *folder)
{
    wchar_t from[PLAIN_READ_PATH_CHARS], to[PLAIN_READ_PATH_CHARS];
    size_t i;

    for (i = 0; i < count; i++) {
        plain_read_shadow_path(files[i].path, from);
        _snwprintf(to, PLAIN_READ_PATH_CHARS, L"%ls%ls", folder, wcsrchr(files[i].path, L'\\'));
        bench_check("CopyFile", CopyFileW(from, to, TRUE) ? S_OK : E_FAIL);
    }
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    const struct ntdsvss_settings settings = {.wait_ms = WAIT_MS, .retry_ms = WAIT_MS};
    const struct ntdsvss_file *files;
    struct ntdsvss_backup *backup;
    size_t count;

    if (argc != 2) {
        fprintf(stderr, "usage: bench-copy FOLDER\n");
        return 2;
    }
    bench_check("CreateDirectory", CreateDirectoryW(argv[1], NULL) ? S_OK : E_FAIL);
    bench_check("CoInitializeEx", CoInitializeEx(NULL, COINIT_MULTITHREADED));
    bench_check("ntdsvss_com_security", ntdsvss_com_security());
    bench_check("ntdsvss_backup_create", ntdsvss_backup_create(&settings, &backup));
    bench_check("ntdsvss_backup_start", ntdsvss_backup_start(backup));
    ntdsvss_backup_databases(backup, &files, &count);
    copy(files, count, argv[1]);
    bench_check("ntdsvss_backup_logs", ntdsvss_backup_logs(backup, &files, &count));
    copy(files, count, argv[1]);
    bench_check("ntdsvss_backup_complete", ntdsvss_backup_complete(backup));
    ntdsvss_backup_close(backup);
    CoUninitialize();
    return 0;
}
