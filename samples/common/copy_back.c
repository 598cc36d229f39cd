/* Copies the files of a plan to their places. */
#include "copy_back.h"

#include <stdlib.h>
#include <wchar.h>

#include "file_writer.h"
#include "paths.h"
#include "progress.h"
#include "stop.h"

/* The whole copy. */
struct copy
{
    const struct source *source;
    unsigned file_count;
    struct file_writer *writer;
    void *buffer;
    DWORD buffer_bytes;
    HRESULT failure;
};

/* One file of it. */
struct copy_file
{
    struct copy *copy;
    struct plan_item *item;
    unsigned number; /* of the copy's files, from 1 */
    const wchar_t *target_path;
    HANDLE source;
    struct progress progress;
    uint64_t done_bytes;
};

static enum exit_code write_failed(struct copy *copy, const wchar_t *doing, const wchar_t *path,
                                   DWORD error)
{
    copy->failure = HRESULT_FROM_WIN32(error);
    return messages_file_failed(EXIT_WRITE, doing, path, error, MESSAGES_DIRECTORY);
}

/* This file, or one before it. */
static enum exit_code report_unwritten(struct copy *copy)
{
    void *tag;
    DWORD error = file_writer_failed(copy->writer, &tag);
    const struct plan_item *item = tag;
    wchar_t *path = paths_full(item->new_path);
    enum exit_code code = write_failed(copy, L"write", path ? path : item->new_path, error);

    free(path);
    return code;
}

static enum exit_code write_block(struct copy_file *file, DWORD bytes)
{
    if (!file_writer_write(file->copy->writer, file->copy->buffer, bytes))
        return report_unwritten(file->copy);
    file->done_bytes += bytes;
    progress_update(&file->progress, file->done_bytes);
    return EXIT_OK;
}

static enum exit_code copy_bytes(struct copy_file *file)
{
    struct copy *copy = file->copy;
    enum exit_code code = EXIT_OK;
    DWORD read = 1;

    while (code == EXIT_OK && read > 0) {
        if (stop_requested()) {
            copy->failure = HRESULT_FROM_WIN32(ERROR_CANCELLED);
            return EXIT_OTHER;
        }
        if (!ReadFile(file->source, copy->buffer, copy->buffer_bytes, &read, NULL)) {
            DWORD error = GetLastError();

            copy->failure = HRESULT_FROM_WIN32(error);
            return messages_file_failed(EXIT_READ, L"read", file->item->name, error,
                                        MESSAGES_BACKUP_FOLDER);
        }
        if (read > 0)
            code = write_block(file, read);
    }
    return code;
}

static enum exit_code check_size(struct copy_file *file)
{
    if (file->done_bytes == file->item->bytes)
        return EXIT_OK;
    messages_error(
        L"\"%ls\" in the backup folder changed during the restore: it had %I64u bytes, now it has "
        L"%I64u.\n  End the program that writes to the backup folder, then restore again.\n",
        file->item->name, file->item->bytes, file->done_bytes);
    file->copy->failure = HRESULT_FROM_WIN32(ERROR_FILE_INVALID);
    return EXIT_READ;
}

/* The source is open: copies it into a new file. */
static enum exit_code copy_to_target(struct copy_file *file)
{
    struct copy *copy = file->copy;
    enum exit_code code;
    HANDLE target;

    /* CREATE_NEW: the old files are gone, so a file that is there now belongs to another program.
     */
    target = CreateFileW(file->target_path, GENERIC_WRITE, FILE_WRITER_SHARE, NULL, CREATE_NEW,
                         FILE_ATTRIBUTE_NORMAL | FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    if (target == INVALID_HANDLE_VALUE)
        return write_failed(copy, L"create", file->target_path, GetLastError());
    file->item->created = true;
    progress_start(&file->progress, file->item->name, file->number, copy->file_count,
                   file->item->bytes);
    if (file_writer_open(copy->writer, target, file->target_path, file->item->bytes, file->item))
        code = copy_bytes(file);
    else
        code = report_unwritten(copy);
    if (code == EXIT_OK)
        code = check_size(file);
    file_writer_close(copy->writer);
    if (code == EXIT_OK)
        progress_finish(&file->progress, file->done_bytes);
    return code;
}

static enum exit_code copy_item(struct copy *copy, struct plan_item *item, unsigned number)
{
    struct copy_file file = {.copy = copy, .item = item, .number = number};
    wchar_t *path = paths_full(item->new_path);
    uint64_t bytes;
    enum exit_code code;

    file.target_path = path ? path : item->new_path;
    if (!path)
        return write_failed(copy, L"create", file.target_path, GetLastError());
    code = source_open_file(copy->source, item->name, &file.source, &bytes);
    if (code == EXIT_OK) {
        code = copy_to_target(&file);
        CloseHandle(file.source);
    } else {
        copy->failure = HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND);
    }
    free(path);
    return code;
}

/* And those above it: they are missing if a disk was lost. The directory makes none, so a folder is
 * needed even if no file goes there. */
static enum exit_code create_folder(struct copy *copy, struct plan *plan, enum plan_folder which)
{
    wchar_t *shown = plan_folder(plan, which);
    wchar_t *path = shown ? paths_full(shown) : NULL;
    DWORD error = path ? paths_create_folders(path, &plan->new_folders[which])
                       : (DWORD)ERROR_NOT_ENOUGH_MEMORY;
    enum exit_code code = EXIT_OK;

    if (error != ERROR_SUCCESS)
        code = write_failed(copy, L"create", shown ? shown : L"a folder", error);
    free(path);
    free(shown);
    return code;
}

enum exit_code copy_back(struct plan *plan, const struct source *source, DWORD buffer_bytes,
                         HRESULT *failure)
{
    struct copy copy = {
        .source = source,
        .file_count = plan->item_count,
        .writer = file_writer_start(),
        .buffer = malloc(buffer_bytes),
        .buffer_bytes = buffer_bytes,
    };
    struct plan_item *item;
    enum exit_code code = EXIT_OK;
    unsigned number = 0;
    int which;

    if (!copy.buffer || !copy.writer) {
        file_writer_stop(copy.writer);
        free(copy.buffer);
        *failure = E_OUTOFMEMORY;
        return messages_no_buffer(buffer_bytes);
    }
    for (which = 0; which < PLAN_FOLDERS && code == EXIT_OK; which++)
        code = create_folder(&copy, plan, which);
    for (item = plan->items; item && code == EXIT_OK; item = item->next)
        code = copy_item(&copy, item, ++number);
    if (code == EXIT_OK && !file_writer_wait(copy.writer))
        code = report_unwritten(&copy);
    file_writer_stop(copy.writer);
    *failure = copy.failure;
    free(copy.buffer);
    return code;
}

void copy_back_undo(struct plan *plan)
{
    struct plan_item *item;

    for (item = plan->items; item; item = item->next) {
        wchar_t *path = item->created ? paths_full(item->new_path) : NULL;

        if (path)
            (void)SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL); /* it may be read-only by now */
        if (path && !DeleteFileW(path) && GetLastError() != ERROR_FILE_NOT_FOUND)
            (void)messages_file_failed(EXIT_WRITE, L"delete", path, GetLastError(),
                                       MESSAGES_DIRECTORY);
        free(path);
        item->created = false;
    }
}
