/*
 * shadow_record.c - reads and writes the records of shadows: lines "name=value" in UTF-8.
 *
 * Must not know shadow.c.
 */
#include "shadow_record.h"
#include "common/format.h"
#include "embedded/base/wide.h"
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_BYTES 4096

static void record_path(const struct shadow *shadow, wchar_t path[MAX_PATH])
{
    wchar_t id[WIDE_GUID_CHARS];
    wchar_t leaf[WIDE_GUID_CHARS + 8];

    wide_guid_text(&shadow->id, id);
    format_text(leaf, ARRAYSIZE(leaf), L"%ls.shadow", id);
    volume_private_path(shadow->volume.letter, leaf, path);
}

/*
 * The host path of this prefix. A prefix that was copied with its files has records of the
 * original, and must leave them and their shadows alone. UTF-8, free with free.
 */
static char *prefix_on_host(void)
{
    wchar_t *path = volume_unix_device_path(L"");
    char *utf8 = wide_to_utf8(path);

    free(path);
    return utf8;
}

/* The bytes of the whole text; 0: it does not fit, or memory is out. */
static DWORD format_record(const struct shadow *shadow, char text[RECORD_BYTES])
{
    wchar_t id[WIDE_GUID_CHARS];
    wchar_t set_id[WIDE_GUID_CHARS];
    char *prefix = prefix_on_host();
    char *exposed = wide_to_utf8(shadow->exposed);
    int bytes = -1;

    wide_guid_text(&shadow->id, id);
    wide_guid_text(&shadow->set_id, set_id);
    if (prefix && exposed)
        bytes =
            snprintf(text, RECORD_BYTES,
                     "id=%ls\nset=%ls\ncount=%ld\ndevice=%lu\npid=%lu\npidtime=%llu\n"
                     "time=%llu\ncreated=%d\nkept=%d\nattributes=%lu\nexposed=%s\n"
                     "prefix=%s\n",
                     id, set_id, shadow->set_count, shadow->device_number, shadow->owner.process,
                     shadow->owner.start, shadow->timestamp, shadow->created, shadow->kept,
                     (unsigned long)shadow->attributes, exposed, prefix);
    free(prefix);
    free(exposed);
    return bytes > 0 && bytes < RECORD_BYTES ? (DWORD)bytes : 0;
}

/* Without the lock, too: a process that was stopped may have it. */
static bool replace_file(const wchar_t *from, const wchar_t *to)
{
    HANDLE lock = machine_lock_records();
    bool ok = MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING);
    DWORD error = GetLastError();

    machine_unlock(lock);
    SetLastError(error);
    return ok;
}

/* False: GetLastError says why. */
static bool write_file(const wchar_t *path, const char *text, DWORD bytes)
{
    HANDLE file =
        CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    DWORD written = 0;
    DWORD error;
    bool ok;

    if (file == INVALID_HANDLE_VALUE)
        return false;
    ok = WriteFile(file, text, bytes, &written, NULL);
    /* A short write has no error of its own. */
    error = ok ? ERROR_DISK_FULL : GetLastError();
    CloseHandle(file);
    SetLastError(error);
    return ok && written == bytes;
}

HRESULT shadow_record_failure(DWORD error)
{
    return error == ERROR_DISK_FULL || error == ERROR_HANDLE_DISK_FULL
               ? VSS_E_INSUFFICIENT_STORAGE
               : VSS_E_UNEXPECTED_PROVIDER_ERROR;
}

HRESULT shadow_record_write(const struct shadow *shadow)
{
    wchar_t path[MAX_PATH];
    wchar_t fresh[MAX_PATH + 4];
    char text[RECORD_BYTES];
    DWORD bytes = format_record(shadow, text);
    DWORD error;

    if (!bytes)
        return VSS_E_UNEXPECTED_PROVIDER_ERROR;
    volume_private_path(shadow->volume.letter, L"", path);
    if (!CreateDirectoryW(path, NULL) && GetLastError() != ERROR_ALREADY_EXISTS)
        return shadow_record_failure(GetLastError());
    record_path(shadow, path);
    /* Written beside it and renamed, so that a record is never seen half written. */
    format_text(fresh, ARRAYSIZE(fresh), L"%ls.new", path);
    if (write_file(fresh, text, bytes) && replace_file(fresh, path))
        return S_OK;
    error = GetLastError();
    DeleteFileW(fresh);
    return shadow_record_failure(error);
}

