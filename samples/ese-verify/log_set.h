/* The logs among the files: which generations there are, and which are missing. */
#ifndef ESE_VERIFY_LOG_SET_H
#define ESE_VERIFY_LOG_SET_H

#include "ese/ese_database.h"
#include "ese/ese_log.h"

/* Zero-initialise; log_set_fini in every state. */
struct log_set
{
    struct ese_log_header *logs;
    struct ese_database_header *databases;
    size_t log_count, log_capacity;
    size_t database_count, database_capacity;
};

/* Remember the header of a log, or of a database that may need logs. False: no memory. */
bool log_set_add_log(struct log_set *set, const struct ese_log_header *header);
bool log_set_add_database(struct log_set *set, const struct ese_database_header *header);

/* Prints the range of each series of logs (those of one signature), its gaps and breaks, and
 * whether it has what the databases of the series need. Nothing where there are no logs. */
void log_set_print(struct log_set *set);

void log_set_fini(struct log_set *set);

#endif
