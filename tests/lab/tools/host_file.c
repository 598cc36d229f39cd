/*
 * Files beyond 4 GiB with holes, on top of the C library.
 */
#include "host_file.h"

#include <string.h>

#ifdef _WIN32
#include <io.h>
#include <windows.h>
#include <winioctl.h>
#else
#include <sys/types.h>
#include <unistd.h>
#endif

static bool seek(struct host_file *file, uint64_t offset)
{
#ifdef _WIN32
    return _fseeki64(file->stream, (__int64)offset, SEEK_SET) == 0;
#else
    return fseeko(file->stream, (off_t)offset, SEEK_SET) == 0;
#endif
}

static bool find_size(struct host_file *file)
{
#ifdef _WIN32
    __int64 at;

    if (_fseeki64(file->stream, 0, SEEK_END) != 0)
        return false;
    at = _ftelli64(file->stream);
#else
    off_t at;

    if (fseeko(file->stream, 0, SEEK_END) != 0)
        return false;
    at = ftello(file->stream);
#endif
    file->bytes = (uint64_t)at;
    return at >= 0;
}

/* Elsewhere files have holes without asking; and without them the file is only slower to make. */
static void allow_holes(struct host_file *file)
{
#ifdef _WIN32
    HANDLE handle = (HANDLE)_get_osfhandle(_fileno(file->stream));
    DWORD returned;

    DeviceIoControl(handle, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &returned, NULL);
#else
    (void)file;
#endif
}

static bool open_as(struct host_file *file, const char *path, const char *mode)
{
    memset(file, 0, sizeof(*file));
    file->stream = fopen(path, mode);
    if (file->stream == NULL)
        return false;
    if (find_size(file))
        return true;
    host_file_close(file);
    return false;
}

bool host_file_open(struct host_file *file, const char *path, bool writable)
{
    return open_as(file, path, writable ? "r+b" : "rb");
}

bool host_file_create(struct host_file *file, const char *path)
{
    if (!open_as(file, path, "w+b"))
        return false;
    allow_holes(file);
    return true;
}

bool host_file_close(struct host_file *file)
{
    bool good = true;

    if (file->stream != NULL)
        good = fclose(file->stream) == 0;
    memset(file, 0, sizeof(*file));
    return good;
}

bool host_file_read(struct host_file *file, uint64_t offset, void *buffer, size_t bytes)
{
    return seek(file, offset) && fread(buffer, 1, bytes, file->stream) == bytes;
}

bool host_file_write(struct host_file *file, uint64_t offset, const void *buffer, size_t bytes)
{
    if (!seek(file, offset) || fwrite(buffer, 1, bytes, file->stream) != bytes)
        return false;
    if (file->bytes < offset + bytes)
        file->bytes = offset + bytes;
    return true;
}

bool host_file_resize(struct host_file *file, uint64_t bytes)
{
    if (fflush(file->stream) != 0)
        return false;
#ifdef _WIN32
    if (_chsize_s(_fileno(file->stream), (__int64)bytes) != 0)
        return false;
#else
    if (ftruncate(fileno(file->stream), (off_t)bytes) != 0)
        return false;
#endif
    file->bytes = bytes;
    return true;
}