bool shadow_record_delete(const struct shadow *shadow)
{
    wchar_t path[MAX_PATH];
    HANDLE lock = machine_lock_records();
    bool ok;

    record_path(shadow, path);
    ok = DeleteFileW(path);
    machine_unlock(lock);
    return ok;
}

/* The value of a line, in place; NULL: there is no such line. */
static const char *find_value(const char *text, const char *name)
{
    size_t chars = strlen(name);

    while (strncmp(text, name, chars) != 0 || text[chars] != '=') {
        text = strchr(text, '\n');
        if (!text)
            return NULL;
        text++;
    }
    return text + chars + 1;
}

static bool parse_guid(const char *text, const char *name, GUID *guid)
{
    const char *value = find_value(text, name);
    char copy[WIDE_GUID_CHARS] = "";
    struct doc_guid parsed;

    if (value)
        strncpy(copy, value, sizeof(copy) - 1);
    if (!doc_guid_parse(&parsed, copy))
        return false;
    *guid = wide_guid(&parsed);
    return true;
}

static uint64_t parse_number(const char *text, const char *name)
{
    const char *value = find_value(text, name);

    return value ? _strtoui64(value, NULL, 10) : 0;
}

/* Empty if it is missing or does not fit. */
static void parse_text(const char *text, const char *name, wchar_t value[MAX_PATH])
{
    const char *found = find_value(text, name);
    int bytes = found ? (int)strcspn(found, "\n") : 0;
    int chars = bytes ? MultiByteToWideChar(CP_UTF8, 0, found, bytes, value, MAX_PATH - 1) : 0;

    value[chars] = 0;
}

static bool parse(const char *text, const char *prefix, struct shadow *shadow)
{
    const char *found = find_value(text, "prefix");
    size_t chars = strlen(prefix);

    if (!found || strncmp(found, prefix, chars) != 0 || found[chars] != '\n')
        return false;
    if (!parse_guid(text, "id", &shadow->id) || !parse_guid(text, "set", &shadow->set_id))
        return false;
    shadow->set_count = (LONG)parse_number(text, "count");
    shadow->device_number = (DWORD)parse_number(text, "device");
    shadow->owner.process = (DWORD)parse_number(text, "pid");
    shadow->owner.start = parse_number(text, "pidtime");
    shadow->timestamp = parse_number(text, "time");
    shadow->created = parse_number(text, "created") != 0;
    shadow->kept = parse_number(text, "kept") != 0;
    shadow->attributes = (LONG)(ULONG)parse_number(text, "attributes");
    parse_text(text, "exposed", shadow->exposed);
    return true;
}

static bool read_record(const wchar_t *path, char text[RECORD_BYTES])
{
    DWORD bytes = 0;
    HANDLE lock = machine_lock_records();
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_EXISTING, 0, NULL);
    bool ok = false;

    if (file != INVALID_HANDLE_VALUE) {
        ok = ReadFile(file, text, RECORD_BYTES - 1, &bytes, NULL);
        CloseHandle(file);
    }
    machine_unlock(lock);
    text[bytes] = 0;
    return ok;
}

static bool visit_volume(const struct volume *volume, const char *prefix,
                         void (*visit)(const struct shadow *shadow, void *context), void *context)
{
    struct shadow shadow = {.volume = *volume};
    wchar_t path[MAX_PATH];
    char text[RECORD_BYTES];
    WIN32_FIND_DATAW found;
    HANDLE search;
    bool is_whole;

    volume_private_path(volume->letter, L"*.shadow", path);
    search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return true;
    do {
        /* A longer name is not a record's. */
        if (volume_private_path(volume->letter, found.cFileName, path) && read_record(path, text) &&
            parse(text, prefix, &shadow))
            visit(&shadow, context);
    } while (FindNextFileW(search, &found));
    is_whole = GetLastError() == ERROR_NO_MORE_FILES;
    FindClose(search);
    return is_whole;
}

HRESULT shadow_record_each(void (*visit)(const struct shadow *shadow, void *context), void *context)
{
    char *prefix = prefix_on_host();
    DWORD drives = GetLogicalDrives();
    wchar_t root[] = L"A:\\";
    struct volume volume;
    HRESULT hr = prefix ? S_OK : E_OUTOFMEMORY;

    for (; prefix && drives; drives >>= 1, root[0]++)
        if ((drives & 1) && SUCCEEDED(volume_from_name(root, &volume)) &&
            !visit_volume(&volume, prefix, visit, context))
            hr = VSS_E_UNEXPECTED_PROVIDER_ERROR;
    free(prefix);
    return hr;
}
