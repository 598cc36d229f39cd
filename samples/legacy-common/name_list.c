/* The lists of names that ntdsbcli.h returns. A backup keeps them byte by byte. */
#include "name_list.h"

#include <stdlib.h>
#include <wchar.h>

#include "text.h"

static bool file_name_of_ansi(const char *path, wchar_t *file_name)
{
    wchar_t *wide = text_to_wide(CP_ACP, path);
    bool valid = wide && paths_file_name(wide, file_name);

    free(wide);
    return valid;
}

bool name_list_next(const struct name_list *list, struct name_cursor *cursor,
                    struct name_entry *entry, bool *valid)
{
    const char *at = (const char *)list->data + cursor->offset_bytes;
    DWORD unit = list->ansi ? sizeof(char) : sizeof(wchar_t);
    DWORD left = (list->bytes - cursor->offset_bytes) / unit;
    DWORD chars = (DWORD)(list->ansi ? strnlen(at, left) : wcsnlen((const wchar_t *)at, left));

    /* An empty name ends the list, and so does one without a terminator. */
    if (chars == 0 || chars == left)
        return false;
    cursor->offset_bytes += (chars + 1) * unit;
    entry->name = at;
    entry->type = list->ansi ? (unsigned char)*at : (unsigned char)*(const wchar_t *)at;
    /* The first character is the kind of the file (BFT), not a part of its path. */
    *valid = list->ansi ? file_name_of_ansi(at + 1, entry->file_name)
                        : paths_file_name((const wchar_t *)at + 1, entry->file_name);
    return true;
}

bool name_list_is_whole(const struct name_list *list, const struct name_cursor *cursor)
{
    DWORD unit = list->ansi ? sizeof(char) : sizeof(wchar_t);
    DWORD at = cursor->offset_bytes;

    if (list->bytes - at < unit)
        return false;
    while (at < list->bytes && ((const char *)list->data)[at] == '\0')
        at++;
    return at == list->bytes;
}

unsigned name_list_count(const struct name_list *list)
{
    struct name_cursor cursor = {0};
    struct name_entry entry;
    bool valid;
    unsigned count = 0;

    while (name_list_next(list, &cursor, &entry, &valid))
        count++;
    return count;
}

bool name_list_looks_ansi(const void *data, DWORD bytes)
{
    /* The first character is below 256: in a wide list the second byte is 0. */
    return bytes < 2 || bytes % sizeof(wchar_t) != 0 || ((const char *)data)[1] != '\0';
}

wchar_t *name_entry_path(const struct name_list *list, const struct name_entry *entry)
{
    if (list->ansi)
        return text_to_wide(CP_ACP, (const char *)entry->name + 1);
    return _wcsdup((const wchar_t *)entry->name + 1);
}
