/* Makes the plan of a restore from the lists of ntdsbcli.h. */
#include "list_plan.h"

#include <ntdsbcli.h>
#include <stdlib.h>
#include <wchar.h>

#include "set_check.h"

/* Plans have folders without a backslash at their end. */
static void trim_backslashes(wchar_t *path)
{
    size_t chars = wcslen(path);

    while (chars > 0 && path[chars - 1] == L'\\')
        path[--chars] = L'\0';
}

static wchar_t **place_of_type(struct plan *plan, unsigned char type)
{
    switch (type) {
    case BFT_NTDS_DATABASE:
        return &plan->database;
    case BFT_LOG_DIR:
        return &plan->log_folder;
    case BFT_CHECKPOINT_DIR:
        return &plan->checkpoint_folder;
    default:
        return NULL;
    }
}

static enum exit_code take_places(struct plan *plan, const struct name_list *locations)
{
    struct name_cursor cursor = {0};
    struct name_entry entry;
    bool valid = false;

    while (name_list_next(locations, &cursor, &entry, &valid)) {
        wchar_t **place = place_of_type(plan, entry.type);

        if (!place)
            continue;
        if (*place)
            return plan_refuse(L"the list of places has one twice");
        *place = name_entry_path(locations, &entry);
        if (!*place)
            return messages_no_memory();
        trim_backslashes(*place);
    }
    if (!plan->database || !plan->log_folder || !plan->checkpoint_folder)
        return plan_refuse(
            L"the list of places lacks that of the database, the logs or the checkpoint");
    return EXIT_OK;
}

static enum exit_code add_list(struct plan *plan, const struct source *source,
                               const struct name_list *list)
{
    struct name_cursor cursor = {0};
    struct name_entry entry;
    bool valid = false;
    enum exit_code code = EXIT_OK;

    while (code == EXIT_OK && name_list_next(list, &cursor, &entry, &valid))
        code = plan_add(plan, source, entry.file_name, entry.type == BFT_NTDS_DATABASE,
                        name_entry_path(list, &entry));
    return code;
}

enum exit_code list_plan_make(struct plan *plan, const struct source *source,
                              const struct legacy_set *backup, const struct name_list *locations)
{
    enum exit_code code = take_places(plan, locations);

    if (code == EXIT_OK)
        code = add_list(plan, source, &backup->databases);
    if (code == EXIT_OK)
        code = add_list(plan, source, &backup->logs);
    return code == EXIT_OK ? plan_check(plan) : code;
}

static enum exit_code check_files(struct set_check *check, const struct plan *plan,
                                  const struct source *source)
{
    const struct plan_item *item;
    enum exit_code code = EXIT_OK;
    uint64_t bytes;
    HANDLE file;

    for (item = plan->items; item && code == EXIT_OK; item = item->next) {
        code = source_open_file(source, item->name, &file, &bytes);
        if (code != EXIT_OK)
            break;
        set_check_begin_file(check, item->name, item->database, bytes);
        code = set_check_read(check, file);
        CloseHandle(file);
    }
    if (code == EXIT_OK)
        code = set_check_end(check);
    return code == EXIT_OK ? set_check_place(check, plan) : code;
}

enum exit_code list_plan_check(const struct plan *plan, const struct source *source,
                               DWORD buffer_bytes)
{
    struct set_check check;
    enum exit_code code = set_check_begin(&check, MESSAGES_BACKUP_FOLDER, buffer_bytes);

    if (code == EXIT_OK)
        code = check_files(&check, plan, source);
    set_check_free(&check);
    return code;
}
