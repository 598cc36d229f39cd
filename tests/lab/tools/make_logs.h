/*
 * Makes the logs and the checkpoint that belong to a database.
 *
 * Knows nothing of the database's pages.
 */
#ifndef NTDSBCLI_LAB_MAKE_LOGS_H
#define NTDSBCLI_LAB_MAKE_LOGS_H

#include "ese/ese_checkpoint.h"
#include "ese/ese_log.h"
#include "ese/ese_names.h"

#define MAKE_LOG_BYTES_DEFAULT 1310720u
#define MAKE_LOG_BYTES_MIN     (16u * ESE_LOG_SEGMENT_BYTES)
#define MAKE_LOG_BYTES_MAX     (65535u * ESE_LOG_SEGMENT_BYTES)

struct make_logs
{
    uint32_t first_generation; /* >= 1 */
    uint32_t count;            /* >= 1; the last one is the current log, edb.log */
    bool no_current;     /* the last one is archived too, and edbtmp.log is the next one, empty:
                            what a snapshot has while circular logging is off */
    uint32_t log_bytes;  /* a multiple of 4096 within the bounds above */
    uint32_t page_bytes; /* of the database */
    uint64_t seed;
    struct ese_signature signature;
};

/* When a generation was created; the chain of logs agrees with it. */
struct ese_logtime make_logs_time(uint32_t generation);
/* The signature of the logs of a seed. */
struct ese_signature make_logs_signature(uint64_t seed);
/* Where the current log ends. */
struct ese_lgpos make_logs_end(const struct make_logs *options);

/* Writes edbNNNNN.log ... and edb.log (or edbtmp.log) into a folder that exists. False: see errno,
 * or the options are out of bounds. */
bool make_logs(const char *folder, const struct make_logs *options);

/* Adds what else lies beside logs and is not backed up: edbtmp.log (an old generation, as the
 * engine leaves it; not where edb.log is missing) and two reserve logs. */
bool make_logs_beside(const char *folder, const struct make_logs *options);

/* Writes a full log of a generation that knows nothing of the one before it but its time. */
bool make_single_log(const char *path, const struct make_logs *options, uint32_t generation);

/* Writes a checkpoint that names a generation. */
bool make_checkpoint(const char *path, const struct make_logs *options, uint32_t generation);

#endif
