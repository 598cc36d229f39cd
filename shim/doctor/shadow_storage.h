/*
 * shadow_storage.h - is there room for a shadow copy?
 */
#ifndef NTDSDOCTOR_SHADOW_STORAGE_H
#define NTDSDOCTOR_SHADOW_STORAGE_H

#include "findings.h"

#include <stdint.h>

/* A shadow storage area takes 320 MiB at least on volumes over 500 MiB (Microsoft Learn,
 * "MinDiffAreaFileSize"). */
#define SHADOW_STORAGE_LEAST_BYTES (320ull * 1024 * 1024)

enum space_verdict
{
    SPACE_ENOUGH,
    SPACE_SCARCE, /* a shadow copy can be made and may be lost when much is written */
    SPACE_NONE    /* none can be made */
};

/* By what is free on the volume that holds the area; a small volume needs less. */
enum space_verdict shadow_storage_judge(uint64_t free_bytes, uint64_t total_bytes);

/*
 * Asks the provider for the area of a volume ("\\?\Volume{...}\"), from a thread that has entered
 * COM. False where it cannot be asked: there is none yet, or no such provider (Wine).
 */
bool shadow_storage_query(const wchar_t *volume, uint64_t *used_bytes, uint64_t *most_bytes);

#endif
