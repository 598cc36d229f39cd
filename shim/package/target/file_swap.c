/*
 * file_swap.c - the names of a change, its journal, its steps.
 *
 * The journal is UTF-16: a line "name|from|aside" for each item, "end" last. Every step leaves one
 * of three states of an item, which undoing tells apart by what exists.
 */
#include "file_swap.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define PATH_CHARS         (FILE_SWAP_FOLDER_CHARS + 2 * FILE_SWAP_NAME_CHARS)
#define JOURNAL_LINE_CHARS (3 * FILE_SWAP_NAME_CHARS + 3)
#define JOURNAL_CHARS      (FILE_SWAP_ITEMS_MAX * JOURNAL_LINE_CHARS + 5)
#define JOURNAL_END        L"end\n"

static bool (*present_gate)(void);

void file_swap_replace_gate(bool (*gate)(void))
{
    present_gate = gate;
}

static bool may_go_on(void)
{
    if (!present_gate || present_gate())
        return true;
    SetLastError(ERROR_DISK_FULL);
    return false;
}

/* --- single steps -------------------------------------------------------------------------------
 */

static void join(const struct file_swap *swap, const wchar_t *name, wchar_t path[PATH_CHARS])
{
    _snwprintf(path, PATH_CHARS - 1, L"%ls\\%ls", swap->folder, name);
    path[PATH_CHARS - 1] = 0;
}

/* What cannot be determined counts as there: it is in the way. */
static bool exists(const struct file_swap *swap, const wchar_t *name)
{
    wchar_t path[PATH_CHARS];

    join(swap, name, path);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES ||
           (GetLastError() != ERROR_FILE_NOT_FOUND && GetLastError() != ERROR_PATH_NOT_FOUND);
}

static bool fail(struct file_swap *swap, const wchar_t *name)
{
    swap->error = GetLastError();
    wcscpy(swap->failed_name, name);
    return false;
}

static bool move(struct file_swap *swap, const wchar_t *from, const wchar_t *to)
{
    wchar_t from_path[PATH_CHARS], to_path[PATH_CHARS];

    join(swap, from, from_path);
    join(swap, to, to_path);
    return (may_go_on() && MoveFileExW(from_path, to_path, MOVEFILE_WRITE_THROUGH)) ||
           fail(swap, from);
}

static bool flush(HANDLE file)
{
    bool flushed = file != INVALID_HANDLE_VALUE && may_go_on() && FlushFileBuffers(file);
    DWORD error = GetLastError();

    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    SetLastError(error);
    return flushed;
}

static bool copy(const wchar_t *source, const wchar_t *path)
{
    return may_go_on() && CopyFileW(source, path, TRUE) &&
           flush(CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                             OPEN_EXISTING, 0, NULL));
}

/* --- the journal --------------------------------------------------------------------------------
 */

static bool write_whole(const wchar_t *path, const void *bytes, DWORD byte_count)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written = 0;

    if (file != INVALID_HANDLE_VALUE && may_go_on() &&
        WriteFile(file, bytes, byte_count, &written, NULL) && written == byte_count)
        return flush(file);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    return false;
}

/* Under another name first, so that there is no journal but a whole one. */
static bool write_journal(struct file_swap *swap)
{
    static const wchar_t draft[] = FILE_SWAP_JOURNAL FILE_SWAP_NEW_SUFFIX;
    wchar_t *text = malloc(JOURNAL_CHARS * sizeof(*text));
    wchar_t path[PATH_CHARS];
    const struct file_swap_item *item;
    int length = 0;
    bool written;

    if (!text) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return fail(swap, FILE_SWAP_JOURNAL);
    }
    for (item = swap->items; item < swap->items + swap->item_count; item++)
        length += swprintf(text + length, JOURNAL_CHARS - (size_t)length, L"%ls|%ls|%ls\n",
                           item->name, item->from, item->aside);
    wcscpy(text + length, JOURNAL_END);
    join(swap, draft, path);
    written = write_whole(path, text, (DWORD)(wcslen(text) * sizeof(*text)));
    free(text);
    return (written || fail(swap, FILE_SWAP_JOURNAL)) && move(swap, draft, FILE_SWAP_JOURNAL);
}

