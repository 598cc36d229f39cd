/*
 * aftermath.h - what a backup left behind, and what it did to VSS.
 *
 * Knows the embedded VSS's call log and where it keeps shadow copies. Must not know the old API.
 */
#ifndef FAULT_AFTERMATH_H
#define FAULT_AFTERMATH_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

#define REASON_CHARS 256

/* Points the embedded VSS's call log at a file of its own beside this program, and the faults at
 * nothing. False: no such path. */
bool aftermath_begin(void);

/* A new, empty call log. */
void aftermath_clear_calls(void);

/* The call log so far, terminated; free() it. Never NULL: the program ends without memory. */
char *aftermath_calls(void);

/* How often text stands in calls. */
unsigned int aftermath_count(const char *calls, const char *text);

/* Waits until text stands in the call log so many times. False: the process ended first. */
bool aftermath_wait_for_call(HANDLE process, const char *text, unsigned int count);

/* How many lines are of that call, name and first words of its arguments, and succeeded. */
unsigned int aftermath_count_successes(const char *calls, const char *call);

/* Whether each StartSnapshotSet that succeeded was followed by a BackupComplete that did, or by
 * AbortBackup, before anything else began. */
bool aftermath_calls_are_closed(const char *calls);

/*
 * Waits until no broker and no process of the embedded VSS is left, then looks for shadow copies.
 * False, with a reason, where something is left after limit_ms.
 */
bool aftermath_is_clean(DWORD limit_ms, char reason[REASON_CHARS]);

/* The number of brokers that run, and the id of one. */
unsigned int aftermath_brokers(DWORD *process_id);

/* A whole file that other programs may be writing, from an offset on; terminated; free() it. ""
 * where it cannot be read. */
char *aftermath_read_file(const wchar_t *path, LONGLONG from);

#endif
