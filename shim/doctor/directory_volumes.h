/*
 * directory_volumes.h - the volumes that the directory's files are on, each once.
 */
#ifndef NTDSDOCTOR_DIRECTORY_VOLUMES_H
#define NTDSDOCTOR_DIRECTORY_VOLUMES_H

#include "common/volumes.h"

#include <stddef.h>

#define DIRECTORY_VOLUMES_MAX 3u

struct directory_volume
{
    wchar_t *path; /* a folder of the directory */
    HRESULT hr;    /* of finding its volume; the place is valid if it succeeded */
    struct volume_place place;
};

/* How many; folders that the registry does not name are left out. */
size_t directory_volumes_find(struct directory_volume volumes[DIRECTORY_VOLUMES_MAX]);
void directory_volumes_fini(struct directory_volume *volumes, size_t count);

#endif
