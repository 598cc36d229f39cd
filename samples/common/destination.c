/* The directory's own folders: their old files, their free space, and emptying them. */
#include "destination.h"

#include <stdlib.h>
#include <wchar.h>

#include "console.h"
#include "paths.h"
#include "progress.h"
#include "text.h"

#define FOLDER_COUNT 3 /* of database, logs and checkpoint */

struct destination_file
{
    struct destination_file *next;
    wchar_t *path;
    uint64_t bytes;
};

/* The folder of PATH, a full path; on the heap. */
static wchar_t *parent_of(const wchar_t *path)
{
    wchar_t *folder = _wcsdup(path);
    wchar_t *backslash = folder ? wcsrchr(folder, L'\\') : NULL;

    if (backslash)
        *backslash = L'\0';
    return folder;
}

static bool has_ending(const wchar_t *name, const wchar_t *ending)
{
    size_t name_chars = wcslen(name);
    size_t ending_chars = wcslen(ending);

    return name_chars >= ending_chars && _wcsicmp(name + name_chars - ending_chars, ending) == 0;
}

/* The engine keeps files beside a database that differ from it in their ending only. */
static bool belongs_to_database(const wchar_t *database, const wchar_t *name)
{
    const wchar_t *file_name = wcsrchr(database, L'\\') + 1;
    const wchar_t *dot = wcsrchr(file_name, L'.');
    size_t stem_chars = dot ? (size_t)(dot - file_name) : wcslen(file_name);

    if (_wcsicmp(name, file_name) == 0)
        return true;
    return _wcsnicmp(name, file_name, stem_chars) == 0 &&
           (_wcsicmp(name + stem_chars, L".jfm") == 0 || _wcsicmp(name + stem_chars, L".pat") == 0);
}

/* Logs, reserve logs and checkpoints, by the engine's naming; the directory's begin with "edb". */
static bool belongs_to_engine(const wchar_t *name)
{
    static const wchar_t *const endings[] = {L".log", L".jtx", L".jrs", L".chk", L".jcp", L".jfm"};
    static const wchar_t *const names[] = {L"res1.log", L"res2.log", L"temp.edb"};
    size_t i;

    for (i = 0; i < ARRAYSIZE(names); i++) {
        if (_wcsicmp(name, names[i]) == 0)
            return true;
    }
    for (i = 0; i < ARRAYSIZE(endings); i++) {
        if (_wcsnicmp(name, L"edb", 3) == 0 && has_ending(name, endings[i]))
            return true;
    }
    return false;
}

static enum exit_code add_old_file(struct destination *destination, const wchar_t *folder,
                                   const WIN32_FIND_DATAW *found)
{
    struct destination_file *file = calloc(1, sizeof(*file));

    if (file)
        file->path = text_new(L"%ls\\%ls", folder, found->cFileName);
    if (!file || !file->path) {
        free(file);
        return messages_no_memory();
    }
    file->bytes = (uint64_t)found->nFileSizeHigh << 32 | found->nFileSizeLow;
    file->next = destination->old_files;
    destination->old_files = file;
    destination->old_count++;
    return EXIT_OK;
}

static enum exit_code list_folder(struct destination *destination, const wchar_t *folder)
{
    WIN32_FIND_DATAW found;
    wchar_t *pattern = text_new(L"%ls\\*", folder);
    enum exit_code code = EXIT_OK;
    HANDLE search = INVALID_HANDLE_VALUE;
    DWORD error = ERROR_NOT_ENOUGH_MEMORY;

    if (pattern) {
        search = FindFirstFileW(pattern, &found);
        error = GetLastError();
    }
    free(pattern);
    if (search == INVALID_HANDLE_VALUE) {
        /* A missing folder holds no old file; it is created with the first file that goes there. */
        if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
            return EXIT_OK;
        return messages_file_failed(EXIT_WRITE, L"look into", folder, error, MESSAGES_DIRECTORY);
    }
    do {
        if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) &&
            (belongs_to_engine(found.cFileName) ||
             belongs_to_database(destination->plan->database, found.cFileName)))
            code = add_old_file(destination, folder, &found);
    } while (code == EXIT_OK && FindNextFileW(search, &found));
    FindClose(search);
    return code;
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

