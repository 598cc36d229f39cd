/*
 * Checkpoint files: two equal copies of one header.
 *
 * Knows memory only. Any thread; nothing is allocated or kept.
 */
#ifndef NTDSBCLI_ESE_CHECKPOINT_H
#define NTDSBCLI_ESE_CHECKPOINT_H

#include "ese_database.h"

#define ESE_CHECKPOINT_BYTES      8192u
#define ESE_CHECKPOINT_COPY_BYTES 4096u
#define ESE_CHECKPOINT_FILE_TYPE  4u

enum ese_checkpoint_offset
{
    ESE_CHK_CHECKSUM = 0,
    ESE_CHK_FULL_POSITION = 4,
    ESE_CHK_POSITION = 12,
    ESE_CHK_SIGNATURE = 20,
    ESE_CHK_SYSTEM_PATH = 48,
    ESE_CHK_LOG_PATH = 309,
    ESE_CHK_FLAGS = 647,
    ESE_CHK_CONSISTENT = 648,
    ESE_CHK_FILE_TYPE = 667
};

struct ese_checkpoint
{
    enum ese_header_copies copies;
    struct ese_lgpos position; /* its generation is the oldest log the engine wants */
    struct ese_lgpos full_position;
    struct ese_lgpos consistent;
    struct ese_signature log_signature;
    uint8_t flags;
    uint8_t file_type; /* 4, or 0 in old files */
};

/*
 * Reads a checkpoint, preferring the first copy. Returns ESE_GOOD when at least one copy is right
 * (look at copies); ESE_BAD_CHECKSUM when none is, but one says that it is a checkpoint;
 * ESE_NOT_RECOGNISED otherwise; ESE_TRUNCATED below ESE_CHECKPOINT_BYTES. *checkpoint is filled
 * with ESE_GOOD only.
 */
enum ese_verdict ese_checkpoint_parse(const void *file, size_t bytes,
                                      struct ese_checkpoint *checkpoint);

/* Renews the first copy's checksum and makes the second its equal. file: ESE_CHECKPOINT_BYTES. */
void ese_checkpoint_seal(void *file);

#endif
