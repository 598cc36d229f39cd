/* Runs a restore: replaces the files by the plan, and says how it ended. */
#include "restore_frame.h"

#include "console.h"
#include "copy_back.h"
#include "progress.h"
#include "stop.h"

void restore_frame_begin(struct restore_frame *frame, const struct options *options)
{
    *frame = (struct restore_frame){.options = options, .started_ms = GetTickCount64()};
    plan_init(&frame->plan);
}

enum exit_code restore_frame_report_running(const wchar_t *name, const struct options *options)
{
    messages_error(L"the directory of %ls is not stopped.\n  A running directory cannot be "
                   L"restored. ",
                   name);
    if (options->adlds)
        console_print(CONSOLE_ERROR, L"Stop it with \"net stop ADAM_%ls\".\n", options->adlds);
    else
        console_print(CONSOLE_ERROR,
                      L"Stop it with \"net stop ntds\", or restart the computer in Directory "
                      L"Services Restore Mode.\n");
    return EXIT_DIRECTORY;
}

void restore_frame_print_plan(const struct restore_frame *frame)
{
    const struct plan *plan = &frame->plan;
    const struct destination *destination = &frame->destination;
    wchar_t size[PROGRESS_TEXT_CHARS];

    progress_size_text(plan->total_bytes, size);
    console_print(CONSOLE_OUTPUT, L"Would restore %u files, %ls:\n", plan->item_count, size);
    plan_print(plan);
    console_print(CONSOLE_OUTPUT, L"Would first delete %u files%ls\n", destination->old_count,
                  destination->old_count ? L":" : L".");
    destination_print_old(destination);
}

enum exit_code restore_frame_replace_files(struct restore_frame *frame, HRESULT *failure)
{
    const struct destination *destination = &frame->destination;
    enum exit_code code;

    if (destination->old_count > 0)
        console_print(CONSOLE_OUTPUT, L"Deleting %u old files of the directory ...\n",
                      destination->old_count);
    *failure = HRESULT_FROM_WIN32(ERROR_CANCELLED);
    code = stop_requested() ? EXIT_OTHER : destination_empty(destination, failure);
    if (code == EXIT_OK)
        code = copy_back(&frame->plan, &frame->source, frame->options->buffer_bytes, failure);
    return code;
}

static void report_success(const struct restore_frame *frame)
{
    if (frame->options->dry_run)
        console_print(CONSOLE_OUTPUT, L"Dry run: nothing was changed.\n");
    else
        progress_print_summary(L"Restore", frame->plan.item_count, frame->plan.total_bytes,
                               GetTickCount64() - frame->started_ms);
}

static void report_failure(const struct restore_frame *frame)
{
    const wchar_t *verb = stop_requested() ? L"stopped" : L"failed";

    switch (frame->state) {
    case RESTORE_UNCHANGED:
        messages_error(L"%ls; nothing was changed.\n", verb);
        break;
    case RESTORE_INCOMPLETE:
        messages_error(L"%ls; THE DIRECTORY IS NOT RESTORED.\n  Its files are incomplete or "
                       L"unchecked. Do not start it before a restore has succeeded: restore again, "
                       L"from this backup or from another one.\n",
                       verb);
        break;
    case RESTORE_DONE:
        messages_error(
            L"the directory was restored and checked, but the server reported an error at the end "
            L"of the restore.\n  See the log of ntdsbcli.dll before you start the directory.\n");
        break;
    }
}

void restore_frame_end(struct restore_frame *frame, enum exit_code code)
{
    if (code == EXIT_OK)
        report_success(frame);
    else
        report_failure(frame);
    destination_free(&frame->destination);
    plan_free(&frame->plan);
    source_close(&frame->source);
}
