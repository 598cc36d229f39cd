/*
 * A folder of a test program's own.
 */
#include "sample_folder.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef _WIN32
#define make_folder(path) mkdir(path)
#else
#define make_folder(path) mkdir(path, 0700)
#endif

static char folder[SAMPLE_PATH_CHARS / 2];

int sample_folder_setup(void **state)
{
    const char *base = getenv("TMPDIR");

    (void)state;
    if (base == NULL)
        base = getenv("TEMP");
    if (base == NULL)
        base = "/tmp";
    snprintf(folder, sizeof(folder), "%s/ese-test-%d", base, (int)getpid());
    return make_folder(folder);
}

int sample_folder_teardown(void **state)
{
    DIR *opened = opendir(folder);
    const struct dirent *entry;

    (void)state;
    if (opened == NULL)
        return -1;
    while ((entry = readdir(opened)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove(sample_path(entry->d_name));
    }
    closedir(opened);
    return rmdir(folder);
}

const char *sample_folder(void)
{
    return folder;
}

const char *sample_path(const char *name)
{
    static char paths[2][SAMPLE_PATH_CHARS];
    static int turn;

    turn = !turn;
    snprintf(paths[turn], SAMPLE_PATH_CHARS, "%s/%s", folder, name);
    return paths[turn];
}

uint8_t *sample_read(const char *name, size_t *bytes)
{
    FILE *file = fopen(sample_path(name), "rb");
    uint8_t *data;
    long size;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size > 0);
    rewind(file);
    data = malloc((size_t)size);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, (size_t)size, file), (size_t)size);
    fclose(file);
    *bytes = (size_t)size;
    return data;
}
