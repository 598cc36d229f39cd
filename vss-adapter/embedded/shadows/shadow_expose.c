/*
 * Exposes shadows.
 *
 * All three are links on the host: a letter among Wine's drives, a share where Wine looks for UNC
 * names, a folder in its own place (and goes back to being an empty folder). Must not know: who
 * asks.
 */
#include "shadow_expose.h"
#include "embedded/base/wide.h"
#include "unix_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* $1 the name, $2 what it stands for; a folder in its place has to be empty. */
static const char link_script[] =
    "exec </dev/null >\"$0/log\" 2>&1\n"
    "echo $$ >\"$0/pid\"\n"
    "mkdir -p -- \"${1%/*}\" && { rmdir -- \"$1\"; [ ! -e \"$1\" ]; } &&"
    " ln -s -- \"$2\" \"$1\"\n"
    "echo $? >\"$0/rc.tmp\"; mv \"$0/rc.tmp\" \"$0/rc\"\n";

/* $1 the name, $2 "folder" when a folder is to be there again. */
static const char unlink_script[] = "exec </dev/null >\"$0/log\" 2>&1\n"
                                    "echo $$ >\"$0/pid\"\n"
                                    "if [ -L \"$1\" ]; then rm -f -- \"$1\" &&"
                                    " { [ \"$2\" != folder ] || mkdir -- \"$1\"; }; fi\n"
                                    "echo $? >\"$0/rc.tmp\"; mv \"$0/rc.tmp\" \"$0/rc\"\n";

static HRESULT run(const struct shadow *shadow, const char *script, const wchar_t *name,
                   const wchar_t *argument)
{
    wchar_t tag[WIDE_GUID_CHARS + 8];
    wchar_t id[WIDE_GUID_CHARS];
    int exit_code = -1;
    const wchar_t *arguments[] = {name, argument};
    HRESULT hr;

    wide_guid_text(&shadow->id, id);
    _snwprintf(tag, ARRAYSIZE(tag), L"%ls-expose", id);
    hr = unix_run(tag, script, arguments, ARRAYSIZE(arguments), NULL, &exit_code);
    if (FAILED(hr))
        return hr;
    return exit_code == 0 ? S_OK : VSS_E_UNEXPECTED_PROVIDER_ERROR;
}

/* Folder of the copy, or one inside it. */
static void copy_folder(const struct shadow *shadow, const wchar_t *path, wchar_t folder[MAX_PATH])
{
    wchar_t id[WIDE_GUID_CHARS];
    size_t chars;

    wide_guid_text(&shadow->id, id);
    volume_private_path(shadow->volume.letter, id, folder);
    chars = wcslen(folder);
    while (path && *path == L'\\')
        path++;
    if (path && *path)
        _snwprintf(folder + chars, MAX_PATH - chars, L"\\%ls", path);
}

static HRESULT link_to_copy(struct shadow *shadow, const wchar_t *name_on_host, const wchar_t *path)
{
    wchar_t folder[MAX_PATH];
    wchar_t *target;
    HRESULT hr;

    copy_folder(shadow, path, folder);
    if (GetFileAttributesW(folder) == INVALID_FILE_ATTRIBUTES)
        return E_INVALIDARG;
    target = volume_unix_path(folder);
    if (!target || !name_on_host) {
        free(target);
        return E_OUTOFMEMORY;
    }
    hr = run(shadow, link_script, name_on_host, target);
    free(target);
    return hr;
}

/* --- a letter -------------------------------------------------------------------------------- */

static bool letter_is_free(wchar_t letter)
{
    wchar_t root[] = {letter, L':', L'\\', 0};

    return (GetLogicalDrives() & 1u << (letter - L'A')) == 0 &&
           GetFileAttributesW(root) == INVALID_FILE_ATTRIBUTES;
}

/* Where Wine looks a letter up. Free with free; NULL when memory is out. */
static wchar_t *letter_on_host(wchar_t letter)
{
    wchar_t leaf[] = {towlower(letter), L':', 0};

    return volume_unix_device_path(leaf);
}

