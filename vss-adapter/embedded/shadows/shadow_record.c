/*
 * Reads and writes the records of shadows: lines "name=value", UTF-8.
 *
 * Must not know: how a copy is made.
 */
#include "shadow_record.h"
#include "embedded/base/wide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_BYTES 4096

void shadow_record_path(const struct shadow *shadow, wchar_t path[MAX_PATH])
{
    wchar_t id[WIDE_GUID_CHARS];
    wchar_t leaf[WIDE_GUID_CHARS + 8];

    wide_guid_text(&shadow->id, id);
    _snwprintf(leaf, ARRAYSIZE(leaf), L"%ls.shadow", id);
    volume_private_path(shadow->volume.letter, leaf, path);
}

/* Where this prefix is. A prefix that was copied with its files has records that are not its own,
 * and must leave them (and what they point at) alone. UTF-8, free with free. */
static char *prefix_on_host(void)
{
    wchar_t *path = volume_unix_device_path(L"");
    char *utf8 = wide_to_utf8(path);

    free(path);
    return utf8;
}

/* The whole text; 0 when it does not fit or memory is out. */
static DWORD format_record(const struct shadow *shadow, char text[RECORD_BYTES])
{
    wchar_t id[WIDE_GUID_CHARS];
    wchar_t set_id[WIDE_GUID_CHARS];
    int bytes = -1;
    char *prefix = prefix_on_host();
    char *exposed = wide_to_utf8(shadow->exposed);
    char *exposed_path = wide_to_utf8(shadow->exposed_path);

    wide_guid_text(&shadow->id, id);
    wide_guid_text(&shadow->set_id, set_id);
    if (prefix && exposed && exposed_path)
        bytes = snprintf(text, RECORD_BYTES,
                         "id=%ls\nset=%ls\ncount=%ld\ndevice=%lu\npid=%lu\npidtime=%llu\n"
                         "time=%llu\ncreated=%d\nkept=%d\nattributes=%lu\nexposed=%s\n"
                         "exposedpath=%s\nprefix=%s\n",
                         id, set_id, shadow->set_count, shadow->device_number, shadow->owner.pid,
                         shadow->owner.created, shadow->timestamp, shadow->created, shadow->kept,
                         (unsigned long)shadow->attributes, exposed, exposed_path, prefix);
    free(prefix);
    free(exposed);
    free(exposed_path);
    return bytes > 0 && bytes < RECORD_BYTES ? (DWORD)bytes : 0;
}

HRESULT shadow_record_write(const struct shadow *shadow)
{
    wchar_t path[MAX_PATH];
    wchar_t fresh[MAX_PATH + 4];
    char text[RECORD_BYTES];
    DWORD written = 0;
    DWORD bytes = format_record(shadow, text);
    HANDLE file;
    DWORD error;
    bool ok;

    if (bytes == 0)
        return E_INVALIDARG;
    volume_private_path(shadow->volume.letter, L"", path);
    CreateDirectoryW(path, NULL);
    shadow_record_path(shadow, path);
    /* Beside it and renamed: a record is never seen half written. */
    _snwprintf(fresh, ARRAYSIZE(fresh), L"%ls.new", path);
    file = CreateFileW(fresh, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return HRESULT_FROM_WIN32(GetLastError());
    /* A write that is only short has no error of its own. */
    error = ERROR_DISK_FULL;
    ok = WriteFile(file, text, bytes, &written, NULL);
    if (!ok)
        error = GetLastError();
    CloseHandle(file);
    if (ok && written == bytes) {
        if (MoveFileExW(fresh, path, MOVEFILE_REPLACE_EXISTING))
            return S_OK;
        error = GetLastError();
    }
    DeleteFileW(fresh);
    return HRESULT_FROM_WIN32(error ? error : ERROR_GEN_FAILURE);
}

/* The value of a line, in place; NULL when there is no such line. */
static const char *find_value(const char *text, const char *name)
{
    size_t chars = strlen(name);
    const char *line;

    for (line = text; line && *line;) {
        if (strncmp(line, name, chars) == 0 && line[chars] == '=')
            return line + chars + 1;
        line = strchr(line, '\n');
        if (line)
            line++;
    }
    return NULL;
}

static bool parse_guid(const char *text, const char *name, GUID *guid)
{
    const char *value = find_value(text, name);
    char copy[WIDE_GUID_CHARS];
    struct doc_guid parsed;

    if (!value || strlen(value) < sizeof(copy) - 1)
        return false;
    memcpy(copy, value, sizeof(copy) - 1);
    copy[sizeof(copy) - 1] = 0;
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

/* Empty when it is not there or does not fit. */
static void parse_text(const char *text, const char *name, wchar_t value[MAX_PATH])
{
    const char *found = find_value(text, name);
    int chars;

    value[0] = 0;
    if (!found)
        return;
    chars = MultiByteToWideChar(CP_UTF8, 0, found, (int)strcspn(found, "\n"), value, MAX_PATH - 1);
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
    shadow->owner.pid = (DWORD)parse_number(text, "pid");
    shadow->owner.created = parse_number(text, "pidtime");
    shadow->timestamp = parse_number(text, "time");
    shadow->created = parse_number(text, "created") != 0;
    shadow->kept = parse_number(text, "kept") != 0;
    shadow->attributes = (LONG)(ULONG)parse_number(text, "attributes");
    parse_text(text, "exposed", shadow->exposed);
    parse_text(text, "exposedpath", shadow->exposed_path);
    return true;
}

static bool read_record(const wchar_t *path, char text[RECORD_BYTES])
{
    DWORD bytes = 0;
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_EXISTING, 0, NULL);
    bool ok;

    if (file == INVALID_HANDLE_VALUE)
        return false;
    ok = ReadFile(file, text, RECORD_BYTES - 1, &bytes, NULL);
    CloseHandle(file);
    text[bytes] = 0;
    return ok;
}

static void visit_volume(const struct volume *volume, const char *prefix,
                         void (*visit)(const struct shadow *shadow, void *context), void *context)
{
    wchar_t pattern[MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;

    volume_private_path(volume->letter, L"*.shadow", pattern);
    search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        wchar_t path[MAX_PATH];
        char text[RECORD_BYTES];
        struct shadow shadow = {.volume = *volume};

        volume_private_path(volume->letter, found.cFileName, path);
        if (read_record(path, text) && parse(text, prefix, &shadow))
            visit(&shadow, context);
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

void shadow_record_each(void (*visit)(const struct shadow *shadow, void *context), void *context)
{
    char *prefix = prefix_on_host();
    DWORD drives = GetLogicalDrives();
    wchar_t letter;

    for (letter = L'A'; prefix && letter <= L'Z'; letter++) {
        wchar_t root[] = {letter, L':', L'\\', 0};
        struct volume volume = {0};

        if ((drives & 1u << (letter - L'A')) == 0)
            continue;
        if (SUCCEEDED(volume_from_name(root, &volume)))
            visit_volume(&volume, prefix, visit, context);
    }
    free(prefix);
}
