/*
 * volumes.h - which volume a folder is on, and where on it, once every link in its path is
 * followed.
 */
#ifndef NTDSVSS_VOLUMES_H
#define NTDSVSS_VOLUMES_H

#include <ntdsvss.h>

#include <stdbool.h>

/* "\\?\Volume{" + 36 + "}\" and a terminator. */
#define VOLUME_NAME_CHARS 50

struct volume_place
{
    wchar_t volume[VOLUME_NAME_CHARS]; /* \\?\Volume{...}\ : what VSS is given */
    wchar_t *relative;                 /* the folder below it, without outer backslashes; owned */
};

/*
 * Finds the place of an existing folder. A junction or mounted folder in the path leads to the
 * volume it points to, which GetVolumePathName would miss.
 *
 * HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND), ...(ERROR_NOT_SUPPORTED): not on a local volume.
 */
HRESULT volume_place_find(const struct ntdsvss_settings *settings, const wchar_t *folder,
                          struct volume_place *place);
void volume_place_fini(struct volume_place *place);

/*
 * The path of an open file or folder in the namespace of volume_form (VOLUME_NAME_*), links
 * followed; free it with free.
 */
HRESULT final_path(HANDLE file, DWORD volume_form, wchar_t **path);

/* True where path is root or lies below it; both as final_path gives them. */
bool path_is_below(const wchar_t *path, const wchar_t *root);

/* "left\right" in new memory, with one backslash between; NULL: out of memory. */
wchar_t *path_join(const wchar_t *left, const wchar_t *right);

#endif