static HRESULT expose_letter(struct shadow *shadow, wchar_t letter)
{
    wchar_t device[] = {letter, L':', 0};
    wchar_t folder[MAX_PATH];
    wchar_t *link;
    HRESULT hr;

    if (!letter_is_free(letter))
        return VSS_E_OBJECT_ALREADY_EXISTS;
    link = letter_on_host(letter);
    hr = link_to_copy(shadow, link, NULL);
    free(link);
    if (FAILED(hr))
        return hr;
    /* The link is what paths go through; lists of drives are made from the devices. */
    copy_folder(shadow, NULL, folder);
    DefineDosDeviceW(0, device, folder);
    _snwprintf(shadow->exposed, ARRAYSIZE(shadow->exposed), L"%lc:\\", letter);
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

    if (attributes == INVALID_FILE_ATTRIBUTES || (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0 ||
        (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        return false;
    _snwprintf(pattern, ARRAYSIZE(pattern), L"%ls\\*", folder);
    search = FindFirstFileW(pattern, &found);
    empty = search != INVALID_HANDLE_VALUE;
    do
        empty =
            empty && (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0);
    while (empty && FindNextFileW(search, &found));
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    return empty;
}

/* Without the backslash at the end, which a link must not have. NULL: memory is out. */
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
    DWORD chars = GetFullPathNameW(where, ARRAYSIZE(folder), folder, NULL);
    wchar_t *name;
    HRESULT hr;

    if (chars < 4 || chars >= ARRAYSIZE(folder))
        return E_INVALIDARG;
    if (folder[chars - 1] == L'\\')
        folder[chars - 1] = 0;
    if (!folder_is_empty(folder))
        return E_INVALIDARG;
    name = folder_on_host(folder);
    hr = link_to_copy(shadow, name, NULL);
    free(name);
    if (SUCCEEDED(hr))
        _snwprintf(shadow->exposed, ARRAYSIZE(shadow->exposed), L"%ls\\", folder);
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

/* --- a share --------------------------------------------------------------------------------- */

/* Where Wine looks for \\<this machine>\<name>. Free with free; NULL when memory is out. */
static wchar_t *share_on_host(const wchar_t *name)
{
    wchar_t machine[MAX_COMPUTERNAME_LENGTH + 1] = L"";
    wchar_t leaf[MAX_PATH + MAX_COMPUTERNAME_LENGTH + 8];
    DWORD chars = ARRAYSIZE(machine);

    GetComputerNameW(machine, &chars);
    _snwprintf(leaf, ARRAYSIZE(leaf), L"unc/%ls/%ls", machine, name);
    return volume_unix_device_path(leaf);
}

HRESULT shadow_expose_as_share(struct shadow *shadow, const wchar_t *name, const wchar_t *path)
{
    wchar_t chosen[32];
    wchar_t *link;
    HRESULT hr;

    if (shadow->exposed[0])
        return VSS_E_OBJECT_ALREADY_EXISTS;
    if (!name) {
        _snwprintf(chosen, ARRAYSIZE(chosen), L"ShadowCopy%lu", shadow->device_number);
        name = chosen;
    }
    if (!name[0] || wcslen(name) > 80 || wcspbrk(name, L"\\/:*?\"<>|") ||
        (path && (wcslen(path) >= MAX_PATH / 2 || wcsstr(path, L".."))))
        return E_INVALIDARG;
    link = share_on_host(name);
    hr = link_to_copy(shadow, link, path);
    free(link);
    if (hr == VSS_E_UNEXPECTED_PROVIDER_ERROR)
        hr = VSS_E_OBJECT_ALREADY_EXISTS;
    if (FAILED(hr))
        return hr;
    wcscpy(shadow->exposed, name);
    wcscpy(shadow->exposed_path, path ? path : L"");
    shadow->attributes |= VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY;
    return S_OK;
}

/* --- back ------------------------------------------------------------------------------------ */

static HRESULT remove_name(const struct shadow *shadow)
{
    bool is_share = (shadow->attributes & VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY) != 0;
    bool is_letter = !is_share && !shadow->exposed[3];
    wchar_t *link = NULL;
    HRESULT hr;

    if (is_share)
        link = share_on_host(shadow->exposed);
    else if (is_letter)
        link = letter_on_host(shadow->exposed[0]);
    else
        link = folder_on_host(shadow->exposed);
    if (!link)
        return E_OUTOFMEMORY;
    if (is_letter) {
        wchar_t device[] = {shadow->exposed[0], L':', 0};

        DefineDosDeviceW(DDD_REMOVE_DEFINITION, device, NULL);
    }
    hr = run(shadow, unlink_script, link, is_share || is_letter ? L"name" : L"folder");
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
    shadow->exposed_path[0] = 0;
    shadow->attributes &= ~(VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY | VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY);
    return S_OK;
}
