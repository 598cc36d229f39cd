/* What the files of one folder say together: the facts that the engine's rule (ese_recovery.h) is
 * applied to. Portable, memory only. */
#ifndef SAMPLES_FILE_SET_H
#define SAMPLES_FILE_SET_H

#include "ese/ese_recovery.h"
#include "file_pass.h"

struct file_set_database
{
    struct ese_database_header header;
    bool is_streamed; /* it has the last page of a streaming backup */
};

/* {0} is empty. End with file_set_fini. */
struct file_set
{
    struct ese_recovery_log *logs;
    struct file_set_database *databases;
    size_t log_count, log_capacity;
    size_t database_count, database_capacity;
    struct ese_checkpoint checkpoint;
    bool has_checkpoint;
    bool has_temporary_log;
};

/* Remembers a file that has passed to its end. False: no memory. */
bool file_set_add(struct file_set *set, const struct file_pass *pass);

/* As ese_recovery_judge, for DATABASE, one of the set's, with all logs. A streaming backup needs no
 * current log. */
bool file_set_judge(struct file_set *set, const struct file_set_database *database,
                    struct ese_recovery_result *result);

void file_set_fini(struct file_set *set);

#endif
