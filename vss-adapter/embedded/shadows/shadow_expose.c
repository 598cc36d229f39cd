/*
 * shadow_expose.c - exposes shadows by links on the host.
 *
 * A letter is a link among Wine's drives, and a folder is replaced by one, to be an empty folder
 * again later.
 */
#include "shadow_expose.h"
#include "common/format.h"
#include "embedded/base/wide.h"
#include "unix_run.h"

#include <stdlib.h>
#include <wchar.h>

/* $1 the name, $2 what it stands for; a folder in its place has to be empty. */
static const char link_script[] =
    UNIX_RUN_BEGIN "mkdir -p -- \"${1%/*}\" && { rmdir -- \"$1\"; [ ! -e \"$1\" ]; } &&"
                   " ln -s -- \"$2\" \"$1\"\n" UNIX_RUN_END;

/* $1 the name, $2 "folder" if a folder takes its place again. */
static const char unlink_script[] =
    UNIX_RUN_BEGIN "if [ -L \"$1\" ]; then rm -f -- \"$1\" &&"
                   " { [ \"$2\" != folder ] || mkdir -- \"$1\"; }; fi\n" UNIX_RUN_END;

static HRESULT run(const struct shadow *shadow, const char *script, const wchar_t *name,
                   const wchar_t *argument)
{
    const wchar_t *arguments[] = {name, argument};
    wchar_t tag[WIDE_GUID_CHARS + 8];
    wchar_t id[WIDE_GUID_CHARS];
    int exit_code = -1;
    HRESULT hr;

    wide_guid_text(&shadow->id, id);
    format_text(tag, ARRAYSIZE(tag), L"%ls-expose", id);
    hr = unix_run(tag, script, arguments, ARRAYSIZE(arguments), NULL, &exit_code);
    return SUCCEEDED(hr) && exit_code ? VSS_E_UNEXPECTED_PROVIDER_ERROR : hr;
}

static void copy_folder(const struct shadow *shadow, wchar_t folder[MAX_PATH])
{
    wchar_t id[WIDE_GUID_CHARS];

    wide_guid_text(&shadow->id, id);
    volume_private_path(shadow->volume.letter, id, folder);
}

/* Takes ownership of name_on_host (NULL: out of memory). */
static HRESULT link_to_copy(struct shadow *shadow, wchar_t *name_on_host)
{
    wchar_t folder[MAX_PATH];
    wchar_t *target;
    HRESULT hr = E_OUTOFMEMORY;

    copy_folder(shadow, folder);
    target = volume_unix_path(folder);
    if (target && name_on_host)
        hr = run(shadow, link_script, name_on_host, target);
    free(target);
    free(name_on_host);
    return hr;
}

/* --- a letter -------------------------------------------------------------------------------- */

static bool letter_is_free(wchar_t letter)
{
    wchar_t root[] = {letter, L':', L'\\', 0};

    return !(GetLogicalDrives() & 1u << (letter - L'A')) &&
           GetFileAttributesW(root) == INVALID_FILE_ATTRIBUTES;
}

/* The host path of a letter's link. Free with free; NULL: out of memory. */
static wchar_t *letter_on_host(wchar_t letter)
{
    wchar_t leaf[] = {towlower(letter), L':', 0};

    return volume_unix_device_path(leaf);
}

static HRESULT expose_letter(struct shadow *shadow, wchar_t letter)
{
    const wchar_t device[] = {letter, L':', 0};
    wchar_t folder[MAX_PATH];
    HRESULT hr;

    if (!letter_is_free(letter))
        return VSS_E_OBJECT_ALREADY_EXISTS;
    hr = link_to_copy(shadow, letter_on_host(letter));
    if (FAILED(hr))
        return hr;
    /* Wine resolves paths by the link, but lists drives by the devices. */
    copy_folder(shadow, folder);
    DefineDosDeviceW(0, device, folder);
    format_text(shadow->exposed, ARRAYSIZE(shadow->exposed), L"%lc:\\", letter);
    return S_OK;
}

static HRESULT expose_any_letter(struct shadow *shadow)
{
    wchar_t letter;

    for (letter = L'Y'; letter > L'C'; letter--)
        if (letter_is_free(letter))
            return expose_letter(shadow, letter);
    return VSS_E_OBJECT_ALREADY_EXISTS;
}

