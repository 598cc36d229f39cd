/*
 * volume.h - volumes by their Windows names, and their files on the host.
 */
#ifndef NTDSBCLI_EMBEDDED_VOLUME_H
#define NTDSBCLI_EMBEDDED_VOLUME_H

#include <windows.h>
#include <stdbool.h>

#define VOLUME_NAME_CHARS 64

struct volume
{
    wchar_t letter;                  /* upper case */
    wchar_t name[VOLUME_NAME_CHARS]; /* \\?\Volume{...}\ */
};

/*
 * From "C:\" or "\\?\Volume{...}\", with the backslash.
 *
 * VSS_E_OBJECT_NOT_FOUND: no such volume, or no backslash; VSS_E_VOLUME_NOT_SUPPORTED: the root of
 * the host, a share, or not a fixed volume; E_INVALIDARG: NULL.
 */
HRESULT volume_from_name(const wchar_t *name, struct volume *volume);

/* Letter of the volume that holds a path; 0: it has none. */
wchar_t volume_letter_of_path(const wchar_t *path);

/*
 * Host path of a DOS path, as the wide form of its bytes, for unix_run; free it with free. NULL:
 * out of memory.
 */
wchar_t *volume_unix_path(const wchar_t *dos_path);

/* The same for a name in the prefix's own folder of devices, which need not exist; "": the folder.
 */
wchar_t *volume_unix_device_path(const wchar_t *leaf);

/* "X:\System Volume Information\<leaf>". False: it does not fit. */
bool volume_private_path(wchar_t letter, const wchar_t *leaf, wchar_t path[MAX_PATH]);

#endif
