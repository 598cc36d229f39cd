/*
 * setup_files.c - decides for each file, then has file_swap change all of them together.
 */
#include "setup_files.h"

#include "file_swap.h"
#include "owner.h"
#include "setup_entries.h"

#include "record/event_log.h"

#include <stdio.h>

#define ALIAS_NAME  L"ntdsbclilib.dll"
#define KEPT_SUFFIX L".before-ntdsbcli"
#define LIST_CHARS  1000
#define FILE_CHARS  (SETUP_PATH_CHARS + FILE_SWAP_NAME_CHARS)

/* Lists as in the record: names, each followed by a slash. */
struct record
{
    wchar_t files[LIST_CHARS];
    wchar_t kept[LIST_CHARS]; /* those whose former file was renamed */
};

/* What an installation or a removal works on. */
struct work
{
    const struct setup_target *target;
    const wchar_t *brought;
    bool alias, replace;
    struct record before, after;
    struct file_swap swap;
};

static const wchar_t *const in_the_way =
    L"%ls\\%ls is in use. End the program first. Nothing was changed.";

static void path_in(const wchar_t *folder, const wchar_t *name, wchar_t path[FILE_CHARS])
{
    _snwprintf(path, FILE_CHARS - 1, L"%ls\\%ls", folder, name);
    path[FILE_CHARS - 1] = 0;
}

