/*
 * Small ESE files made in memory for the tests, and the genuine ones from outside.
 *
 * Builds on the library's writing side only where a test is not about that side; the vectors in
 * test_ese_checksum.c pin it to known sums.
 */
#ifndef TESTS_ESE_SAMPLES_H
#define TESTS_ESE_SAMPLES_H

#include "ese/ese_stream.h"

/* Fills with the byte sequence of the published test vectors: s = s * 1103515245 + 12345 from
 * s = 1, each byte being s >> 16. */
void sample_fill(uint8_t *to, size_t bytes);
/* The same from another start, for content that differs. */
void sample_fill_from(uint8_t *to, size_t bytes, uint32_t start);

/* A sealed page: content by its number, flags 0x2802 (new format) or 0x0802 (old). */
void sample_page(uint8_t *page, size_t page_bytes, uint32_t page_number, bool new_format);

/* A sealed database header, dirty with generations 5..7 required and 8 committed. */
void sample_database_header(uint8_t *page, size_t page_bytes);

/*
 * A database of `pages` pages: header, shadow, then pages that cycle through new format, blank
 * (new format up to page 4) and old format (up to 8192 bytes), page 1 being new format. Caller
 * frees with free(). *bytes is its size.
 */
uint8_t *sample_database(size_t page_bytes, uint32_t pages, size_t *bytes);
/* How many of its pages are good, blank and of old format (these count as good as well). */
void sample_database_counts(size_t page_bytes, uint32_t pages, struct ese_stream_counts *counts);

/* A version 8 log of a generation with `segments` segments in all, of which `used` hold data, one
 * shadow after them if asked for, and blank ones to the end. Caller frees. */
uint8_t *sample_log(uint32_t generation, uint32_t segments, uint32_t used, bool shadow,
                    size_t *bytes);

/* A version 7 log of generation 0x21: three checksum records with odd ranges in its first 16384
 * bytes, then a fill. bytes: a multiple of 512, 16384 or more. Caller frees. */
uint8_t *sample_log7(size_t bytes);

/* A checkpoint at a generation. */
void sample_checkpoint(uint8_t *file, uint32_t generation);

/* Backup trailer of a database. */
void sample_trailer(uint8_t *page, size_t page_bytes);

void sample_flip(uint8_t *data, uint32_t bit);

/*
 * Reads a genuine file below $NTDSBCLI_TEST_DATA. Prints SKIPPED, marks the running test as
 * skipped and does not return when it is not there. Caller frees.
 */
uint8_t *sample_genuine(const char *name, size_t *bytes);

#endif
