/* Runs a backup: opens the folder, has it filled, and keeps all of the files or none. */
#include "backup_frame.h"

#include <stdlib.h>

#include "console.h"
#include "progress.h"
#include "stop.h"

/* The folder is open. */
static enum exit_code back_up(const struct backup_frame *frame, struct copy_in *copy)
{
    enum exit_code code;

    copy->buffer = malloc(frame->buffer_bytes);
    if (!copy->buffer)
        return messages_no_buffer(frame->buffer_bytes);
    copy->buffer_bytes = frame->buffer_bytes;
    copy->writer = file_writer_start();
    if (!copy->writer) {
        free(copy->buffer);
        return messages_no_memory();
    }
    console_print(CONSOLE_OUTPUT, L"Preparing the backup of %ls ...\n", frame->name);
    code = frame->back_up(frame->context, copy);
    if (code == EXIT_OK && stop_requested())
        code = EXIT_OTHER;
    file_writer_stop(copy->writer);
    if (code == EXIT_OK)
        code = folder_publish(copy->folder);
    free(copy->buffer);
    return code;
}

enum exit_code backup_frame_run(const struct backup_frame *frame, const struct options *options)
{
    struct folder folder;
    struct copy_in copy = {.folder = &folder};
    uint64_t started_ms = GetTickCount64();
    enum exit_code code = folder_open(&folder, options->folder, frame->marker);

    if (code == EXIT_OK)
        code = back_up(frame, &copy);
    if (code == EXIT_OK) {
        progress_print_summary(L"Backup", copy.file_count, copy.total_bytes,
                               GetTickCount64() - started_ms);
    } else {
        folder_discard(&folder);
        messages_error(L"%ls; no backup was made.\n", stop_requested() ? L"stopped" : L"failed");
    }
    folder_close(&folder);
    return code;
}

enum exit_code backup_frame_report_offline(const wchar_t *name, const struct options *options)
{
    messages_error(L"the directory of %ls is not online.\n", name);
    if (options->adlds)
        console_print(CONSOLE_ERROR, L"  Start the service ADAM_%ls.\n", options->adlds);
    else
        console_print(CONSOLE_ERROR,
                      L"  Start the service \"Active Directory Domain Services\" (NTDS). If the "
                      L"computer is in Directory Services Restore Mode, restart it normally.\n");
    return EXIT_DIRECTORY;
}
