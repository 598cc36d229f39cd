/* The old files of a directory: found, moved aside on their own disk, put back or deleted. */
#include "old_files.h"

#include <stdlib.h>
#include <wchar.h>

#include "paths.h"
#include "private_folder.h"
#include "progress.h"
#include "text.h"

#define ASIDE_PREFIX L"ntdsbcli-old-"
#define ASIDE_CHARS  24

struct old_folder
{
    struct old_folder *next;
    wchar_t *aside_path;
    bool created;
};

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

static enum exit_code add_file(struct old_files *old, const struct old_folder *folder,
                               const wchar_t *path, const WIN32_FIND_DATAW *found)
{
    struct old_file *file = calloc(1, sizeof(*file));

    if (!file)
        return messages_no_memory();
    file->next = old->files;
    old->files = file;
    old->count++;
    file->folder = folder;
    file->bytes = (uint64_t)found->nFileSizeHigh << 32 | found->nFileSizeLow;
    file->path = paths_join(path, found->cFileName);
    file->aside_path = paths_join(folder->aside_path, found->cFileName);
    return file->path && file->aside_path ? EXIT_OK : messages_no_memory();
}

static enum exit_code report_list(const wchar_t *path, DWORD error)
{
    return messages_file_failed(EXIT_WRITE, L"look into", path, error, MESSAGES_DIRECTORY);
}

/* The first file that PATTERN matches in the folder PATH. A missing folder has none. */
static enum exit_code find_first(const wchar_t *path, const wchar_t *pattern, HANDLE *search,
                                 WIN32_FIND_DATAW *found)
{
    wchar_t *full = paths_join(path, pattern);
    DWORD error;

    *search = INVALID_HANDLE_VALUE;
    if (!full)
        return messages_no_memory();
    *search = FindFirstFileW(full, found);
    error = GetLastError();
    free(full);
    if (*search != INVALID_HANDLE_VALUE || error == ERROR_FILE_NOT_FOUND ||
        error == ERROR_PATH_NOT_FOUND)
        return EXIT_OK;
    return report_list(path, error);
}

/* After FindNextFile: of all, or of those before a failure? */
static enum exit_code find_end(const wchar_t *path)
{
    DWORD error = GetLastError();

    return error == ERROR_NO_MORE_FILES ? EXIT_OK : report_list(path, error);
}

static void tell_of_leftover(const wchar_t *path, const wchar_t *name)
{
    wchar_t *folder = paths_join(path, name);
    const wchar_t *lead;
    const wchar_t *shown = paths_shown(folder ? folder : name, &lead);

    console_print(CONSOLE_OUTPUT,
                  L"Note: \"%ls%ls\" has the old files of an earlier restore that did not "
                  L"end.\n  This restore leaves them there. If it succeeds and the directory "
                  L"starts, delete that folder; to undo the earlier restore instead, move its "
                  L"files back.\n",
                  lead, shown);
    free(folder);
}

/* A folder that an earlier restore left is never used again. */
static enum exit_code choose_aside(struct old_folder *folder, const wchar_t *path)
{
    wchar_t name[ASIDE_CHARS];
    unsigned long number = 0;
    WIN32_FIND_DATAW found;
    HANDLE search;
    enum exit_code code = find_first(path, ASIDE_PREFIX L"*", &search, &found);

    if (search != INVALID_HANDLE_VALUE) {
        do {
            number = max(number, wcstoul(found.cFileName + wcslen(ASIDE_PREFIX), NULL, 10));
            tell_of_leftover(path, found.cFileName);
        } while (FindNextFileW(search, &found));
        code = find_end(path);
        FindClose(search);
    }
    if (code != EXIT_OK)
        return code;
    text_format(name, ASIDE_CHARS, ASIDE_PREFIX L"%lu", number + 1);
    folder->aside_path = paths_join(path, name);
    return folder->aside_path ? EXIT_OK : messages_no_memory();
}

static enum exit_code list_files(struct old_files *old, const struct old_folder *folder,
                                 const wchar_t *path, const wchar_t *database)
{
    WIN32_FIND_DATAW found;
    HANDLE search;
    enum exit_code code = find_first(path, L"*", &search, &found);

    if (search == INVALID_HANDLE_VALUE)
        return code;
    do {
        if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) &&
            (belongs_to_engine(found.cFileName) || belongs_to_database(database, found.cFileName)))
            code = add_file(old, folder, path, &found);
    } while (code == EXIT_OK && FindNextFileW(search, &found));
    if (code == EXIT_OK)
        code = find_end(path);
    FindClose(search);
    return code;
}

