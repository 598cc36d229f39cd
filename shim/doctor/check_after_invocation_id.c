/*
 * check_after_invocation_id.c - has the directory another invocation ID than before the restore?
 *
 * No backup says which one it had: only event 1109 tells old and new.
 */
#include "after_restore.h"

#include <wchar.h>

#define NEXT_REPADMIN                                                                              \
    L"'repadmin /showrepl' shows the invocation ID, and event 1109 the old and the new one."

/* With or without braces. */
static bool is_same(const wchar_t *left, const wchar_t *right)
{
    size_t left_chars, right_chars;

    left += *left == L'{';
    right += *right == L'{';
    left_chars = wcscspn(left, L"}");
    right_chars = wcscspn(right, L"}");
    return left_chars == right_chars && _wcsnicmp(left, right, left_chars) == 0;
}

static void report(struct findings *findings, enum finding_level level, const wchar_t *format,
                   const wchar_t *first, const wchar_t *second)
{
    findings_add(findings, AREA_AFTER_RESTORE, level, L"after-restore.invocation-id", NEXT_REPADMIN,
                 format, first, second);
}

void after_invocation_id_judge(struct findings *findings, const struct directory_events *events,
                               const struct directory_object *object)
{
    const wchar_t *old_id = events->old_id;
    const wchar_t *new_id = events->new_id;
    const wchar_t *now = object->invocation_id;

    if (!now[0])
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.invocation-id",
                     NEXT_REPADMIN,
                     L"Not known: which invocation ID the directory has; LDAP does not say (LDAP "
                     L"error 0x%lx).",
                     (unsigned long)object->error);
    if (!old_id[0] || !new_id[0])
        report(findings, FINDING_WARNING,
               L"Not known: which invocation ID the directory had before the restore; there is no "
               L"event 1109 that says so.%ls%ls",
               now[0] ? L" It has " : L"", now);
    else if (is_same(old_id, new_id))
        report(findings, FINDING_ERROR,
               L"Event 1109 names the same invocation ID as old and new: %ls.%ls", new_id, L"");
    else if (now[0] && is_same(now, old_id))
        report(findings, FINDING_ERROR,
               L"The directory has the invocation ID %ls again, which it had before event 1109.%ls",
               now, L"");
    else if (now[0] && !is_same(now, new_id))
        report(findings, FINDING_WARNING,
               L"Not known: why the directory has the invocation ID %ls; event 1109 says %ls.", now,
               new_id);
    else
        report(findings, FINDING_OK, L"The invocation ID was %ls and is %ls.", old_id, new_id);
}

void check_after_invocation_id(struct findings *findings, const struct after_restore *after)
{
    struct directory_events events;
    struct directory_object object;

    directory_events_read(after->since, &events);
    directory_object_read(&object);
    after_invocation_id_judge(findings, &events, &object);
}
