/*
 * backup_list.c - keeps and sorts the entries.
 */
#include "backup_list.h"

#include "common/array.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

bool backup_list_add(struct backup_list *list, const struct backup_entry *entry)
{
    if (!array_grow(&list->items, &list->capacity, list->count, sizeof(*list->items)))
        return false;
    list->items[list->count++] = *entry;
    return true;
}

void backup_list_take_record(struct backup_entry *entry, const struct backup_record *record)
{
    size_t i;

    wcscpy(entry->id, record->id);
    wcscpy(entry->computer, record->computer);
    wcscpy(entry->program, record->program);
    entry->made = record->completed;
    entry->expires = record->expires;
    entry->has_record = true;
    entry->verified = record->verified;
    entry->file_count = record->file_count;
    entry->bytes = 0;
    for (i = 0; i < record->file_count; i++)
        entry->bytes += record->files[i].bytes;
}

static int compare(const void *left, const void *right)
{
    const struct backup_entry *a = left;
    const struct backup_entry *b = right;

    return (a->made < b->made) - (a->made > b->made);
}

void backup_list_sort(struct backup_list *list)
{
    if (list->count)
        qsort(list->items, list->count, sizeof(*list->items), compare);
}

void backup_list_fini(struct backup_list *list)
{
    free(list->items);
    memset(list, 0, sizeof(*list));
}