/* --- a folder -------------------------------------------------------------------------------- */

static bool folder_is_empty(const wchar_t *folder)
{
    wchar_t pattern[MAX_PATH + 4];
    WIN32_FIND_DATAW found;
    DWORD attributes = GetFileAttributesW(folder);
    HANDLE search;
    bool empty;

    if (attributes == INVALID_FILE_ATTRIBUTES || !(attributes & FILE_ATTRIBUTE_DIRECTORY) ||
        (attributes & FILE_ATTRIBUTE_REPARSE_POINT) ||
        !format_text(pattern, ARRAYSIZE(pattern), L"%ls\\*", folder))
        return false;
    search = FindFirstFileW(pattern, &found);
    empty = search != INVALID_HANDLE_VALUE;
    do
        empty =
            empty && (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0);
    while (empty && FindNextFileW(search, &found));
    empty = empty && GetLastError() == ERROR_NO_MORE_FILES;
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    return empty;
}

/* Without the backslash at the end, which a link must not have. NULL: out of memory. */
static wchar_t *folder_on_host(const wchar_t *folder)
{
    wchar_t *path = volume_unix_path(folder);
    size_t chars = path ? wcslen(path) : 0;

    while (chars > 1 && path[chars - 1] == L'/')
        path[--chars] = 0;
    return path;
}

static HRESULT expose_folder(struct shadow *shadow, const wchar_t *where)
{
    wchar_t folder[MAX_PATH];
    wchar_t exposed[ARRAYSIZE(shadow->exposed)];
    DWORD chars = GetFullPathNameW(where, ARRAYSIZE(folder), folder, NULL);
    HRESULT hr;

    if (chars < 4 || chars >= ARRAYSIZE(folder))
        return E_INVALIDARG;
    if (folder[chars - 1] == L'\\')
        folder[chars - 1] = 0;
    if (!format_text(exposed, ARRAYSIZE(exposed), L"%ls\\", folder) || !folder_is_empty(folder))
        return E_INVALIDARG;
    hr = link_to_copy(shadow, folder_on_host(folder));
    if (SUCCEEDED(hr))
        wcscpy(shadow->exposed, exposed);
    return hr;
}

HRESULT shadow_expose_locally(struct shadow *shadow, const wchar_t *where)
{
    HRESULT hr;

    if (shadow->exposed[0])
        return VSS_E_OBJECT_ALREADY_EXISTS;
    if (!where)
        hr = expose_any_letter(shadow);
    else if (wcslen(where) < 2 || where[1] != L':' || towupper(where[0]) < L'A' ||
             towupper(where[0]) > L'Z')
        hr = E_INVALIDARG;
    else if (!where[2] || (where[2] == L'\\' && !where[3]))
        hr = expose_letter(shadow, towupper(where[0]));
    else
        hr = expose_folder(shadow, where);
    if (SUCCEEDED(hr))
        shadow->attributes |= VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY;
    return hr;
}

/* --- unexpose -------------------------------------------------------------------------------- */

static HRESULT remove_name(const struct shadow *shadow)
{
    bool is_letter = !shadow->exposed[3];
    const wchar_t device[] = {shadow->exposed[0], L':', 0};
    wchar_t *link;
    HRESULT hr;

    if (is_letter)
        link = letter_on_host(shadow->exposed[0]);
    else
        link = folder_on_host(shadow->exposed);
    if (!link)
        return E_OUTOFMEMORY;
    if (is_letter)
        DefineDosDeviceW(DDD_REMOVE_DEFINITION, device, NULL);
    hr = run(shadow, unlink_script, link, is_letter ? L"name" : L"folder");
    free(link);
    return hr;
}

HRESULT shadow_unexpose(struct shadow *shadow)
{
    HRESULT hr;

    if (!shadow->exposed[0])
        return VSS_E_OBJECT_NOT_FOUND;
    hr = remove_name(shadow);
    if (FAILED(hr))
        return hr;
    shadow->exposed[0] = 0;
    shadow->attributes &= ~VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY;
    return S_OK;
}
