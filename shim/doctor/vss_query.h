/*
 * vss_query.h - asks VSS for its writers and shadow copies, in this process.
 */
#ifndef NTDSDOCTOR_VSS_QUERY_H
#define NTDSDOCTOR_VSS_QUERY_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VSS_QUERY_TEXT_CHARS 512
#define VSS_QUERY_NAME_CHARS 80
#define VSS_QUERY_MOST       64 /* writers, shadow copies: more are counted, not kept */

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
    bool ends_with_owner; /* neither persistent nor kept: somebody's backup that is under way */
    uint64_t created;     /* FILETIME */
};

struct vss_query
{
    HRESULT hr; /* of the whole; the answers of the steps before a failure are good */
    wchar_t failure[VSS_QUERY_TEXT_CHARS]; /* the line that says which step, and why */
    struct vss_query_writer writers[VSS_QUERY_MOST];
    size_t writer_count;
    struct vss_query_shadow shadows[VSS_QUERY_MOST];
    size_t shadow_count;
};

/*
 * Runs for wait_ms per step at most, but VSS may hold up a step that has no limit: call it on a
 * thread of its own, which it takes into COM.
 */
void vss_query_run(struct vss_query *query, uint32_t wait_ms);

#endif
