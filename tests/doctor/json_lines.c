/*
 * json-lines FILE: checks that FILE is JSON and prints its values, one "path value" a line, so that
 * shell tests need no JSON tool of the machine's. Exit code 1: it is none.
 */
#include "json_reader.h"

#include <stdio.h>
#include <stdlib.h>

static void print(void *context, const char *path, const char *value)
{
    (void)context;
    printf("%s %s\n", path, value);
}

int main(int count, char **words)
{
    static char bytes[1024 * 1024];
    size_t byte_count, offset;
    FILE *file = count == 2 ? fopen(words[1], "rb") : NULL;

    if (!file) {
        fprintf(stderr, "usage: json-lines FILE\n");
        return 2;
    }
    byte_count = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    if (!json_read(bytes, byte_count, print, NULL, &offset)) {
        fprintf(stderr, "json-lines: not JSON at byte %u\n", (unsigned int)offset);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
