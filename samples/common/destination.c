/* The directory's own folders: their old files and their free space. */
#include "destination.h"

#include <stdlib.h>
#include <wchar.h>

#include "console.h"
#include "paths.h"
#include "progress.h"

#define FOLDER_COUNT 3 /* of database, logs and checkpoint */

/* A folder of the directory, and the disk that it is on, or will be. */
struct place
{
    wchar_t *folder; /* full */
    DWORD serial;
    uint64_t disk_bytes; /* 0: nothing is known of the disk */
    uint64_t free_bytes;
};

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
static enum exit_code list_folders(struct destination *destination, const struct place *places)
{
    enum exit_code code = EXIT_OK;
    size_t i, j;

    for (i = 0; i < FOLDER_COUNT && code == EXIT_OK; i++) {
        for (j = 0; j < i && !same_folder(places[i].folder, places[j].folder); j++)
            ;
        if (same_folder(places[i].folder, destination->source->path))
            code = refuse_own_folder(destination);
        else if (j == i)
            code = old_files_find(&destination->old, places[i].folder, destination->plan->database);
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

/* PATH ends in a backslash, and then in the one before. False: it is a root. */
static bool cut_folder(wchar_t *path)
{
    size_t chars = wcslen(path) - 1;

    if (chars <= root_chars(path))
        return false;
    while (path[chars - 1] != L'\\')
        chars--;
    path[chars] = L'\0';
    return true;
}

/* A disk may be mounted at any folder on the way. One that does not tell its free space passes. */
static void look_at_disk(struct place *place, const wchar_t *folder)
{
    BY_HANDLE_FILE_INFORMATION information;
    ULARGE_INTEGER available, total;

    if (!GetDiskFreeSpaceExW(folder, &available, &total, NULL))
        return;
    place->free_bytes = available.QuadPart;
    place->disk_bytes = total.QuadPart;
    if (identify(folder, &information))
        place->serial = information.dwVolumeSerialNumber;
}

/* A folder that is missing can be created, but not its drive or share. */
static enum exit_code find_disk(struct place *place)
{
    wchar_t *folder = paths_join(place->folder, L"");
    enum exit_code code = EXIT_OK;
    DWORD attributes;

    if (!folder)
        return messages_no_memory();
    do {
        attributes = GetFileAttributesW(folder);
    } while (attributes == INVALID_FILE_ATTRIBUTES && cut_folder(folder));
    if (attributes == INVALID_FILE_ATTRIBUTES)
        code =
            messages_file_failed(EXIT_WRITE, L"reach", folder, GetLastError(), MESSAGES_DIRECTORY);
    else
        look_at_disk(place, folder);
    free(folder);
    return code;
}

/* Not every disk has a serial number. */
static bool same_disk(const struct place *a, const struct place *b)
{
    return a->serial == b->serial && a->disk_bytes == b->disk_bytes;
}

/* Is PATH, a full path, that of a file in a folder on the disk of PLACE? */
static bool is_on_disk(const struct place *places, const struct place *place, const wchar_t *path)
{
    size_t chars = (size_t)(wcsrchr(path, L'\\') - path);
    size_t i;

    for (i = 0; i < FOLDER_COUNT; i++) {
        const wchar_t *folder = places[i].folder;

        if (_wcsnicmp(folder, path, chars) == 0 && wcslen(folder + chars) <= 1)
            return same_disk(&places[i], place);
    }
    return false;
}

static enum exit_code report_no_room(const struct destination *destination,
                                     const struct place *place, uint64_t needed, uint64_t old)
{
    uint64_t available = place->free_bytes;
    wchar_t texts[3][PROGRESS_TEXT_CHARS];
    const wchar_t *lead;
    const wchar_t *shown = paths_shown(place->folder, &lead);

    progress_size_text(needed, texts[0]);
    progress_size_text(available, texts[1]);
    progress_size_text(available + old, texts[2]);
    messages_error(L"the disk of \"%ls%ls\" has too little free space: the backup needs %ls there, "
                   L"%ls is free",
                   lead, shown, texts[0], texts[1]);
    if (old)
        console_print(CONSOLE_ERROR, L", and %ls once the old files are deleted", texts[2]);
    console_print(CONSOLE_ERROR, L".\n  Free some space there, then restore again");
    if (!destination->delete_old && needed <= available + old)
        console_print(CONSOLE_ERROR, L"; or use --delete-old, after which a failed restore cannot "
                                     L"put the old files back");
    console_print(CONSOLE_ERROR, L".\n");
    return EXIT_WRITE;
}

static uint64_t needed_on(const struct plan *plan, const struct place *places,
                          const struct place *place)
{
    const struct plan_item *item;
    uint64_t needed = 0;

    for (item = plan->items; item; item = item->next) {
        wchar_t *path = paths_full(item->new_path);

        if (path && is_on_disk(places, place, path))
            needed += item->bytes;
        free(path);
    }
    return needed;
}

static uint64_t old_on(const struct old_files *files, const struct place *places,
                       const struct place *place)
{
    const struct old_file *file;
    uint64_t old = 0;

    for (file = files->files; file; file = file->next)
        old += is_on_disk(places, place, file->path) ? file->bytes : 0;
    return old;
}

static enum exit_code check_room(const struct destination *destination, const struct place *places,
                                 const struct place *place)
{
    uint64_t needed = needed_on(destination->plan, places, place);
    uint64_t old = old_on(&destination->old, places, place);

    if (!place->disk_bytes || needed <= place->free_bytes + (destination->delete_old ? old : 0))
        return EXIT_OK;
    return report_no_room(destination, place, needed, old);
}

static enum exit_code check_disks(const struct destination *destination, struct place *places)
{
    enum exit_code code = EXIT_OK;
    size_t i;

    for (i = 0; i < FOLDER_COUNT && code == EXIT_OK; i++)
        code = find_disk(&places[i]);
    for (i = 0; i < FOLDER_COUNT && code == EXIT_OK; i++)
        code = check_room(destination, places, &places[i]);
    return code;
}

enum exit_code destination_open(struct destination *destination, const struct plan *plan,
                                const struct source *source, bool delete_old)
{
    wchar_t *database = paths_full(plan->database);
    struct place places[FOLDER_COUNT] = {
        {.folder = database ? paths_parent(database) : NULL},
        {.folder = paths_full(plan->log_folder)},
        {.folder = paths_full(plan->checkpoint_folder)},
    };
    enum exit_code code = EXIT_OK;
    size_t i;

    *destination = (struct destination){.plan = plan, .source = source, .delete_old = delete_old};
    if (places[0].folder && places[1].folder && places[2].folder)
        code = list_folders(destination, places);
    else
        code = messages_no_memory();
    if (code == EXIT_OK)
        code = check_disks(destination, places);
    for (i = 0; i < FOLDER_COUNT; i++)
        free(places[i].folder);
    free(database);
    return code;
}

void destination_free(struct destination *destination)
{
    old_files_free(&destination->old);
}
