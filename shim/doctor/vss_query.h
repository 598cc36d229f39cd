/*
 * vss_query.h - queries the writers and shadow copies of VSS, in this process.
 */
#ifndef NTDSDOCTOR_VSS_QUERY_H
#define NTDSDOCTOR_VSS_QUERY_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VSS_QUERY_TEXT_CHARS 512
#define VSS_QUERY_NAME_CHARS 80
#define VSS_QUERY_MAX        64 /* writers and shadow copies each; more are left out */

struct vss_query_writer
{
    wchar_t name[VSS_QUERY_NAME_CHARS];
    bool is_ntds;
    unsigned int state; /* VSS_WRITER_STATE */
    HRESULT failure;
};

struct vss_query_shadow
{
    wchar_t volume[VSS_QUERY_NAME_CHARS];
    uint64_t created; /* FILETIME */
};

struct vss_query
{
    HRESULT hr; /* of the whole query; results before a failed step are valid */
    wchar_t failure[VSS_QUERY_TEXT_CHARS]; /* the log line of the failed step */
    struct vss_query_writer writers[VSS_QUERY_MAX];
    size_t writer_count;
    /* Those that end with the requestor that made them: a backup in progress. */
    struct vss_query_shadow shadows[VSS_QUERY_MAX];
    size_t shadow_count;
    size_t permanent_count; /* the others */
};

/*
 * Waits at most wait_ms per step, but some VSS calls have no limit: run it on a thread of its own,
 * which it enters into COM. The caller zeroes query.
 */
void vss_query_run(struct vss_query *query, uint32_t wait_ms);

/* By its code, or by a state that is no good one. */
bool vss_query_has_failed(const struct vss_query_writer *writer);

/* No backup takes a day: is one of the shadows older? */
bool vss_query_is_left_over(const struct vss_query *query, uint64_t now);

#endif
