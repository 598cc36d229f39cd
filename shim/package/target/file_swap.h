/*
 * file_swap.h - changes several files of a folder together: afterwards all are changed or none is.
 *
 * New files are written beside the present ones first. Then the present ones are renamed aside and
 * the new ones get their names: Windows renames a file that is mapped, but neither overwrites nor
 * deletes it. A journal in the folder names every step before the first is made, and its deletion
 * is what completes the change. Whoever finds a journal undoes what it names, so that a change that
 * was interrupted, even by a power failure, is undone by the next one.
 *
 * Must not know what the files are.
 */
#ifndef FILE_SWAP_H
#define FILE_SWAP_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#define FILE_SWAP_FOLDER_CHARS 300
#define FILE_SWAP_NAME_CHARS   100
#define FILE_SWAP_ITEMS_MAX    20

#define FILE_SWAP_JOURNAL    L"ntdsbcli-setup.journal"
#define FILE_SWAP_NEW_SUFFIX L".ntdsbcli-new"
#define FILE_SWAP_OLD_SUFFIX L".ntdsbcli-old"

enum file_swap_result
{
    FILE_SWAP_DONE,
    FILE_SWAP_UNDONE, /* it failed, and everything is as before */
    FILE_SWAP_STUCK   /* undoing failed, too: the journal stays for the next attempt */
};

/* Names of one folder; "" for none. */
struct file_swap_item
{
    wchar_t name[FILE_SWAP_NAME_CHARS];
    wchar_t from[FILE_SWAP_NAME_CHARS];  /* what gets the name */
    wchar_t aside[FILE_SWAP_NAME_CHARS]; /* what the present file of that name is renamed to */
};

struct file_swap
{
    wchar_t folder[FILE_SWAP_FOLDER_CHARS];
    struct file_swap_item items[FILE_SWAP_ITEMS_MAX];
    size_t item_count;
    wchar_t stamp[20];                         /* in the names that this change makes */
    wchar_t failed_name[FILE_SWAP_NAME_CHARS]; /* after a failure: the file, */
    DWORD error;                               /* and the Win32 code */
};

/* folder: without a backslash at its end. False: too long. */
bool file_swap_begin(struct file_swap *swap, const wchar_t *folder);

/*
 * Copies the file source beside: it becomes name in file_swap_apply.
 *
 * kept  The name for a present file of that name, which must not exist; NULL: it is deleted.
 *
 * False: nothing has changed but for files that file_swap_sweep deletes.
 */
bool file_swap_put(struct file_swap *swap, const wchar_t *source, const wchar_t *name,
                   const wchar_t *kept);

/* name is deleted in file_swap_apply. back: a file that gets the name then; NULL for none. */
bool file_swap_take(struct file_swap *swap, const wchar_t *name, const wchar_t *back);

/* Makes the change, and deletes what was renamed aside, at the next start of Windows if need be. */
enum file_swap_result file_swap_apply(struct file_swap *swap);

/* Undoes a change that was interrupted, if there is one. FILE_SWAP_DONE or FILE_SWAP_STUCK. */
enum file_swap_result file_swap_recover(struct file_swap *swap);

/* Deletes files that a change left beside. Only if there is no journal. */
void file_swap_sweep(const struct file_swap *swap);

/* For tests: asked before each change of a file, which fails if it returns false. NULL: none. */
void file_swap_replace_gate(bool (*gate)(void));

#endif
