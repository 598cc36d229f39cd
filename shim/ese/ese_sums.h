/*
 * What identifies a file that was verified: the stored sums of its pages or segments, one after the
 * other. A digest of them costs next to nothing beside the verification, and tells the file from
 * every other, also from one whose pages were blanked since (a blank page is a legal page).
 *
 * The first eight bytes of each unit are its sums (of a header: its sum and what follows it). With
 * units of eight bytes that is every byte: for files that have no sums.
 *
 * Knows memory only. One thread at a time; nothing to clean up.
 */
#ifndef NTDSBCLI_ESE_SUMS_H
#define NTDSBCLI_ESE_SUMS_H

#include "ese_stream.h"

#define ESE_SUMS_ALL_BYTES 8u

struct ese_sums
{
    uint32_t unit_bytes;
    uint32_t within; /* the unit that it is in the middle of, bytes */
    /* Receives the sums, some thousand bytes at a time. */
    void (*sink)(void *context, const void *bytes, size_t byte_count);
    void *context;
    size_t pending_bytes;
    uint8_t pending[4096];
};

/* What the units are of a file that a stream has seen the beginning of: pages, segments, or all
 * bytes. */
uint32_t ese_sums_unit_bytes(const struct ese_stream *stream);

/* unit_bytes: a multiple of 8. */
void ese_sums_init(struct ese_sums *sums, uint32_t unit_bytes,
                   void (*sink)(void *context, const void *bytes, size_t byte_count),
                   void *context);

/* The next run of the file, of any length. */
void ese_sums_take(struct ese_sums *sums, const void *run, size_t bytes);

/* The file has ended: hands over what is pending. */
void ese_sums_finish(struct ese_sums *sums);

#endif
