/*
 * directory_volumes.c - finds the volumes of the registered folders.
 */
#include "directory_volumes.h"

#include "host/directory.h"

#include <stdlib.h>
#include <wchar.h>

/* A file that is open cannot be asked for its volume; its folder can. */
static void cut_to_folder(wchar_t *path)
{
    wchar_t *last = wcsrchr(path, L'\\');

    if (last && last - path > 2)
        *last = 0;
    else if (last)
        last[1] = 0;
}

static bool is_listed(const struct directory_volume *volumes, size_t count,
                      const struct directory_volume *volume)
{
    size_t i;

    for (i = 0; SUCCEEDED(volume->hr) && i < count; i++) {
        if (SUCCEEDED(volumes[i].hr) &&
            _wcsicmp(volumes[i].place.volume, volume->place.volume) == 0)
            return true;
    }
    return false;
}

size_t directory_volumes_find(struct directory_volume volumes[DIRECTORY_VOLUMES_MAX])
{
    static const struct ntdsvss_settings quiet = {.wait_ms = 1000};
    static const enum directory_location locations[DIRECTORY_VOLUMES_MAX] = {
        DIRECTORY_DATABASE_FILE, DIRECTORY_LOG_FOLDER, DIRECTORY_CHECKPOINT_FOLDER};
    size_t count = 0;
    size_t i;

    for (i = 0; i < DIRECTORY_VOLUMES_MAX; i++) {
        struct directory_volume found = {.path = NULL};

        if (directory_location(locations[i], &found.path) != S_OK)
            continue; /* check_directory.c reports it */
        if (locations[i] == DIRECTORY_DATABASE_FILE)
            cut_to_folder(found.path);
        found.hr = volume_place_find(&quiet, found.path, &found.place);
        if (is_listed(volumes, count, &found))
            directory_volumes_fini(&found, 1);
        else
            volumes[count++] = found;
    }
    return count;
}

void directory_volumes_fini(struct directory_volume *volumes, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        volume_place_fini(&volumes[i].place);
        free(volumes[i].path);
    }
}
