/*
 * The peer of all reading benchmarks: a loop of ReadFile over one file, one buffer; and where a
 * shadow copy has a file.
 */
#ifndef TESTS_BENCH_PLAIN_READ_H
#define TESTS_BENCH_PLAIN_READ_H

#include <windows.h>
#include <stdint.h>

#define PLAIN_READ_PATH_CHARS 600u

/* Opens a file as the broker opens those of a shadow. INVALID_HANDLE_VALUE where it is not there.
 */
HANDLE plain_read_open(const wchar_t *path);

/* Where the newest shadow copy has a file: PATH begins with its drive, "C:\" or "\\SERVER\C$\".
 * FULL gets PLAIN_READ_PATH_CHARS at most. Ends the program if no shadow copy has it. */
void plain_read_shadow_path(const wchar_t *path, wchar_t *full);

/* Reads it from beginning to end; returns the seconds. *bytes is what it gave. Ends the program on
 * a failure. */
double plain_read_time(HANDLE file, uint8_t *buffer, uint32_t buffer_bytes, uint64_t *bytes);

#endif
