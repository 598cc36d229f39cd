/* The directory's own folders: their old files and their free space. */
#include "destination.h"

#include <stdlib.h>
#include <wchar.h>

#include "console.h"
#include "paths.h"
#include "progress.h"
#include "text.h"

#define FOLDER_COUNT 3 /* of database, logs and checkpoint */

/* The folder of PATH, a full path; on the heap. */
static wchar_t *parent_of(const wchar_t *path)
{
    wchar_t *folder = _wcsdup(path);
    wchar_t *backslash = folder ? wcsrchr(folder, L'\\') : NULL;

    if (backslash)
        *backslash = L'\0';
    return folder;
}

/* Gets what is the same for all paths of one folder. False if there is no such folder. */
static bool identify(const wchar_t *folder, BY_HANDLE_FILE_INFORMATION *information)
{
    HANDLE handle = CreateFileW(folder, FILE_READ_ATTRIBUTES,
                                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    bool done = handle != INVALID_HANDLE_VALUE && GetFileInformationByHandle(handle, information);

    if (handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
    return done;
}

static bool same_folder(const wchar_t *a, const wchar_t *b)
{
    BY_HANDLE_FILE_INFORMATION of_a, of_b;

    if (_wcsicmp(a, b) == 0)
        return true;
    return identify(a, &of_a) && identify(b, &of_b) &&
           of_a.dwVolumeSerialNumber == of_b.dwVolumeSerialNumber &&
           of_a.nFileIndexHigh == of_b.nFileIndexHigh && of_a.nFileIndexLow == of_b.nFileIndexLow;
}

/* Moving or deleting the old files would take the backup along. */
static enum exit_code refuse_own_folder(const struct destination *destination)
{
    messages_error(
        L"the backup folder \"%ls\" is one of the directory's own folders.\n  A restore would "
        L"take its files for old ones. Move the backup to another folder.\n",
        destination->source->shown);
    return EXIT_USAGE;
}

/* Lists each folder once, even if two paths lead to it. */
static enum exit_code list_folders(struct destination *destination,
                                   wchar_t *const folders[FOLDER_COUNT])
{
    enum exit_code code = EXIT_OK;
    size_t i, j;

    for (i = 0; i < FOLDER_COUNT && code == EXIT_OK; i++) {
        for (j = 0; j < i && !same_folder(folders[i], folders[j]); j++)
            ;
        if (same_folder(folders[i], destination->source->path))
            code = refuse_own_folder(destination);
        else if (j == i)
            code = old_files_find(&destination->old, folders[i], destination->plan->database);
    }
    return code;
}

/* Characters of the drive, or of server and share, in PATH, which is in the \\?\ form. */
static size_t root_chars(const wchar_t *path)
{
    size_t chars = wcsncmp(path, L"\\\\?\\UNC\\", 8) == 0 ? 8 : 4;

    if (chars == 8)
        chars += wcscspn(path + chars, L"\\") + 1;
    return chars + wcscspn(path + chars, L"\\");
}

static bool on_root(const wchar_t *root, const wchar_t *path)
{
    size_t chars = wcslen(root);

    return root_chars(path) == chars && _wcsnicmp(root, path, chars) == 0;
}

static enum exit_code report_no_room(const struct destination *destination, const wchar_t *root,
                                     uint64_t needed, uint64_t available, uint64_t old)
{
    wchar_t texts[3][PROGRESS_TEXT_CHARS];
    const wchar_t *lead;

    progress_size_text(needed, texts[0]);
    progress_size_text(available, texts[1]);
    progress_size_text(available + old, texts[2]);
    root = paths_shown(root, &lead);
    messages_error(L"\"%ls%ls\" has too little free space: the backup needs %ls there, %ls is free",
                   lead, root, texts[0], texts[1]);
    if (old)
        console_print(CONSOLE_ERROR, L", and %ls once the old files are deleted", texts[2]);
    console_print(CONSOLE_ERROR, L".\n  Free some space there, then restore again");
    if (!destination->delete_old && needed <= available + old)
        console_print(CONSOLE_ERROR, L"; or use --delete-old, after which a failed restore cannot "
                                     L"put the old files back");
    console_print(CONSOLE_ERROR, L".\n");
    return EXIT_WRITE;
}

static uint64_t needed_on(const struct plan *plan, const wchar_t *root)
{
    const struct plan_item *item;
    uint64_t needed = 0;

    for (item = plan->items; item; item = item->next) {
        wchar_t *path = paths_full(item->new_path);

        if (path && on_root(root, path))
            needed += item->bytes;
        free(path);
    }
    return needed;
}

static uint64_t old_on(const struct old_files *files, const wchar_t *root)
{
    const struct old_file *file;
    uint64_t old = 0;

    for (file = files->files; file; file = file->next)
        old += on_root(root, file->path) ? file->bytes : 0;
    return old;
}

/* A folder that is missing can be created, but not its drive or share. */
static enum exit_code check_root(const wchar_t *folder, const wchar_t *root_folder)
{
    if (GetFileAttributesW(folder) != INVALID_FILE_ATTRIBUTES ||
        GetFileAttributesW(root_folder) != INVALID_FILE_ATTRIBUTES)
        return EXIT_OK;
    return messages_file_failed(EXIT_WRITE, L"reach", root_folder, GetLastError(),
                                MESSAGES_DIRECTORY);
}

/* Checks the disk of FOLDER. A disk whose free space is unknown passes. */
static enum exit_code check_room(const struct destination *destination, const wchar_t *folder)
{
    wchar_t *root = _wcsdup(folder);
    wchar_t *root_folder = NULL;
    uint64_t needed, old;
    ULARGE_INTEGER available;
    enum exit_code code;

    if (!root)
        return messages_no_memory();
    root[root_chars(root)] = L'\0';
    needed = needed_on(destination->plan, root);
    old = old_on(&destination->old, root);
    root_folder = text_new(L"%ls\\", root);
    code = root_folder ? check_root(folder, root_folder) : messages_no_memory();
    if (code == EXIT_OK && GetDiskFreeSpaceExW(root_folder, &available, NULL, NULL) &&
        needed > available.QuadPart + (destination->delete_old ? old : 0))
        code = report_no_room(destination, root, needed, available.QuadPart, old);
    free(root_folder);
    free(root);
    return code;
}

enum exit_code destination_open(struct destination *destination, const struct plan *plan,
                                const struct source *source, bool delete_old)
{
    wchar_t *database = paths_full(plan->database);
    wchar_t *folders[FOLDER_COUNT] = {
        database ? parent_of(database) : NULL,
        paths_full(plan->log_folder),
        paths_full(plan->checkpoint_folder),
    };
    enum exit_code code = EXIT_OK;
    size_t i;

    *destination = (struct destination){.plan = plan, .source = source, .delete_old = delete_old};
    if (folders[0] && folders[1] && folders[2])
        code = list_folders(destination, folders);
    else
        code = messages_no_memory();
    for (i = 0; i < FOLDER_COUNT; i++) {
        if (code == EXIT_OK)
            code = check_room(destination, folders[i]);
    }
    for (i = 0; i < FOLDER_COUNT; i++)
        free(folders[i]);
    free(database);
    return code;
}

void destination_free(struct destination *destination)
{
    old_files_free(&destination->old);
}
