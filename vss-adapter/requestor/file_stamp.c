/*
 * file_stamp.c - asks the file system what programs cannot set.
 */
#include "file_stamp.h"

struct file_stamp file_stamp_read(const wchar_t *path)
{
    struct file_stamp stamp = {0};
    BY_HANDLE_FILE_INFORMATION info;
    FILE_BASIC_INFO basic;
    HANDLE file = CreateFileW(path, FILE_READ_ATTRIBUTES,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);

    if (file == INVALID_HANDLE_VALUE) {
        stamp.is_known =
            GetLastError() == ERROR_FILE_NOT_FOUND || GetLastError() == ERROR_PATH_NOT_FOUND;
        return stamp;
    }
    stamp.exists = true;
    stamp.is_known = GetFileInformationByHandle(file, &info) &&
                     GetFileInformationByHandleEx(file, FileBasicInfo, &basic, sizeof(basic));
    if (stamp.is_known) {
        stamp.volume = info.dwVolumeSerialNumber;
        stamp.id = (uint64_t)info.nFileIndexHigh << 32 | info.nFileIndexLow;
        stamp.bytes = (uint64_t)info.nFileSizeHigh << 32 | info.nFileSizeLow;
        stamp.changed = basic.ChangeTime.QuadPart;
    }
    CloseHandle(file);
    return stamp;
}

bool file_stamp_is_same(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->is_known && b->is_known && a->exists == b->exists && a->volume == b->volume &&
           a->id == b->id && a->bytes == b->bytes && a->changed == b->changed;
}
