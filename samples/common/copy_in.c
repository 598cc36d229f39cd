/* Copies files into the backup folder, whichever API reads them. */
#include "copy_in.h"

#include "progress.h"
#include "stop.h"

static enum exit_code report_unwritten(struct copy_in *copy)
{
    void *file;
    DWORD error = file_writer_failed(copy->writer, &file);

    return folder_report_unwritten(copy->folder, file, error);
}

/* Reads the file to its end and counts its bytes in *done. */
static enum exit_code copy_bytes(struct copy_in *copy, const struct copy_in_file *from,
                                 struct progress *progress, uint64_t *done)
{
    enum exit_code code = EXIT_OK;

    while (code == EXIT_OK) {
        DWORD read = 0;

        if (stop_requested())
            return EXIT_OTHER;
        code = from->read(from->context, copy->buffer, copy->buffer_bytes, &read);
        if (code != EXIT_OK || read == 0)
            return code;
        *done += read;
        if (!file_writer_write(copy->writer, copy->buffer, read))
            code = report_unwritten(copy);
        progress_update(progress, *done);
    }
    return code;
}

static enum exit_code report_short(const struct copy_in_file *from, uint64_t done)
{
    messages_error(L"\"%ls\" ended after %I64u of %I64u bytes: it changed during the backup.\n  "
                   L"Run the backup again.\n",
                   from->name, done, from->bytes);
    return EXIT_READ;
}

enum exit_code copy_in_file(struct copy_in *copy, const struct copy_in_file *from)
{
    struct progress progress;
    uint64_t done = 0;
    struct folder_file *made;
    HANDLE file;
    enum exit_code code = folder_create_file(copy->folder, from->name, &file);

    if (code != EXIT_OK)
        return code;
    progress_start(&progress, from->name, from->number, from->count, from->bytes);
    made = copy->folder->newest;
    if (file_writer_open(copy->writer, file, folder_part_path(made), from->bytes, made))
        code = copy_bytes(copy, from, &progress, &done);
    else
        code = report_unwritten(copy);
    file_writer_close(copy->writer);
    if (code != EXIT_OK)
        return code;
    if (done != from->bytes)
        return report_short(from, done);
    progress_finish(&progress, done);
    copy->file_count++;
    copy->total_bytes += done;
    return EXIT_OK;
}

enum exit_code copy_in_finish(struct copy_in *copy)
{
    return file_writer_wait(copy->writer) ? EXIT_OK : report_unwritten(copy);
}
