/* Copies files from the shadow copy into the backup folder, checks them and takes their digests. */
#include "vss_copy.h"

#include <stdlib.h>

#include "vss_failures.h"
#include "verify_copy.h"

/* The file that is open in the shadow copy. */
struct open_file
{
    HANDLE handle;
    const wchar_t *name;
    struct verify_copy verify;
};

/* A read may return less than was asked for, which could cut a page. */
static bool read_full(HANDLE file, void *buffer, DWORD buffer_bytes, DWORD *read)
{
    DWORD got = 1;

    for (*read = 0; *read < buffer_bytes && got > 0; *read += got) {
        if (!ReadFile(file, (char *)buffer + *read, buffer_bytes - *read, &got, NULL))
            return false;
    }
    return true;
}

static enum exit_code read_open_file(void *context, void *buffer, DWORD buffer_bytes, DWORD *read)
{
    struct open_file *file = context;

    if (!read_full(file->handle, buffer, buffer_bytes, read))
        return vss_failures_report(L"ReadFile", file->name, HRESULT_FROM_WIN32(GetLastError()),
                                   FAILURES_READ);
    return *read == 0 ? EXIT_OK : verify_copy_piece(&file->verify, buffer, *read);
}

static enum exit_code copy_open_file(struct copy_in *copy, struct open_file *file,
                                     struct copy_in_file *listed, const struct ntdsvss_file *from,
                                     struct vss_copied *copied)
{
    struct file_digest_text digest;
    enum exit_code code = verify_copy_begin(&file->verify, from->kind, file->name, listed->bytes);

    if (code == EXIT_OK)
        code = copy_in_file(copy, listed);
    code = verify_copy_end(&file->verify, code, &digest, &copied->set);
    if (code == EXIT_OK)
        code = manifest_add(&copied->manifest, (unsigned)from->kind, from->path, listed->bytes,
                            &digest);
    return code;
}

static enum exit_code copy_one(struct copy_in *copy, struct ntdsvss_backup *backup, size_t index,
                               struct copy_in_file *listed, const struct ntdsvss_file *from,
                               struct vss_copied *copied)
{
    struct open_file *file = calloc(1, sizeof(*file));
    wchar_t name[FILE_NAME_CHARS];
    enum exit_code code = EXIT_OK;
    HRESULT hr;

    if (!file)
        return messages_no_memory();
    if (!paths_file_name(from->path, name)) {
        free(file);
        messages_error(L"\"%ls\", from the VSS writer, is not the path of a file.\n  Please report "
                       L"this.\n",
                       from->path);
        return EXIT_READ;
    }
    file->name = listed->name = name;
    listed->read = read_open_file;
    listed->context = file;
    hr = ntdsvss_backup_open_file(backup, index, &file->handle, &listed->bytes);
    if (FAILED(hr)) {
        code = vss_failures_report(L"ntdsvss_backup_open_file", name, hr, FAILURES_READ);
    } else {
        code = copy_open_file(copy, file, listed, from, copied);
        CloseHandle(file->handle);
    }
    free(file);
    return code;
}

enum exit_code vss_copy_list(struct copy_in *copy, struct ntdsvss_backup *backup, size_t first,
                             const struct ntdsvss_file *files, size_t count,
                             struct vss_copied *copied)
{
    struct copy_in_file listed = {.count = (unsigned)count};
    enum exit_code code = EXIT_OK;
    size_t i;

    for (i = 0; i < count && code == EXIT_OK; i++) {
        listed.number++;
        code = copy_one(copy, backup, first + i, &listed, &files[i], copied);
    }
    return code;
}
