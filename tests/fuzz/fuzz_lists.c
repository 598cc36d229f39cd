/*
 * fuzz_lists.c - the lists of names that a backup keeps in files, as legacy-restore and the doctor
 * read them.
 */
#include "fuzz_promise.h"
#include "fuzz_windows.h"

#include "doctor/list_file.h"
#include "doctor/whole_file.h"
#include "legacy-common/name_list.h"

#include "private_folder.h"

#include <string.h>

/* --- what the modules ask for --------------------------------------------------------------------
 */

static const uint8_t *file_bytes;
static size_t file_byte_count;

legacy_result whole_file_read(const wchar_t *path, DWORD max_bytes, void **bytes, DWORD *byte_count)
{
    (void)path;
    if (file_byte_count > max_bytes)
        return ERROR_INVALID_DATA;
    *bytes = malloc(file_byte_count + !file_byte_count);
    PROMISE(*bytes);
    memcpy(*bytes, file_bytes, file_byte_count);
    *byte_count = (DWORD)file_byte_count;
    return S_OK;
}

bool private_folder_create(const wchar_t *path)
{
    (void)path;
    return false;
}

/* --- the targets ---------------------------------------------------------------------------------
 */

static void check_entry(const struct name_list *list, const struct name_entry *entry, bool valid)
{
    const char *start = list->data;
    wchar_t *path;

    PROMISE((const char *)entry->name >= start && (const char *)entry->name < start + list->bytes);
    if (valid) {
        PROMISE(entry->file_name[0] && wcslen(entry->file_name) < FILE_NAME_CHARS);
        PROMISE(!wcspbrk(entry->file_name, L"\\/:"));
    }
    path = name_entry_path(list, entry);
    PROMISE(path);
    free(path);
}

static void check_sample(void *bytes, size_t byte_count)
{
    struct name_list list = {bytes, (DWORD)byte_count,
                             name_list_looks_ansi(bytes, (DWORD)byte_count)};
    struct name_cursor cursor = {0};
    struct name_entry entry;
    unsigned count = 0;
    bool valid;

    while (name_list_next(&list, &cursor, &entry, &valid)) {
        check_entry(&list, &entry, valid);
        count++;
    }
    PROMISE(cursor.offset_bytes <= byte_count);
    PROMISE(count == name_list_count(&list));
    if (name_list_is_whole(&list, &cursor))
        PROMISE(((const char *)bytes)[byte_count - 1] == 0);
}

static void check_doctor(size_t byte_count)
{
    wchar_t *list = NULL;
    const wchar_t *at, *name;
    legacy_result hr = list_file_read(L"names.bin", &list);

    PROMISE((hr == S_OK) == (list != NULL));
    if (hr != S_OK)
        return;
    for (at = list; *at; at += wcslen(at) + 1) {
        PROMISE((size_t)(at - list) < byte_count);
        name = list_file_name(at);
        PROMISE(name > at && name <= at + wcslen(at) && !wcschr(name, L'\\'));
    }
    free(list);
}

void fuzz_lists(const uint8_t *data, size_t bytes)
{
    void *copy = NULL;
    DWORD byte_count;

    file_bytes = data;
    file_byte_count = bytes;
    PROMISE(whole_file_read(NULL, UINT32_MAX, &copy, &byte_count) == S_OK);
    check_sample(copy, byte_count);
    free(copy);
    check_doctor(bytes);
}
