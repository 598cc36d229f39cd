/*
 * ese-stamps: tells whether a database is of one instant, by the stamps of its pages.
 */
#include "host_file.h"
#include "stamps.h"

#include "ese/ese_database.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void usage(FILE *to)
{
    fputs("usage: ese-stamps FILE [--count K | --pages N,N,...] [--verbose]\n"
          "  prints the stamp as 16 hexadecimal digits if both headers and all K pages (default\n"
          "  64, chosen by the file itself) have the same, else those that differ\n"
          "exit code: 0 of one instant, 1 not, 2 usage, 3 no database or not readable\n",
          to);
}

static bool read_file(void *context, uint64_t offset, void *buffer, size_t bytes)
{
    return host_file_read(context, offset, buffer, bytes);
}

static bool parse_count(const char *text, size_t *count)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (end == text || *end != '\0' || value == 0 || value > ESE_STAMP_COUNT_MAX)
        return false;
    *count = value;
    return true;
}

static bool parse_pages(const char *text, struct ese_stamp_set *set)
{
    set->count = 0;
    while (set->count < ESE_STAMP_COUNT_MAX) {
        char *end;
        unsigned long value = strtoul(text, &end, 10);

        if (end == text || value == 0 || value > 0x7FFFFFFF)
            return false;
        set->pages[set->count] = (uint32_t)value;
        set->count++;
        if (*end == '\0')
            return true;
        if (*end != ',')
            return false;
        text = end + 1;
    }
    return false;
}

static void print_all(const struct ese_stamp_source *source, const struct ese_stamp_set *set)
{
    uint8_t page[ESE_PAGE_BYTES_MAX];
    uint32_t i;

    for (i = 0; i < set->count + ESE_DATABASE_HEADERS; i++) {
        bool is_header = i < ESE_DATABASE_HEADERS;
        uint32_t number = is_header ? 0 : set->pages[i - ESE_DATABASE_HEADERS];
        uint64_t offset =
            is_header ? (uint64_t)i * set->page_bytes : ese_page_offset(number, set->page_bytes);
        const char *verdict;

        if (!source->read(source->context, offset, page, set->page_bytes)) {
            fprintf(stderr, "at %" PRIu64 ": cannot be read\n", offset);
            continue;
        }
        if (is_header) {
            verdict = ese_verdict_name(
                ese_database_copy_is_good(page, set->page_bytes) ? ESE_GOOD : ESE_BAD_CHECKSUM);
            fprintf(stderr, "header %" PRIu32 ": %016" PRIx64 ", %s\n", i,
                    ese_stamp_of_header(page), verdict);
        } else {
            verdict = ese_verdict_name(ese_page_verify(page, set->page_bytes, number, NULL));
            fprintf(stderr, "page %" PRIu32 ": %016" PRIx64 ", %s\n", number,
                    ese_stamp_of_page(page), verdict);
        }
    }
}

static int report(const struct ese_stamp_source *source, const struct ese_stamp_set *set,
                  const char *path, bool verbose)
{
    struct ese_stamp_result result;

    if (!ese_stamp_compare(source, set, &result)) {
        fprintf(stderr, "ese-stamps: %s: first header damaged or not readable\n", path);
        return 3;
    }
    if (result.different != 0 || result.unreadable != 0) {
        print_all(source, set);
        fprintf(stderr,
                "ese-stamps: %s: of %" PRIu32 " stamps %" PRIu32
                " differ from the header's %016" PRIx64 ", %" PRIu32 " are damaged\n",
                path, result.checked, result.different, result.first, result.unreadable);
        return 1;
    }
    if (verbose)
        print_all(source, set);
    printf("%016" PRIx64 "\n", result.first);
    return 0;
}

int main(int argc, char **argv)
{
    struct ese_stamp_source source = {.read = read_file};
    struct ese_stamp_set set = {0};
    struct ese_stamp_set given = {0};
    struct host_file file;
    const char *path = NULL;
    size_t count = ESE_STAMP_COUNT;
    bool verbose = false;
    int result = 3;
    int i;

    for (i = 1; i < argc; i++) {
        bool good = true;

        if (strcmp(argv[i], "--count") == 0 && i + 1 < argc)
            good = parse_count(argv[++i], &count);
        else if (strcmp(argv[i], "--pages") == 0 && i + 1 < argc)
            good = parse_pages(argv[++i], &given);
        else if (strcmp(argv[i], "--verbose") == 0)
            verbose = true;
        else if (path == NULL && argv[i][0] != '-')
            path = argv[i];
        else
            good = false;
        if (!good) {
            usage(stderr);
            return 2;
        }
    }
    if (path == NULL) {
        usage(stderr);
        return 2;
    }
    if (!host_file_open(&file, path, false)) {
        fprintf(stderr, "ese-stamps: %s: %s\n", path, strerror(errno));
        return 3;
    }
    source.context = &file;
    source.file_bytes = file.bytes;
    if (!ese_stamp_pages(&source, count, &set)) {
        fprintf(stderr, "ese-stamps: %s: no database\n", path);
        goto out;
    }
    if (given.count != 0) {
        given.page_bytes = set.page_bytes;
        set = given;
    }
    result = report(&source, &set, path, verbose);
out:
    host_file_close(&file);
    return result;
}