static bool exists(const wchar_t *folder, const wchar_t *name)
{
    static wchar_t path[FILE_CHARS];

    path_in(folder, name, path);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static void kept_name(const wchar_t *name, wchar_t kept[FILE_SWAP_NAME_CHARS])
{
    _snwprintf(kept, FILE_SWAP_NAME_CHARS, L"%ls" KEPT_SUFFIX, name);
}

/* --- lists and the record -----------------------------------------------------------------------
 */

/* Takes the next name off the list. A name that leads out of the folder is none. */
static bool next_name(const wchar_t **list, wchar_t name[FILE_SWAP_NAME_CHARS])
{
    size_t chars = wcscspn(*list, L"/\\:");

    if ((*list)[chars] != L'/' || !chars || chars >= FILE_SWAP_NAME_CHARS / 2)
        return false;
    wmemcpy(name, *list, chars);
    name[chars] = 0;
    *list += chars + 1;
    return true;
}

static bool has(const wchar_t *list, const wchar_t *wanted)
{
    wchar_t name[FILE_SWAP_NAME_CHARS];

    while (next_name(&list, name)) {
        if (_wcsicmp(name, wanted) == 0)
            return true;
    }
    return false;
}

static void append(wchar_t list[LIST_CHARS], const wchar_t *name)
{
    if (!has(list, name) && wcslen(list) + wcslen(name) + 2 < LIST_CHARS)
        wcscat(wcscat(list, name), L"/");
}

static void read_record(struct work *work)
{
    static wchar_t path[FILE_CHARS];

    path_in(work->target->folder, SETUP_FILES_RECORD, path);
    GetPrivateProfileStringW(L"ntdsbcli", L"Files", L"", work->before.files, LIST_CHARS, path);
    GetPrivateProfileStringW(L"ntdsbcli", L"Kept", L"", work->before.kept, LIST_CHARS, path);
}

/*
 * The key that the folder had before it was renamed, if its entry is still there. The record of a
 * copy names the entry of the original, which is where that says.
 */
static bool read_former_key(const struct setup_target *target, wchar_t key[SETUP_KEY_CHARS])
{
    static wchar_t path[FILE_CHARS];
    static struct setup_entry entry;

    path_in(target->folder, SETUP_FILES_RECORD, path);
    GetPrivateProfileStringW(L"ntdsbcli", L"Key", L"", key, SETUP_KEY_CHARS, path);
    return key[0] && !wcschr(key, L'\\') && _wcsicmp(key, target->key) != 0 &&
           setup_entries_read(key, &entry) && !exists(entry.folder, SETUP_FILES_RECORD);
}

/* Only file names and the key, so ANSI is enough for this file. */
static bool write_record(const struct work *work)
{
    static wchar_t path[FILE_CHARS];

    path_in(work->brought, SETUP_FILES_RECORD, path);
    return WritePrivateProfileStringW(L"ntdsbcli", L"Key", work->target->key, path) &&
           WritePrivateProfileStringW(L"ntdsbcli", L"Files", work->after.files, path) &&
           WritePrivateProfileStringW(L"ntdsbcli", L"Kept", work->after.kept, path);
}

/* --- before anything is changed -----------------------------------------------------------------
 */

/* Nothing that a program runs with: renamed while it is in use, and nobody notices. */
static bool may_be_in_use(const wchar_t *name)
{
    return _wcsicmp(name, EVENT_LOG_FILE) == 0 || _wcsicmp(name, L"ntdsdoctor.exe") == 0;
}

static bool is_in_use(const struct work *work, const wchar_t *name)
{
    static wchar_t path[FILE_CHARS];

    path_in(work->target->raw_folder, name, path);
    return owner_is_unreadable(path) || (!may_be_in_use(name) && owner_is_running(path));
}

static bool is_foreign(const struct work *work, const wchar_t *name)
{
    static wchar_t path[FILE_CHARS];

    path_in(work->target->folder, name, path);
    return owner_is_foreign(path);
}

static enum setup_exit refuse_change(const struct work *work, enum file_swap_result result)
{
    if (result == FILE_SWAP_STUCK)
        return setup_result_refuse(
            SETUP_STUCK,
            L"A change of the files in %ls was interrupted and could not be undone: %ls, Win32 "
            L"error %lu. End the programs that use them and run Setup again; the program cannot "
            L"make backups until then.",
            work->target->folder, work->swap.failed_name, work->swap.error);
    return setup_result_refuse(
        SETUP_NOT_WRITTEN,
        L"The files in %ls could not be changed: %ls, Win32 error %lu. Everything is as before.",
        work->target->folder, work->swap.failed_name, work->swap.error);
}

static enum setup_exit begin(struct work *work)
{
    if (file_swap_begin(&work->swap, work->target->raw_folder))
        return SETUP_GOOD;
    return setup_result_refuse(SETUP_LONG_PATH, L"The path %ls is too long.", work->target->folder);
}

/* Nothing was applied: what lies beside goes. */
static enum setup_exit give_up(struct work *work)
{
    file_swap_sweep(&work->swap);
    return refuse_change(work, FILE_SWAP_UNDONE);
}

static enum setup_exit apply(struct work *work)
{
    enum file_swap_result result = file_swap_apply(&work->swap);

    return result == FILE_SWAP_DONE ? SETUP_GOOD : refuse_change(work, result);
}

enum setup_exit setup_files_recover(const struct setup_target *target)
{
    static struct work work;
    enum setup_exit code;

    work.target = target;
    code = begin(&work);
    if (code == SETUP_GOOD && file_swap_recover(&work.swap) != FILE_SWAP_DONE)
        code = refuse_change(&work, FILE_SWAP_STUCK);
    return code;
}

/* --- installing ---------------------------------------------------------------------------------
 */

static enum setup_exit ask_for(struct work *work, const wchar_t *name)
{
    const wchar_t *folder = work->target->folder;
    wchar_t kept[FILE_SWAP_NAME_CHARS];

    if (is_in_use(work, name))
        return setup_result_refuse(SETUP_RUNNING, in_the_way, folder, name);
    if (is_foreign(work, name)) {
        kept_name(name, kept);
        if (exists(folder, kept))
            return setup_result_refuse(SETUP_FOREIGN,
                                       L"%ls in %ls is not part of ntdsbcli, and %ls was already "
                                       L"kept there. Remove one of them.",
                                       name, folder, kept);
        if (!work->replace) {
            setup_result_tell(L"Foreign", name);
            return setup_result_refuse(SETUP_FOREIGN,
                                       L"%ls in %ls is not part of ntdsbcli. With /REPLACE, Setup "
                                       L"renames it and restores it at uninstall.",
                                       name, folder);
        }
        append(work->after.kept, name);
    }
    append(work->after.files, name);
    return SETUP_GOOD;
}

static enum setup_exit refuse_incomplete(const wchar_t *name)
{
    return setup_result_refuse(
        SETUP_NOT_WRITTEN,
        L"Setup's own file %ls is missing: it could not be extracted, or other software, for "
        L"example antivirus software, has removed it. Nothing was changed.",
        name);
}

/* Fills the list of what will be installed: all that the installer has, whatever became of it. */
static enum setup_exit ask_for_all(struct work *work)
{
    static wchar_t folder[FILE_CHARS], path[FILE_CHARS], names[LIST_CHARS];
    wchar_t name[FILE_SWAP_NAME_CHARS];
    const wchar_t *list = names;
    enum setup_exit code = SETUP_GOOD;

    path_in(work->brought, work->target->architecture, folder);
    path_in(folder, SETUP_FILES_LIST, path);
    if (!GetPrivateProfileStringW(L"ntdsbcli", L"Files", L"", names, LIST_CHARS, path))
        return refuse_incomplete(SETUP_FILES_LIST);
    while (code == SETUP_GOOD && next_name(&list, name)) {
        if (!exists(folder, name))
            code = refuse_incomplete(name);
        else if (work->alias || _wcsicmp(name, ALIAS_NAME) != 0)
            code = ask_for(work, name);
    }
    return code;
}

static bool put(struct work *work, const wchar_t *folder, const wchar_t *name, const wchar_t *kept)
{
    static wchar_t brought[FILE_CHARS], source[FILE_CHARS];

    path_in(work->brought, folder, brought);
    path_in(brought, name, source);
    return file_swap_put(&work->swap, source, name, kept);
}

/* A file that is not ours was put there since the installation, and stays. */
static bool take(struct work *work, const wchar_t *name)
{
    wchar_t kept[FILE_SWAP_NAME_CHARS];
    bool is_kept = has(work->before.kept, name);

    kept_name(name, kept);
    if (is_foreign(work, name))
        return true;
    return file_swap_take(&work->swap, name,
                          is_kept && exists(work->target->folder, kept) ? kept : NULL);
}

/* What an earlier version installed, and this one does not. */
static bool take_obsolete(struct work *work)
{
    const wchar_t *list = work->before.files;
    wchar_t name[FILE_SWAP_NAME_CHARS];

    while (next_name(&list, name)) {
        if (!has(work->after.files, name) && !take(work, name))
            return false;
    }
    return true;
}

static bool put_all(struct work *work)
{
    const wchar_t *list = work->after.files;
    wchar_t name[FILE_SWAP_NAME_CHARS], kept[FILE_SWAP_NAME_CHARS];

    while (next_name(&list, name)) {
        kept_name(name, kept);
        if (!put(work, work->target->architecture, name, is_foreign(work, name) ? kept : NULL))
            return false;
    }
    return put(work, L".", SETUP_FILES_UNINSTALLER, NULL) && write_record(work) &&
           put(work, L".", SETUP_FILES_RECORD, NULL) && take_obsolete(work);
}

enum setup_exit setup_files_install(const struct setup_target *target, const wchar_t *brought,
                                    bool alias, bool replace)
{
    static struct work work;
    wchar_t former_key[SETUP_KEY_CHARS];
    bool was_renamed = read_former_key(target, former_key);
    enum setup_exit code;

    memset(&work, 0, sizeof(work));
    work.target = target;
    work.brought = brought;
    work.replace = replace;
    read_record(&work);
    work.alias = alias || has(work.before.files, ALIAS_NAME);
    /* The files that an earlier installation renamed stay renamed. */
    wcscpy(work.after.kept, work.before.kept);
    code = begin(&work);
    if (code == SETUP_GOOD)
        code = ask_for_all(&work);
    if (code != SETUP_GOOD)
        return code;
    code = put_all(&work) ? apply(&work) : give_up(&work);
    /* The installer writes a new one. */
    if (code == SETUP_GOOD && was_renamed)
        setup_entries_forget(former_key);
    return code;
}

/* --- removing -----------------------------------------------------------------------------------
 */

static enum setup_exit refuse_in_use(const struct work *work)
{
    const wchar_t *list = work->before.files;
    wchar_t name[FILE_SWAP_NAME_CHARS];

    while (next_name(&list, name)) {
        if (is_in_use(work, name))
            return setup_result_refuse(SETUP_RUNNING, in_the_way, work->target->folder, name);
    }
    return SETUP_GOOD;
}

enum setup_exit setup_files_remove(struct setup_target *target)
{
    static struct work work;
    wchar_t name[FILE_SWAP_NAME_CHARS], former_key[SETUP_KEY_CHARS];
    const wchar_t *list;
    enum setup_exit code;
    bool taken = true;

    memset(&work, 0, sizeof(work));
    work.target = target;
    if (!exists(target->folder, SETUP_FILES_RECORD))
        return setup_result_refuse(SETUP_NO_PROGRAM, L"ntdsbcli is not installed in %ls.",
                                   target->folder);
    read_record(&work);
    if (read_former_key(target, former_key))
        wcscpy(target->key, former_key);
    code = begin(&work);
    if (code == SETUP_GOOD)
        code = refuse_in_use(&work);
    if (code != SETUP_GOOD)
        return code;
    for (list = work.before.files; taken && next_name(&list, name);)
        taken = take(&work, name);
    taken = taken && file_swap_take(&work.swap, SETUP_FILES_RECORD, NULL);
    return taken ? apply(&work) : give_up(&work);
}
