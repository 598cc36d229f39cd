/* What goes where: each file of a backup and its place in the directory. */
#include "plan.h"

#include <stdlib.h>
#include <wchar.h>

#include "console.h"
#include "ese/ese_names.h"
#include "paths.h"
#include "progress.h"

void plan_init(struct plan *plan)
{
    *plan = (struct plan){.end = &plan->items};
}

enum exit_code plan_refuse(const wchar_t *problem)
{
    messages_error(L"the backup does not fit this directory: %ls.\n  Use another backup.\n",
                   problem);
    return EXIT_READ;
}

/* What the engine would take for its own; others' files are not put beside the database. */
static bool is_of_engine(const struct ese_name *name)
{
    return ese_name_is_backed_up_log(name) || name->kind == ESE_NAME_TEMPORARY_LOG ||
           name->kind == ESE_NAME_CHECKPOINT;
}

/*
 * On the heap, NULL if memory ran out. Microsoft's pages disagree on where a patch file goes; a
 * checkpoint comes as one, and the engine looks for it in the checkpoint folder.
 */
static wchar_t *new_path_of(const struct plan *plan, const struct plan_item *item,
                            const struct ese_name *name)
{
    if (item->database)
        return _wcsdup(plan->database);
    return paths_join(
        name->kind == ESE_NAME_CHECKPOINT ? plan->checkpoint_folder : plan->log_folder, item->name);
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

static enum exit_code measure(const struct source *source, struct plan_item *item)
{
    HANDLE file;
    enum exit_code code = source_open_file(source, item->name, &file, &item->bytes);

    if (code == EXIT_OK)
        CloseHandle(file);
    return code;
}

enum exit_code plan_add(struct plan *plan, const struct source *source, const wchar_t *name,
                        bool database, wchar_t *old_path)
{
    struct ese_name parsed = ese_name_classify_wide(name, ESE_NTDS_BASE_NAME);
    struct plan_item *item;
    enum exit_code code;

    if (!database && !is_of_engine(&parsed)) {
        console_print(CONSOLE_OUTPUT,
                      L"Note: \"%ls\" of the backup is left out: the directory does not use files "
                      L"of this name.\n",
                      name);
        free(old_path);
        return EXIT_OK;
    }
    item = calloc(1, sizeof(*item));
    if (!item) {
        free(old_path);
        return messages_no_memory();
    }
    *plan->end = item;
    plan->end = &item->next;
    wcscpy(item->name, name);
    item->database = database;
    item->old_path = old_path;
    item->new_path = new_path_of(plan, item, &parsed);
    if (!item->old_path || !item->new_path)
        return messages_no_memory();
    if (database && parsed.kind != ESE_NAME_OTHER)
        return plan_refuse(L"its database has the name of another kind of file");
    if (database && plan->database_item)
        return plan_refuse(L"it has more than one database");
    if (database)
        plan->database_item = item;
    item->number = plan->item_count++;
    count_generation(plan, parsed.generation); /* by the name: no header is read here */
    code = measure(source, item);
    plan->total_bytes += item->bytes;
    return code;
}

wchar_t *plan_folder(const struct plan *plan, enum plan_folder which)
{
    if (which == PLAN_DATABASE_FOLDER)
        return paths_parent(plan->database);
    return _wcsdup(which == PLAN_LOG_FOLDER ? plan->log_folder : plan->checkpoint_folder);
}

/* Those of one name, or of one place, in the order of the plan. */
static int in_order(const struct plan_item *one, const struct plan_item *other, int order)
{
    return order ? order : (one->number > other->number) - (one->number < other->number);
}

static int by_name(const void *a, const void *b)
{
    const struct plan_item *one = *(struct plan_item *const *)a;
    const struct plan_item *other = *(struct plan_item *const *)b;

    return in_order(one, other, paths_compare(one->name, other->name));
}

static int by_place(const void *a, const void *b)
{
    const struct plan_item *one = *(struct plan_item *const *)a;
    const struct plan_item *other = *(struct plan_item *const *)b;

    return in_order(one, other, paths_compare(one->new_path, other->new_path));
}

static enum exit_code refuse_double_names(const struct plan_item **items, size_t count)
{
    size_t i;

    qsort(items, count, sizeof(*items), by_name);
    for (i = 1; i < count; i++) {
        if (paths_equal(items[i - 1]->name, items[i]->name)) {
            messages_error(L"the backup lists \"%ls\" twice.\n  Its lists were changed or damaged. "
                           L"Use another backup.\n",
                           items[i]->name);
            return EXIT_READ;
        }
    }
    return EXIT_OK;
}

static enum exit_code refuse_double_places(const struct plan_item **items, size_t count)
{
    size_t i;

    qsort(items, count, sizeof(*items), by_place);
    for (i = 1; i < count; i++) {
        if (paths_equal(items[i - 1]->new_path, items[i]->new_path)) {
            messages_error(L"\"%ls\" and \"%ls\" of the backup would both become \"%ls\".\n  Use "
                           L"another backup.\n",
                           items[i - 1]->name, items[i]->name, items[i]->new_path);
            return EXIT_READ;
        }
    }
    return EXIT_OK;
}

/* Each file once, and each to a place of its own: a list that was changed must not have one file
 * replace another. */
static enum exit_code refuse_double(const struct plan *plan)
{
    const struct plan_item **items = malloc((plan->item_count + 1) * sizeof(*items));
    const struct plan_item *item;
    enum exit_code code;
    size_t count = 0;

    if (!items)
        return messages_no_memory();
    for (item = plan->items; item; item = item->next)
        items[count++] = item;
    code = refuse_double_names(items, count);
    if (code == EXIT_OK)
        code = refuse_double_places(items, count);
    free(items);
    return code;
}

enum exit_code plan_check(const struct plan *plan)
{
    return plan->database_item ? refuse_double(plan) : plan_refuse(L"it has no database");
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
    free(plan->checkpoint_folder);
    free(plan->log_folder);
    free(plan->database);
    *plan = (struct plan){0};
}
