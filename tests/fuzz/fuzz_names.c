/*
 * fuzz_names.c - names with BFT characters, lists of them, and restore maps.
 */
#include "fuzz_windows.h"
#include "fuzz_promise.h"

#include "host/allocation.h"
#include "api/ansi.h"
#include "session/names.h"
#include "session/restore_map.h"
#include "session/backup_files.h"

#include <string.h>

#define FILES_MAX   4u
#define ENTRIES_MAX 8u

struct cursor
{
    const uint8_t *next;
    size_t left_bytes;
};

/* Bytes up to a zero; from 0x80 on two bytes make a unit. In exactly as much memory as it needs;
 * free. */
static wchar_t *take_text(struct cursor *cursor, const wchar_t *before)
{
    size_t used = wcslen(before);
    wchar_t *text = malloc((used + cursor->left_bytes + 1) * sizeof(*text));
    wchar_t *exact;

    PROMISE(text);
    wmemcpy(text, before, used);
    while (cursor->left_bytes > 0) {
        wchar_t unit = *cursor->next++;

        cursor->left_bytes--;
        if (!unit)
            break;
        if (unit >= 0x80 && cursor->left_bytes > 0) {
            unit = (wchar_t)((unit & 0x7F) << 8 | *cursor->next++);
            cursor->left_bytes--;
        }
        text[used++] = unit ? unit : L'?';
    }
    text[used] = 0;
    exact = _wcsdup(text);
    PROMISE(exact);
    free(text);
    return exact;
}

/* --- names -------------------------------------------------------------------------------- */

/* Each entry of the list names its file. */
static void check_list(const struct backup_files *files)
{
    size_t char_count = 0, byte_count = 0, used = 0, index, i;
    bool unconvertible = false;
    wchar_t *list = names_build(files->names, files->count, L"DC1", &char_count);
    char *ansi = names_build_ansi(files->names, files->count, L"DC1", &byte_count, &unconvertible);

    PROMISE(list && (ansi || unconvertible));
    for (i = 0; i < files->count; i++) {
        PROMISE(backup_files_find(files, list + used, L"DC1", &index) == S_OK);
        PROMISE(names_compare(files->names[index].local, files->names[i].local) == 0);
        used += wcslen(list + used) + 1;
    }
    PROMISE(list[used] == 0 && used < char_count && list[char_count - 1] == 0);
    allocation_free(ansi);
    allocation_free(list);
}

/* A search that finds by looking at every file. */
static bool is_listed(const struct backup_files *files, const wchar_t *local)
{
    size_t i;

    for (i = 0; i < files->count; i++) {
        if (names_compare(local, files->names[i].local) == 0)
            return true;
    }
    return false;
}

static void check_given(const struct backup_files *files, const wchar_t *given)
{
    wchar_t *local = names_to_local(given, L"DC1");
    size_t index = SIZE_MAX;
    HRESULT hr = backup_files_find(files, given, L"DC1", &index);

    PROMISE(local);
    PROMISE(hr == (is_listed(files, local) ? S_OK : ERROR_INVALID_PARAMETER));
    if (hr == S_OK)
        PROMISE(index < files->count && names_compare(files->names[index].local, local) == 0);
    else
        PROMISE(index == SIZE_MAX);
    free(local);
}

static void check_given_ansi(const struct backup_files *files, struct cursor *cursor)
{
    char *given = malloc(cursor->left_bytes + 1);
    wchar_t *wide = NULL;

    PROMISE(given);
    memcpy(given, cursor->next, cursor->left_bytes);
    given[cursor->left_bytes] = 0;
    if (ansi_name_to_wide(given, &wide) == S_OK) {
        PROMISE(wide && wcslen(wide) == strlen(given));
        check_given(files, wide);
    }
    free(wide);
    free(given);
}

void fuzz_names(const uint8_t *data, size_t bytes)
{
    struct ntdsvss_file listed[FILES_MAX];
    struct cursor cursor = {data, bytes};
    struct backup_files files = {0};
    wchar_t *given;
    size_t log_count, i;

    if (!bytes)
        return;
    log_count = cursor.next[0] % FILES_MAX;
    cursor.next++;
    cursor.left_bytes--;
    for (i = 0; i <= log_count; i++) {
        listed[i].kind = i ? NTDSVSS_FILE_LOG : NTDSVSS_FILE_DATABASE;
        listed[i].path = take_text(&cursor, L"C:\\");
    }
    PROMISE(backup_files_init(&files, listed, 1, listed + 1, log_count, true) == S_OK);
    check_list(&files);
    given = take_text(&cursor, L"");
    check_given(&files, given);
    free(given);
    check_given_ansi(&files, &cursor);
    backup_files_fini(&files);
    for (i = 0; i <= log_count; i++)
        free((void *)listed[i].path);
}

/* --- restore map -------------------------------------------------------------------------- */

static size_t count_of(const wchar_t *text, wchar_t wanted)
{
    size_t count = 0;

    for (; *text; text++)
        count += *text == wanted;
    return count;
}

static bool names_database(const wchar_t *given)
{
    wchar_t *here = names_to_local(given, L"DC1");
    wchar_t *there = names_to_local(given, L"OLD");
    bool matches =
        names_compare(here, L"C:\\ntds.dit") == 0 || names_compare(there, L"C:\\ntds.dit") == 0;

    free(there);
    free(here);
    return matches;
}

static void check_map(const EDB_RSTMAPW *map, size_t count)
{
    static const struct restore_map_facts facts = {L"DC1", L"OLD", L"C:\\ntds.dit",
                                                   L"D:\\new\\ntds.dit"};
    size_t found = 0, breaks = 0, i;
    wchar_t *text = NULL;
    HRESULT hr = restore_map_check(map, count, &facts, &text);

    PROMISE(hr == S_OK || hr == ERROR_INVALID_PARAMETER);
    PROMISE((hr == S_OK) == (text != NULL));
    if (hr != S_OK)
        return;
    for (i = 0; i < count; i++) {
        found += names_database(map[i].wszDatabaseName);
        breaks +=
            count_of(map[i].wszDatabaseName, L'\n') + count_of(map[i].wszNewDatabaseName, L'\n');
    }
    PROMISE(found == 1);
    PROMISE(count_of(text, L'\n') == count - 1 + breaks);
    free(text);
}

void fuzz_map(const uint8_t *data, size_t bytes)
{
    EDB_RSTMAPW map[ENTRIES_MAX];
    struct cursor cursor = {data, bytes};
    size_t count, i;

    if (!bytes)
        return;
    count = cursor.next[0] % (ENTRIES_MAX + 1);
    cursor.next++;
    cursor.left_bytes--;
    for (i = 0; i < count; i++) {
        map[i].wszDatabaseName = take_text(&cursor, L"");
        map[i].wszNewDatabaseName = take_text(&cursor, L"");
    }
    check_map(map, count);
    for (i = 0; i < count; i++) {
        free(map[i].wszDatabaseName);
        free(map[i].wszNewDatabaseName);
    }
}
