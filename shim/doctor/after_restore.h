/*
 * after_restore.h - the checks of --after-restore, one function per file, and what they judge.
 *
 * What cannot be seen is a finding of its own that begins with "Not known:", at least a warning.
 */
#ifndef NTDSDOCTOR_AFTER_RESTORE_H
#define NTDSDOCTOR_AFTER_RESTORE_H

#include "directory_events.h"
#include "directory_object.h"
#include "findings.h"
#include "last_restore.h"
#include "replication.h"

#define AFTER_RESTORE_DAYS 30u /* how far back to look if the time of the restore is not known */

struct after_restore
{
    struct last_restore restore;
    uint64_t since; /* events and replication from then on count */
    bool is_known;  /* it is the time of the restore */
};

/* Finds the restore and says which one is checked. */
void check_after_record(struct findings *findings, struct after_restore *after);

/* Interlock, marker, epoch, whether the directory may be written, and its service. */
void check_after_state(struct findings *findings);

void check_after_events(struct findings *findings, const struct after_restore *after);
void check_after_invocation_id(struct findings *findings, const struct after_restore *after);
void check_after_sysvol(struct findings *findings);
void check_after_partners(struct findings *findings, const struct after_restore *after);

/* --- judgements alone, for tests --------------------------------------------------------------
 */

void after_record_judge(struct findings *findings, struct after_restore *after, uint64_t now);
void after_events_judge(struct findings *findings, const struct after_restore *after,
                        const struct directory_events *events);
void after_invocation_id_judge(struct findings *findings, const struct directory_events *events,
                               const struct directory_object *object);
void after_partners_judge(struct findings *findings, const struct after_restore *after,
                          const struct replication *replication, int dsa_count);

#endif
