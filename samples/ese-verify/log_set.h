/* The files together: the logs' ranges, and whether the engine would take a database with them. */
#ifndef ESE_VERIFY_LOG_SET_H
#define ESE_VERIFY_LOG_SET_H

#include "ese/ese_recovery.h"

/* {0} is empty. End with log_set_fini. */
struct log_set
{
    struct ese_recovery_log *logs;
    struct ese_database_header *databases;
    size_t log_count, log_capacity;
    size_t database_count, database_capacity;
    struct ese_checkpoint checkpoint;
    bool has_checkpoint;
    bool has_temporary_log;
    bool is_streamed; /* a database has the last page of a streaming backup */
};

/* Remember a log, or the header of a database that may need logs. False: no memory. */
bool log_set_add_log(struct log_set *set, const struct ese_recovery_log *log);
bool log_set_add_database(struct log_set *set, const struct ese_database_header *header);

/*
 * Prints the range of each series of logs (those of one signature), its gaps and breaks, and
 * what the engine would say of each database that has logs here; of a single database all files
 * are its. False: it would refuse one, or logs that are there do not continue each other.
 */
bool log_set_judge(struct log_set *set);

void log_set_fini(struct log_set *set);

#endif
