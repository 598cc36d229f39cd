/*
 * program_file.c - reads a file, its headers and its version resource.
 */
#include "program_file.h"

#include "common/format.h"
#include "common/system_library.h"

#include <stdlib.h>
#include <wchar.h>
#include <winver.h>

#define FILE_BYTES_MAX    (256u * 1024 * 1024)
#define VERSION_RESOURCE  16u
#define VERSION_BYTES_MAX 65535u /* its length field has 16 bits */

/* Without this, a 32-bit doctor would see SysWOW64 instead of System32. */
static BOOL redirect_off(void **kept)
{
    return Wow64DisableWow64FsRedirection(kept);
}

static void redirect_on(BOOL was_off, void *kept)
{
    DWORD error = GetLastError();

    if (was_off)
        Wow64RevertWow64FsRedirection(kept);
    SetLastError(error);
}

static DWORD last_error(void)
{
    return GetLastError() ? GetLastError() : ERROR_GEN_FAILURE;
}

static DWORD read_bytes(const wchar_t *path, uint8_t **bytes, size_t *byte_count)
{
    HANDLE file =
        CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    LARGE_INTEGER size;
    DWORD error = 0;
    DWORD got = 0;

    if (file == INVALID_HANDLE_VALUE)
        return last_error();
    if (!GetFileSizeEx(file, &size))
        error = last_error();
    else if (size.QuadPart > FILE_BYTES_MAX)
        error = ERROR_FILE_TOO_LARGE;
    if (!error) {
        *bytes = malloc((size_t)size.QuadPart + 1);
        if (!*bytes)
            error = ERROR_NOT_ENOUGH_MEMORY;
        else if (!ReadFile(file, *bytes, (DWORD)size.QuadPart, &got, NULL))
            error = last_error();
        *byte_count = got;
    }
    CloseHandle(file);
    return error;
}

typedef BOOL(WINAPI *query_function)(const void *, LPCWSTR, void **, UINT *);

/*
 * Not an import: Windows does not always load version.dll from its own folder, and administrators
 * run this program wherever it was unpacked, so a planted DLL would be loaded.
 */
static query_function load_query(HMODULE *module)
{
    query_function query = NULL;
    const struct system_function function = {"VerQueryValueW", &query};

    *module = system_library_load(L"version.dll");
    if (*module)
        system_library_find(*module, &function, 1);
    return query;
}

static void copy_text(query_function query_value, const BYTE *block, DWORD language,
                      const wchar_t *name, wchar_t text[PROGRAM_FILE_TEXT_CHARS])
{
    wchar_t query[64];
    void *value = NULL;
    UINT value_chars = 0;

    format_text(query, 64, L"\\StringFileInfo\\%04x%04x\\%ls", LOWORD(language), HIWORD(language),
                name);
    if (!query_value(block, query, &value, &value_chars) || !value)
        return;
    if (value_chars > PROGRAM_FILE_TEXT_CHARS - 1)
        value_chars = PROGRAM_FILE_TEXT_CHARS - 1;
    wmemcpy(text, value, value_chars);
    text[value_chars] = 0;
}

/*
 * Reads the resource from the bytes of the file, because GetFileVersionInfo under Wine reads 64-bit
 * files wrongly in a 32-bit process. The copy is three times as large: VerQueryValue can write
 * behind the resource.
 */
static void read_version(struct program_file *file)
{
    uint32_t byte_count = 0;
    const uint8_t *found = pe_image_find_resource(&file->image, VERSION_RESOURCE, &byte_count);
    BYTE *block =
        found && byte_count <= VERSION_BYTES_MAX ? calloc(3, (size_t)byte_count + 8) : NULL;
    HMODULE module = NULL;
    query_function query_value = load_query(&module);
    void *languages = NULL;
    UINT languages_bytes = 0;
    DWORD language;

    if (block)
        memcpy(block, found, byte_count);
    if (block && query_value &&
        query_value(block, L"\\VarFileInfo\\Translation", &languages, &languages_bytes) &&
        languages_bytes >= sizeof(DWORD)) {
        memcpy(&language, languages, sizeof(language));
        copy_text(query_value, block, language, L"ProductName", file->product);
        copy_text(query_value, block, language, L"InternalName", file->name);
        copy_text(query_value, block, language, L"CompanyName", file->company);
        copy_text(query_value, block, language, L"FileVersion", file->version);
    }
    if (module)
        FreeLibrary(module);
    free(block);
}

void program_file_read(const wchar_t *path, struct program_file *file)
{
    size_t byte_count = 0;
    void *kept = NULL;
    BOOL was_off = redirect_off(&kept);

    file->error = read_bytes(path, &file->bytes, &byte_count);
    if (!file->error) {
        file->is_image = pe_image_parse(file->bytes, byte_count, &file->image);
        if (file->is_image)
            read_version(file);
    }
    redirect_on(was_off, kept);
}

void program_file_fini(struct program_file *file)
{
    free(file->bytes);
    memset(file, 0, sizeof(*file));
}

bool program_file_is_ours(const struct program_file *file, const wchar_t *name)
{
    return wcscmp(file->product, L"ntdsbcli") == 0 &&
           wcscmp(file->company, L"the ntdsbcli authors") == 0 && wcscmp(file->name, name) == 0;
}

bool program_file_exists(const wchar_t *path)
{
    void *kept = NULL;
    BOOL was_off = redirect_off(&kept);
    DWORD attributes = GetFileAttributesW(path);

    redirect_on(was_off, kept);
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}
