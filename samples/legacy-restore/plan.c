/* What goes where: each file of a backup and its place in the directory. It must not change
 * anything. */
#include "plan.h"

#include <stdlib.h>
#include <wchar.h>

#include "console.h"
#include "paths.h"
#include "progress.h"

static enum exit_code no_memory(void)
{
    console_print(CONSOLE_ERROR, L"%ls: no memory.\n", messages_program);
    return EXIT_OTHER;
}

static enum exit_code refuse(const wchar_t *problem)
{
    console_print(CONSOLE_ERROR, L"%ls: the backup does not fit this directory: %ls.\n",
                  messages_program, problem);
    return EXIT_READ;
}

/* The end of a folder's name never is a backslash here. */
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
            return refuse(L"the server names a place twice");
        *place = name_entry_path(locations, &entry);
        if (!*place)
            return no_memory();
        trim_backslashes(*place);
    }
    if (!plan->database || !plan->log_folder || !plan->checkpoint_folder)
        return refuse(L"the server does not say where database, logs and checkpoint belong");
    return EXIT_OK;
}

static bool is_checkpoint(const wchar_t *name)
{
    size_t chars = wcslen(name);

    return chars > 4 && _wcsicmp(name + chars - 4, L".chk") == 0;
}

/*
 * On the heap, NULL when there is no memory. Microsoft's pages disagree on where a patch file goes;
 * a checkpoint comes as one, and the engine looks for that in the checkpoint folder.
 */
static wchar_t *new_path_of(const struct plan *plan, const struct plan_item *item)
{
    if (item->database)
        return _wcsdup(plan->database);
    return paths_join(is_checkpoint(item->name) ? plan->checkpoint_folder : plan->log_folder, L"\\",
                      item->name);
}

/* "edb0001A.log" or "edb0000001A.log": the name says which log it is, and only it does so here. */
static ULONG generation_of(const wchar_t *name)
{
    size_t digits = wcsspn(name + min(wcslen(name), 3), L"0123456789ABCDEFabcdef");

    if (_wcsnicmp(name, L"edb", 3) != 0 || (digits != 5 && digits != 8) ||
        _wcsicmp(name + 3 + digits, L".log") != 0)
        return 0;
    return wcstoul(name + 3, NULL, 16);
}

static void count_generation(struct plan *plan, ULONG generation)
{
    if (generation == 0)
        return;
    if (plan->generation_low == 0 || generation < plan->generation_low)
        plan->generation_low = generation;
    if (generation > plan->generation_high)
        plan->generation_high = generation;
}

static enum exit_code measure(const struct backup *backup, struct plan_item *item)
{
    HANDLE file;
    enum exit_code code = backup_open_file(backup, item->name, &file, &item->bytes);

    if (code == EXIT_OK)
        CloseHandle(file);
    return code;
}

static enum exit_code add_item(struct plan *plan, const struct backup *backup,
                               const struct name_list *list, const struct name_entry *entry)
{
    struct plan_item *item = calloc(1, sizeof(*item));

    if (!item)
        return no_memory();
    *plan->end = item;
    plan->end = &item->next;
    wcscpy(item->name, entry->file_name);
    item->database = entry->type == BFT_NTDS_DATABASE;
    item->old_path = name_entry_path(list, entry);
    item->new_path = new_path_of(plan, item);
    if (!item->old_path || !item->new_path)
        return no_memory();
    plan->item_count++;
    plan->map_count += item->database;
    count_generation(plan, generation_of(item->name));
    return measure(backup, item);
}

static enum exit_code add_list(struct plan *plan, const struct backup *backup,
                               const struct name_list *list)
{
    struct name_cursor cursor = {0};
    struct name_entry entry;
    bool valid = false;
    enum exit_code code = EXIT_OK;

    while (code == EXIT_OK && name_list_next(list, &cursor, &entry, &valid))
        code = add_item(plan, backup, list, &entry);
    return code;
}

static enum exit_code make_map(struct plan *plan)
{
    const struct plan_item *item;
    LONG count = 0;

    if (plan->map_count != 1)
        return refuse(L"it has not exactly one database");
    plan->map = calloc((size_t)plan->map_count, sizeof(*plan->map));
    if (!plan->map)
        return no_memory();
    for (item = plan->items; item; item = item->next) {
        plan->total_bytes += item->bytes;
        if (item->database) {
            plan->map[count].wszDatabaseName = item->old_path;
            plan->map[count].wszNewDatabaseName = item->new_path;
            count++;
        }
    }
    return EXIT_OK;
}

enum exit_code plan_make(struct plan *plan, const struct backup *backup,
                         const struct name_list *locations)
{
    enum exit_code code;

    *plan = (struct plan){.end = &plan->items};
    code = take_places(plan, locations);
    if (code == EXIT_OK)
        code = add_list(plan, backup, &backup->databases);
    if (code == EXIT_OK)
        code = add_list(plan, backup, &backup->logs);
    return code == EXIT_OK ? make_map(plan) : code;
}

void plan_print(const struct plan *plan)
{
    const struct plan_item *item;

    for (item = plan->items; item; item = item->next) {
        wchar_t size[PROGRESS_TEXT_CHARS];

        progress_size_text(item->bytes, size);
        console_print(CONSOLE_OUTPUT, L"  %-14ls %10ls -> %ls\n", item->name, size, item->new_path);
    }
}

void plan_free(struct plan *plan)
{
    while (plan->items) {
        struct plan_item *item = plan->items;

        plan->items = item->next;
        free(item->old_path);
        free(item->new_path);
        free(item);
    }
    free(plan->map);
    free(plan->checkpoint_folder);
    free(plan->log_folder);
    free(plan->database);
    *plan = (struct plan){0};
}