enum exit_code old_files_find(struct old_files *old, const wchar_t *path, const wchar_t *database)
{
    struct old_folder *folder = calloc(1, sizeof(*folder));
    enum exit_code code;

    if (!folder)
        return messages_no_memory();
    folder->next = old->folders;
    old->folders = folder;
    code = choose_aside(folder, path);
    return code == EXIT_OK ? list_files(old, folder, path, database) : code;
}

void old_files_print(const struct old_files *old)
{
    const struct old_file *file;

    for (file = old->files; file; file = file->next) {
        wchar_t size[PROGRESS_TEXT_CHARS];
        const wchar_t *lead;
        const wchar_t *shown = paths_shown(file->path, &lead);

        progress_size_text(file->bytes, size);
        console_print(CONSOLE_OUTPUT, L"  %10ls  %ls%ls\n", size, lead, shown);
    }
}

static bool is_used(const struct old_files *old, const struct old_folder *folder)
{
    const struct old_file *file = old->files;

    while (file && file->folder != folder)
        file = file->next;
    return file != NULL;
}

void old_files_print_folders(const struct old_files *old, enum console_stream stream)
{
    const struct old_folder *folder;

    for (folder = old->folders; folder; folder = folder->next) {
        const wchar_t *lead;
        const wchar_t *shown = paths_shown(folder->aside_path, &lead);

        if (is_used(old, folder))
            console_print(stream, L"  %ls%ls\n", lead, shown);
    }
}

static enum exit_code failed(const wchar_t *doing, const wchar_t *path, HRESULT *failure)
{
    DWORD error = GetLastError();

    *failure = HRESULT_FROM_WIN32(error);
    return messages_file_failed(EXIT_WRITE, doing, path, error, MESSAGES_DIRECTORY);
}

static enum exit_code create_folders(struct old_files *old, HRESULT *failure)
{
    struct old_folder *folder;

    for (folder = old->folders; folder; folder = folder->next) {
        folder->created = is_used(old, folder) && private_folder_create(folder->aside_path);
        if (is_used(old, folder) && !folder->created)
            return failed(L"create the folder", folder->aside_path, failure);
    }
    return EXIT_OK;
}

enum exit_code old_files_move_aside(struct old_files *old, HRESULT *failure)
{
    struct old_file *file;
    enum exit_code code = create_folders(old, failure);

    for (file = old->files; file && code == EXIT_OK; file = file->next) {
        file->moved = MoveFileExW(file->path, file->aside_path, MOVEFILE_WRITE_THROUGH);
        if (!file->moved && GetLastError() != ERROR_FILE_NOT_FOUND)
            code = failed(L"move aside", file->path, failure);
    }
    return code;
}

/* Those that are empty by now. */
static void remove_folders(struct old_files *old)
{
    struct old_folder *folder;

    for (folder = old->folders; folder; folder = folder->next) {
        if (folder->created)
            (void)RemoveDirectoryW(folder->aside_path);
    }
}

bool old_files_put_back(struct old_files *old)
{
    struct old_file *file;
    bool all = true;
    HRESULT failure;

    for (file = old->files; file; file = file->next) {
        if (!file->moved)
            continue;
        file->moved = !MoveFileExW(file->aside_path, file->path, MOVEFILE_WRITE_THROUGH);
        if (file->moved)
            (void)failed(L"put back", file->aside_path, &failure);
        all = all && !file->moved;
    }
    remove_folders(old);
    return all;
}

static enum exit_code delete_file(const wchar_t *path, HRESULT *failure)
{
    /* A read-only file could not be deleted. */
    (void)SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL);
    if (DeleteFileW(path) || GetLastError() == ERROR_FILE_NOT_FOUND)
        return EXIT_OK;
    return failed(L"delete", path, failure);
}

void old_files_discard(struct old_files *old)
{
    struct old_file *file;
    HRESULT failure;

    for (file = old->files; file; file = file->next) {
        if (file->moved)
            (void)delete_file(file->aside_path, &failure);
    }
    remove_folders(old);
}

enum exit_code old_files_delete(const struct old_files *old, HRESULT *failure)
{
    const struct old_file *file;
    enum exit_code code = EXIT_OK;

    for (file = old->files; file && code == EXIT_OK; file = file->next)
        code = delete_file(file->path, failure);
    return code;
}

void old_files_free(struct old_files *old)
{
    while (old->files) {
        struct old_file *file = old->files;

        old->files = file->next;
        free(file->path);
        free(file->aside_path);
        free(file);
    }
    while (old->folders) {
        struct old_folder *folder = old->folders;

        old->folders = folder->next;
        free(folder->aside_path);
        free(folder);
    }
}