static bool delete_journal(struct file_swap *swap)
{
    wchar_t path[PATH_CHARS];

    join(swap, FILE_SWAP_JOURNAL, path);
    return (may_go_on() && DeleteFileW(path)) || fail(swap, FILE_SWAP_JOURNAL);
}

/* One name of a line; end: what follows it. A name that leads out of the folder is none. */
static wchar_t *read_name(wchar_t *text, wchar_t end, wchar_t name[FILE_SWAP_NAME_CHARS])
{
    size_t chars = wcscspn(text, L"|\n/\\:");

    if (text[chars] != end || chars >= FILE_SWAP_NAME_CHARS)
        return NULL;
    wmemcpy(name, text, chars);
    name[chars] = 0;
    return text + chars + 1;
}

static bool read_items(struct file_swap *swap, wchar_t *text)
{
    struct file_swap_item *item;

    for (swap->item_count = 0; wcscmp(text, JOURNAL_END) != 0; swap->item_count++) {
        item = &swap->items[swap->item_count];
        if (swap->item_count == FILE_SWAP_ITEMS_MAX ||
            !(text = read_name(text, L'|', item->name)) ||
            !(text = read_name(text, L'|', item->from)) ||
            !(text = read_name(text, L'\n', item->aside)) || !item->name[0])
            return false;
    }
    return true;
}

static bool read_journal(struct file_swap *swap)
{
    wchar_t *text = calloc(JOURNAL_CHARS + 1, sizeof(*text));
    wchar_t path[PATH_CHARS];
    DWORD read = 0;
    bool whole = false;
    HANDLE file;

    join(swap, FILE_SWAP_JOURNAL, path);
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                       FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    if (text && file != INVALID_HANDLE_VALUE &&
        ReadFile(file, text, JOURNAL_CHARS * sizeof(*text), &read, NULL)) {
        SetLastError(ERROR_FILE_CORRUPT);
        whole = read_items(swap, text);
    }
    if (!whole)
        fail(swap, FILE_SWAP_JOURNAL);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    free(text);
    return whole;
}

/* --- a change -----------------------------------------------------------------------------------
 */

bool file_swap_begin(struct file_swap *swap, const wchar_t *folder)
{
    FILETIME now;

    memset(swap, 0, sizeof(*swap));
    if (wcslen(folder) >= FILE_SWAP_FOLDER_CHARS)
        return false;
    wcscpy(swap->folder, folder);
    /* Never a name that was used before: Windows may be about to delete that when it starts. */
    GetSystemTimeAsFileTime(&now);
    _snwprintf(swap->stamp, 20, L".%08lx%08lx", now.dwHighDateTime, now.dwLowDateTime);
    return true;
}

static struct file_swap_item *add(struct file_swap *swap, const wchar_t *name)
{
    const size_t more_chars = wcslen(swap->stamp) + wcslen(FILE_SWAP_OLD_SUFFIX);
    struct file_swap_item *item = &swap->items[swap->item_count];

    if (swap->item_count == FILE_SWAP_ITEMS_MAX ||
        wcslen(name) + more_chars >= FILE_SWAP_NAME_CHARS) {
        SetLastError(ERROR_BUFFER_OVERFLOW);
        fail(swap, L"");
        return NULL;
    }
    swap->item_count++;
    memset(item, 0, sizeof(*item));
    wcscpy(item->name, name);
    if (exists(swap, name))
        _snwprintf(item->aside, FILE_SWAP_NAME_CHARS, L"%ls%ls" FILE_SWAP_OLD_SUFFIX, name,
                   swap->stamp);
    return item;
}

