/*
 * A folder of a test program's own, below the system's folder for temporary files.
 */
#ifndef TESTS_SAMPLE_FOLDER_H
#define TESTS_SAMPLE_FOLDER_H

#include <stddef.h>
#include <stdint.h>

#define SAMPLE_PATH_CHARS 512u

/* Group setup and teardown for CMocka: makes the folder, removes it and all files in it. */
int sample_folder_setup(void **state);
int sample_folder_teardown(void **state);

const char *sample_folder(void);
/* Path of a file in it; the result lasts until the call after next. */
const char *sample_path(const char *name);
/* Reads a whole file of the folder; fails the test if there is none. Caller frees. */
uint8_t *sample_read(const char *name, size_t *bytes);

#endif
