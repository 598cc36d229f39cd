/*
 * ese-damage: damages a file on purpose, for tests that must notice.
 */
#include "host_file.h"

#include "ese/ese_database.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void usage(FILE *to)
{
    fputs("usage: ese-damage FILE ACTION...\n"
          "  --flip OFFSET:BIT   turns one bit (0..7) of the byte at OFFSET\n"
          "  --swap PAGE:PAGE    exchanges two pages of a database\n"
          "  --truncate BYTES    cuts the file to this size\n"
          "exit code: 0 done, 1 failed, 2 usage\n",
          to);
}

/* Two numbers with a colon between them, or one. */
static bool parse_pair(const char *text, uint64_t *first, uint64_t *second)
{
    char *end;

    errno = 0;
    *first = strtoull(text, &end, 0);
    if (end == text || errno != 0)
        return false;
    if (second != NULL) {
        if (*end != ':')
            return false;
        text = end + 1;
        *second = strtoull(text, &end, 0);
        if (end == text || errno != 0)
            return false;
    }
    return *end == '\0';
}

static bool flip(struct host_file *file, uint64_t offset, uint64_t bit)
{
    uint8_t byte;

    if (offset >= file->bytes || bit > 7 || !host_file_read(file, offset, &byte, 1))
        return false;
    byte ^= (uint8_t)(1u << bit);
    return host_file_write(file, offset, &byte, 1);
}

static uint32_t find_page_size(struct host_file *file)
{
    struct ese_database_header header;
    size_t bytes = ESE_DATABASE_HEAD_BYTES;
    uint8_t *head = malloc(bytes);
    uint32_t size = 0;

    if (file->bytes < bytes)
        bytes = (size_t)file->bytes;
    if (head != NULL && host_file_read(file, 0, head, bytes) &&
        ese_database_parse(head, bytes, &header) == ESE_GOOD)
        size = header.page_bytes;
    free(head);
    return size;
}

static bool swap(struct host_file *file, uint64_t a, uint64_t b)
{
    uint8_t pages[2][ESE_PAGE_BYTES_MAX];
    uint32_t bytes = find_page_size(file);
    uint64_t offset_a, offset_b;

    if (bytes == 0 || a == 0 || b == 0 || a > 0x7FFFFFFF || b > 0x7FFFFFFF)
        return false;
    offset_a = ese_page_offset((uint32_t)a, bytes);
    offset_b = ese_page_offset((uint32_t)b, bytes);
    return host_file_read(file, offset_a, pages[0], bytes) &&
           host_file_read(file, offset_b, pages[1], bytes) &&
           host_file_write(file, offset_a, pages[1], bytes) &&
           host_file_write(file, offset_b, pages[0], bytes);
}

static bool cut(struct host_file *file, uint64_t bytes)
{
    return bytes <= file->bytes && host_file_resize(file, bytes);
}

/* 0, 1 or 2, as the exit code. */
static int act(struct host_file *file, const char *action, const char *value)
{
    uint64_t first = 0;
    uint64_t second = 0;
    bool done;

    if (strcmp(action, "--flip") == 0 && parse_pair(value, &first, &second))
        done = flip(file, first, second);
    else if (strcmp(action, "--swap") == 0 && parse_pair(value, &first, &second))
        done = swap(file, first, second);
    else if (strcmp(action, "--truncate") == 0 && parse_pair(value, &first, NULL))
        done = cut(file, first);
    else
        return 2;
    if (!done)
        fprintf(stderr, "ese-damage: %s %s: outside the file, or not possible\n", action, value);
    return done ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct host_file file;
    int result = 0;
    int i;

    if (argc < 4 || argc % 2 != 0) {
        usage(stderr);
        return 2;
    }
    if (!host_file_open(&file, argv[1], true)) {
        fprintf(stderr, "ese-damage: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    for (i = 2; i + 1 < argc && result == 0; i += 2)
        result = act(&file, argv[i], argv[i + 1]);
    if (!host_file_close(&file) && result == 0)
        result = 1;
    if (result == 2)
        usage(stderr);
    return result;
}
