/*
 * file_stamp.h - has a file been replaced or written since?
 */
#ifndef NTDSVSS_FILE_STAMP_H
#define NTDSVSS_FILE_STAMP_H

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>

struct file_stamp
{
    bool is_known;
    bool exists;
    DWORD volume;
    uint64_t id, bytes;
    LONGLONG changed; /* not the time of the last write, which programs set back */
};

/* What the file at path is now. A file that cannot be asked is not known. */
struct file_stamp file_stamp_read(const wchar_t *path);

/* False also where either is not known. */
bool file_stamp_is_same(const struct file_stamp *a, const struct file_stamp *b);

#endif