/* Deleting the old files would delete the backup. */
static enum exit_code refuse_own_folder(const struct destination *destination)
{
    messages_error(
        L"the backup folder \"%ls\" is one of the directory's own folders.\n  A restore would "
        L"delete the backup before it is copied. Move the backup to another folder.\n",
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
            code = list_folder(destination, folders[i]);
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

static enum exit_code report_no_room(const wchar_t *root, uint64_t needed, uint64_t available)
{
    wchar_t needed_text[PROGRESS_TEXT_CHARS], available_text[PROGRESS_TEXT_CHARS];
    const wchar_t *lead;

    progress_size_text(needed, needed_text);
    progress_size_text(available, available_text);
    root = paths_shown(root, &lead);
    messages_error(
        L"\"%ls%ls\" has too little free space: the backup needs %ls there, and %ls will be free "
        L"once the old files are deleted.\n  Free some space there, then restore again.\n",
        lead, root, needed_text, available_text);
    return EXIT_WRITE;
}

/* Checks the disk of FOLDER. A disk whose free space is unknown passes. */
static enum exit_code check_room(const struct destination *destination, const wchar_t *folder)
{
    const struct plan_item *item;
    const struct destination_file *file;
    wchar_t *root = _wcsdup(folder);
    wchar_t *root_folder = NULL;
    uint64_t needed = 0, old = 0;
    ULARGE_INTEGER available;
    enum exit_code code = EXIT_OK;

    if (!root)
        return messages_no_memory();
    root[root_chars(root)] = L'\0';
    for (item = destination->plan->items; item; item = item->next) {
        wchar_t *path = paths_full(item->new_path);

        if (path && on_root(root, path))
            needed += item->bytes;
        free(path);
    }
    for (file = destination->old_files; file; file = file->next)
        old += on_root(root, file->path) ? file->bytes : 0;
    root_folder = text_new(L"%ls\\", root);
    if (root_folder && GetDiskFreeSpaceExW(root_folder, &available, NULL, NULL) &&
        needed > available.QuadPart + old)
        code = report_no_room(root, needed, available.QuadPart + old);
    free(root_folder);
    free(root);
    return code;
}

enum exit_code destination_open(struct destination *destination, const struct plan *plan,
                                const struct source *source)
{
    wchar_t *database = paths_full(plan->database);
    wchar_t *folders[FOLDER_COUNT] = {
        database ? parent_of(database) : NULL,
        paths_full(plan->log_folder),
        paths_full(plan->checkpoint_folder),
    };
    enum exit_code code = EXIT_OK;
    size_t i;

    *destination = (struct destination){.plan = plan, .source = source};
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

void destination_print_old(const struct destination *destination)
{
    const struct destination_file *file;

    for (file = destination->old_files; file; file = file->next) {
        wchar_t size[PROGRESS_TEXT_CHARS];
        const wchar_t *lead;
        const wchar_t *shown = paths_shown(file->path, &lead);

        progress_size_text(file->bytes, size);
        console_print(CONSOLE_OUTPUT, L"  %10ls  %ls%ls\n", size, lead, shown);
    }
}

enum exit_code destination_empty(const struct destination *destination, HRESULT *failure)
{
    const struct destination_file *file;

    for (file = destination->old_files; file; file = file->next) {
        /* A read-only file could not be deleted. */
        (void)SetFileAttributesW(file->path, FILE_ATTRIBUTE_NORMAL);
        if (!DeleteFileW(file->path) && GetLastError() != ERROR_FILE_NOT_FOUND) {
            DWORD error = GetLastError();

            *failure = HRESULT_FROM_WIN32(error);
            return messages_file_failed(EXIT_WRITE, L"delete", file->path, error,
                                        MESSAGES_DIRECTORY);
        }
    }
    return EXIT_OK;
}

void destination_free(struct destination *destination)
{
    while (destination->old_files) {
        struct destination_file *file = destination->old_files;

        destination->old_files = file->next;
        free(file->path);
        free(file);
    }
}
