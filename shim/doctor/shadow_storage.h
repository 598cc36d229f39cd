/*
 * shadow_storage.h - is there enough space for a shadow copy?
 */
#ifndef NTDSDOCTOR_SHADOW_STORAGE_H
#define NTDSDOCTOR_SHADOW_STORAGE_H

#include <windows.h>
#include <stdint.h>
#include <wchar.h>

/* The minimum of a shadow storage area on volumes over 500 MiB (Microsoft Learn,
 * "MinDiffAreaFileSize"). */
#define SHADOW_STORAGE_LEAST_BYTES (320ull * 1024 * 1024)

enum space_verdict
{
    SPACE_ENOUGH,
    SPACE_SCARCE, /* a shadow copy can be made, but is lost if much is written */
    SPACE_NONE    /* no shadow copy can be made */
};

/* Judges the free space of the volume that holds the area. A small volume needs less. */
enum space_verdict shadow_storage_judge(uint64_t free_bytes, uint64_t total_bytes);

/* The maximum of an area without a limit (Microsoft Learn, VSS_ASSOC_NO_MAX_SPACE). */
#define SHADOW_STORAGE_UNBOUNDED UINT64_MAX

/*
 * Queries the area of a volume ("\\?\Volume{...}\"), on a thread that has entered COM. S_FALSE:
 * there is none yet. A failure: it is not known; Wine has no such provider.
 */
HRESULT shadow_storage_query(const wchar_t *volume, uint64_t *used_bytes, uint64_t *most_bytes);

#define SHADOW_STORAGE_TEXT_CHARS 80

/* "uses 12 of at most 320 MiB", or that it has no limit. */
void shadow_storage_describe(uint64_t used_bytes, uint64_t most_bytes,
                             wchar_t text[SHADOW_STORAGE_TEXT_CHARS]);

#endif
