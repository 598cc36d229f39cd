/* Runs a restore: replaces the files by the plan, and says how it ended. */
#include "restore_frame.h"

#include <stdlib.h>
#include <wchar.h>

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
    console_print(CONSOLE_OUTPUT, L"Would first %ls %u old files%ls\n",
                  destination->delete_old ? L"delete" : L"move aside", destination->old.count,
                  destination->old.count ? L":" : L".");
    old_files_print(&destination->old);
}

static enum exit_code clear_places(struct destination *destination, HRESULT *failure)
{
    struct old_files *old = &destination->old;

    if (old->count == 0)
        return EXIT_OK;
    if (destination->delete_old) {
        console_print(CONSOLE_OUTPUT, L"Deleting %u old files of the directory ...\n", old->count);
        return old_files_delete(old, failure);
    }
    console_print(CONSOLE_OUTPUT,
                  L"Moving %u old files of the directory aside, until the restore has succeeded. "
                  L"They will be in\n",
                  old->count);
    old_files_print_folders(old, CONSOLE_OUTPUT);
    return old_files_move_aside(old, failure);
}

/* Private folders are closed to the account of an AD LDS service; NTDS runs as SYSTEM. */
static void tell_of_new_folders(const struct restore_frame *frame)
{
    const wchar_t *instance = frame->options->adlds;
    wchar_t *folder;
    int which;

    for (which = 0; which < PLAN_FOLDERS; which++) {
        folder =
            frame->plan.new_folders[which] && instance ? plan_folder(&frame->plan, which) : NULL;
        if (folder)
            console_print(
                CONSOLE_OUTPUT,
                L"Note: the folder \"%ls\" was missing. The new one is for SYSTEM, "
                L"Administrators and its owner.\n  If the service ADAM_%ls runs as another account "
                L"(sc qc ADAM_%ls), the instance starts only after\n    icacls \"%ls\" /grant "
                L"\"ACCOUNT:(OI)(CI)F\"\n",
                folder, instance, instance, folder);
        free(folder);
    }
}

enum exit_code restore_frame_replace_files(struct restore_frame *frame, HRESULT *failure)
{
    enum exit_code code;

    *failure = HRESULT_FROM_WIN32(ERROR_CANCELLED);
    code = stop_requested() ? EXIT_OTHER : clear_places(&frame->destination, failure);
    if (code == EXIT_OK)
        code = copy_back(&frame->plan, &frame->source, frame->options->buffer_bytes, failure);
    tell_of_new_folders(frame);
    return code;
}

static bool has_new_files(const struct plan *plan)
{
    const struct plan_item *item = plan->items;

    while (item && !item->created)
        item = item->next;
    return item != NULL;
}

void restore_frame_settle(struct restore_frame *frame)
{
    struct destination *destination = &frame->destination;
    /* A directory that runs on new files needs those that it has not open, too. */
    bool may_need = frame->may_run && has_new_files(&frame->plan);

    if (frame->state == RESTORE_DONE) {
        old_files_discard(&destination->old);
    } else if (frame->state == RESTORE_INCOMPLETE && !destination->delete_old && !may_need) {
        if (destination->old.count > 0)
            console_print(CONSOLE_OUTPUT, L"Putting the old files of the directory back ...\n");
        copy_back_undo(&frame->plan);
        frame->old_is_back = old_files_put_back(&destination->old);
    }
}

static void report_success(const struct restore_frame *frame)
{
    if (frame->options->dry_run)
        console_print(CONSOLE_OUTPUT, L"Dry run: nothing was changed.\n");
    else
        progress_print_summary(L"Restore", frame->plan.item_count, frame->plan.total_bytes,
                               GetTickCount64() - frame->started_ms);
}

static void report_incomplete(const struct restore_frame *frame, const wchar_t *verb)
{
    bool are_aside = !frame->old_is_back && !frame->destination.delete_old;

    messages_error(L"%ls; THE DIRECTORY IS NOT RESTORED.\n", verb);
    if (frame->old_is_back)
        console_print(CONSOLE_ERROR, L"  Its files are as they were before, but the server still "
                                     L"waits for the end of the restore. ");
    else
        console_print(CONSOLE_ERROR, L"  Its files are incomplete or unchecked. ");
    if (frame->may_run)
        console_print(CONSOLE_ERROR, L"It may be running: stop it. ");
    console_print(CONSOLE_ERROR, L"Do not start it before a restore has succeeded: restore again, "
                                 L"from this backup or from another one.\n");
    if (are_aside) {
        console_print(CONSOLE_ERROR, L"  Some of its old files are still in\n");
        old_files_print_folders(&frame->destination.old, CONSOLE_ERROR);
    }
}

static void report_failure(const struct restore_frame *frame)
{
    const wchar_t *verb = stop_requested() ? L"stopped" : L"failed";

    switch (frame->state) {
    case RESTORE_UNCHANGED:
        messages_error(L"%ls; no file was changed.\n", verb);
        break;
    case RESTORE_INCOMPLETE:
        report_incomplete(frame, verb);
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
