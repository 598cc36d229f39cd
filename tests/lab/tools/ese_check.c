/*
 * ese-check: verifies whole files through the streaming verifier.
 */
#include "ese/ese_stream.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BUFFER_BYTES   (1024u * 1024u) /* a multiple of every page size */
#define PATH_CHARS_MAX 4096u
#define LOG7_BYTES_MAX (64u * 1024u * 1024u)

static void usage(FILE *to)
{
    fputs("usage: ese-check FILE-OR-FOLDER...\n"
          "  verifies databases, logs and checkpoints; of a folder, all files in it\n"
          "exit code: 0 no fault, 1 a fault, 2 usage, 3 a file cannot be read\n",
          to);
}

static void print_header(const struct ese_stream *stream)
{
    const struct ese_database_header *database = ese_stream_database(stream);
    const struct ese_log_header *log = ese_stream_log(stream);
    const struct ese_checkpoint *checkpoint = ese_stream_checkpoint(stream);

    if (database != NULL) {
        printf(", pages of %" PRIu32 ", %s", database->page_bytes,
               ese_database_is_dirty(database) ? "dirty" : "clean");
        if (database->required_low != 0)
            printf(" (logs %" PRIx32 "-%" PRIx32 ")", database->required_low,
                   database->committed_high);
        if (database->copies != ESE_COPIES_BOTH)
            printf(", WARNING: %s", ese_header_copies_name(database->copies));
    }
    if (log != NULL)
        printf(", generation %" PRIx32 ", version %" PRIu32 ".%" PRIu32, log->generation,
               log->major, log->minor);
    if (checkpoint != NULL) {
        printf(", generation %" PRIx32, checkpoint->position.generation);
        if (checkpoint->copies != ESE_COPIES_BOTH)
            printf(", WARNING: %s", ese_header_copies_name(checkpoint->copies));
    }
}

static void print_fault(const struct ese_fault *fault)
{
    const struct ese_page_report *report = &fault->report;

    if (fault->is_header) {
        printf("  FAULT: header at %" PRIu64 ": %s\n", fault->offset,
               ese_verdict_name(report->verdict));
        return;
    }
    printf("  FAULT: page or segment %" PRIu32 " at %" PRIu64 ": %s", fault->unit, fault->offset,
           ese_verdict_name(report->verdict));
    printf(" (block %" PRIu32 ", stored %08" PRIx32 ":%08" PRIx32 ", computed %08" PRIx32
           ":%08" PRIx32 ")",
           report->block, report->stored.exclusive_or, report->stored.ecc,
           report->computed.exclusive_or, report->computed.ecc);
    if (report->verdict == ESE_WRONG_PAGE_NUMBER)
        printf(", it is %" PRIu32, report->real_page);
    if (report->bits != 0)
        printf(", bit %" PRIu32, report->bit[0]);
    putchar('\n');
}

static void print_result(const struct ese_stream *stream, const char *path)
{
    const struct ese_stream_counts *counts = ese_stream_counts(stream);

    printf("%s: %s", path, ese_file_kind_name(ese_stream_kind(stream)));
    print_header(stream);
    printf(": %" PRIu64 " good, %" PRIu64 " blank, %" PRIu64 " corrected, %" PRIu64 " bad",
           counts->good, counts->blank, counts->corrected, counts->bad);
    if (counts->correctable != 0)
        printf(" (%" PRIu64 " with a single wrong bit)", counts->correctable);
    if (counts->old_format != 0)
        printf(", %" PRIu64 " of old format", counts->old_format);
    if (counts->shadow != 0)
        printf(", %" PRIu64 " shadow", counts->shadow);
    if (counts->stale != 0)
        printf(", %" PRIu64 " of an older generation", counts->stale);
    if (counts->trailer != 0)
        printf(", backup trailer");
    putchar('\n');
    if (ese_stream_fault(stream) != NULL)
        print_fault(ese_stream_fault(stream));
}

/* Version 7 bodies need the whole file at once. */
static bool check_log7(FILE *file, const char *path, uint64_t bytes)
{
    struct ese_log7_fault fault = {0};
    enum ese_verdict verdict = ESE_TRUNCATED;
    uint32_t ranges = 0;
    uint8_t *data;

    if (bytes > LOG7_BYTES_MAX) {
        printf("  FAULT: %s: too large for a log of version 7\n", path);
        return false;
    }
    data = malloc((size_t)bytes);
    if (data == NULL)
        return false;
    rewind(file);
    if (fread(data, 1, (size_t)bytes, file) == bytes)
        verdict = ese_log7_verify(data, (size_t)bytes, &ranges, &fault);
    free(data);
    printf("  version 7: %" PRIu32 " ranges good\n", ranges);
    if (verdict != ESE_GOOD)
        printf("  FAULT: record at %" PRIu64 ": %s (stored %08" PRIx32 ", computed %08" PRIx32
               ")\n",
               fault.offset, ese_verdict_name(verdict), fault.stored, fault.computed);
    return verdict == ESE_GOOD;
}

/* 0, 1 or 3, as the exit code. */
static int check_file(const char *path, struct ese_stream *stream, uint8_t *buffer)
{
    FILE *file = fopen(path, "rb");
    int result = 0;
    size_t bytes;

    if (file == NULL) {
        fprintf(stderr, "ese-check: %s: %s\n", path, strerror(errno));
        return 3;
    }
    ese_stream_init(stream, ESE_FILE_UNKNOWN);
    ese_stream_set_recovery(stream);
    do {
        bytes = fread(buffer, 1, BUFFER_BYTES, file);
        ese_stream_feed(stream, buffer, bytes);
    } while (bytes == BUFFER_BYTES);
    if (ferror(file)) {
        fprintf(stderr, "ese-check: %s: %s\n", path, strerror(errno));
        result = 3;
        goto out;
    }
    if (!ese_stream_finish(stream))
        result = 1;
    print_result(stream, path);
    if (ese_stream_log(stream) != NULL && ese_stream_log(stream)->major < 8 &&
        !check_log7(file, path, ese_stream_counts(stream)->bytes))
        result = 1;
out:
    fclose(file);
    return result;
}

static int worse(int a, int b)
{
    return a > b ? a : b;
}

static int check_folder(DIR *folder, const char *path, struct ese_stream *stream, uint8_t *buffer)
{
    const struct dirent *entry;
    int result = 0;

    while ((entry = readdir(folder)) != NULL) {
        char name[PATH_CHARS_MAX];
        struct stat status;
        int chars = snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);

        if (chars < 0 || (size_t)chars >= sizeof(name)) {
            fprintf(stderr, "ese-check: %s: name too long\n", entry->d_name);
            result = worse(result, 3);
            continue;
        }
        if (stat(name, &status) == 0 && S_ISDIR(status.st_mode))
            continue;
        result = worse(result, check_file(name, stream, buffer));
    }
    return result;
}

int main(int argc, char **argv)
{
    struct ese_stream *stream;
    uint8_t *buffer;
    int result = 0;
    int i;

    if (argc < 2 || argv[1][0] == '-') {
        usage(stderr);
        return 2;
    }
    stream = malloc(sizeof(*stream));
    buffer = malloc(BUFFER_BYTES);
    if (stream == NULL || buffer == NULL) {
        fputs("ese-check: out of memory\n", stderr);
        result = 3;
        goto out;
    }
    for (i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);

        if (folder == NULL) {
            result = worse(result, check_file(argv[i], stream, buffer));
            continue;
        }
        result = worse(result, check_folder(folder, argv[i], stream, buffer));
        closedir(folder);
    }
out:
    free(buffer);
    free(stream);
    return result;
}
