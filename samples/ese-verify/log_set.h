/* The files together: the logs' ranges, and whether the engine would take a database with them. */
#ifndef ESE_VERIFY_LOG_SET_H
#define ESE_VERIFY_LOG_SET_H

#include "file_set.h"

/*
 * Prints the range of each series of logs (those of one signature), its gaps and breaks, and
 * what the engine would say of each database that has logs here; of a single database all files
 * are its. False: it would refuse one, or logs that are there do not continue each other.
 */
bool log_set_judge(struct file_set *set);

#endif
