/* What a restore says of itself as a whole. It must not know how it is done. */
#include "restore_report.h"

#include "console.h"
#include "progress.h"
#include "stop.h"

void restore_report_plan(const struct plan *plan, const struct destination *destination)
{
    wchar_t size[PROGRESS_TEXT_CHARS];

    progress_size_text(plan->total_bytes, size);
    console_print(CONSOLE_OUTPUT, L"Would restore %u files, %ls:\n", plan->item_count, size);
    plan_print(plan);
    console_print(CONSOLE_OUTPUT, L"Would delete before that %u files%ls\n", destination->old_count,
                  destination->old_count ? L":" : L".");
    destination_print_old(destination);
}

void restore_report_success(const struct plan *plan, bool dry_run, uint64_t milliseconds)
{
    if (dry_run)
        console_print(CONSOLE_OUTPUT, L"Dry run: nothing was changed.\n");
    else
        progress_print_summary(L"Restore", plan->item_count, plan->total_bytes, milliseconds);
}

void restore_report_failure(enum restore_state state)
{
    const wchar_t *verb = stop_requested() ? L"stopped" : L"failed";

    switch (state) {
    case RESTORE_UNCHANGED:
        messages_error(L"%ls; nothing was changed.\n", verb);
        break;
    case RESTORE_INCOMPLETE:
        messages_error(L"%ls; THE DIRECTORY IS NOT RESTORED.\n  Its files are "
                       L"incomplete or not to be trusted. Do not start it before a restore has "
                       L"succeeded: this one can be tried again, or one of another backup.\n",
                       verb);
        break;
    case RESTORE_DONE:
        messages_error(L"the directory was restored and checked, but the server could not end "
                       L"the restore well.\n");
        break;
    }
}