bool file_swap_put(struct file_swap *swap, const wchar_t *source, const wchar_t *name,
                   const wchar_t *kept)
{
    struct file_swap_item *item = add(swap, name);
    wchar_t path[PATH_CHARS];

    if (!item)
        return false;
    _snwprintf(item->from, FILE_SWAP_NAME_CHARS, L"%ls%ls" FILE_SWAP_NEW_SUFFIX, name, swap->stamp);
    if (kept && item->aside[0])
        wcscpy(item->aside, kept);
    join(swap, item->from, path);
    return copy(source, path) || fail(swap, name);
}

bool file_swap_take(struct file_swap *swap, const wchar_t *name, const wchar_t *back)
{
    struct file_swap_item *item = add(swap, name);

    if (item && back)
        wcscpy(item->from, back);
    return item != NULL;
}

/* A present file that is not aside is in its place: then nothing of this item has happened. */
static bool undo_item(struct file_swap *swap, const struct file_swap_item *item)
{
    if (item->aside[0] && !exists(swap, item->aside))
        return true;
    if (item->from[0] && !exists(swap, item->from) && exists(swap, item->name) &&
        !move(swap, item->name, item->from))
        return false;
    return !item->aside[0] || move(swap, item->aside, item->name);
}

/* All are tried: the more are back, the better. */
static bool undo(struct file_swap *swap)
{
    size_t i = swap->item_count;
    bool undone = true;

    while (i--)
        undone = undo_item(swap, &swap->items[i]) && undone;
    return undone && delete_journal(swap);
}

static bool apply_all(struct file_swap *swap)
{
    const struct file_swap_item *item;

    for (item = swap->items; item < swap->items + swap->item_count; item++) {
        if ((item->aside[0] && !move(swap, item->name, item->aside)) ||
            (item->from[0] && !move(swap, item->from, item->name)))
            return false;
    }
    return delete_journal(swap);
}

enum file_swap_result file_swap_apply(struct file_swap *swap)
{
    struct file_swap first_failure;
    enum file_swap_result result = FILE_SWAP_UNDONE;

    if (write_journal(swap)) {
        if (apply_all(swap)) {
            result = FILE_SWAP_DONE;
        } else {
            first_failure = *swap;
            if (undo(swap))
                *swap = first_failure;
            else
                result = FILE_SWAP_STUCK;
        }
    }
    if (result != FILE_SWAP_STUCK)
        file_swap_sweep(swap);
    return result;
}

enum file_swap_result file_swap_recover(struct file_swap *swap)
{
    enum file_swap_result result = FILE_SWAP_DONE;

    if (exists(swap, FILE_SWAP_JOURNAL) && (!read_journal(swap) || !undo(swap)))
        result = FILE_SWAP_STUCK;
    swap->item_count = 0;
    if (result == FILE_SWAP_DONE)
        file_swap_sweep(swap);
    return result;
}

/* --- leftovers ----------------------------------------------------------------------------------
 */

static bool ends_in(const wchar_t *name, const wchar_t *suffix)
{
    size_t chars = wcslen(name), suffix_chars = wcslen(suffix);

    return chars > suffix_chars && _wcsicmp(name + chars - suffix_chars, suffix) == 0;
}

/* A mapped file stays until Windows starts again, or until the next change. */
static void delete_leftover(const wchar_t *path)
{
    if (!may_go_on())
        return;
    SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL);
    if (!DeleteFileW(path))
        MoveFileExW(path, NULL, MOVEFILE_DELAY_UNTIL_REBOOT);
}

void file_swap_sweep(const struct file_swap *swap)
{
    wchar_t path[PATH_CHARS];
    WIN32_FIND_DATAW found;
    HANDLE find;

    join(swap, L"*", path);
    find = FindFirstFileW(path, &found);
    if (find == INVALID_HANDLE_VALUE)
        return;
    do {
        if ((found.dwFileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT)) ||
            (!ends_in(found.cFileName, FILE_SWAP_NEW_SUFFIX) &&
             !ends_in(found.cFileName, FILE_SWAP_OLD_SUFFIX)))
            continue;
        join(swap, found.cFileName, path);
        delete_leftover(path);
    } while (FindNextFileW(find, &found));
    FindClose(find);
}
