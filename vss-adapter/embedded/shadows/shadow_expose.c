/*
 * Exposes shadows.
 *
 * All three are links on the host: a letter among Wine's drives, a share where Wine looks for UNC
 * names, a folder in its own place (and goes back to being an empty folder). Must not know: who
 * asks.
 */
#include "shadow_expose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "unix_run.h"
#include "embedded/base/wide.h"

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

static HRESULT run(const struct shadow *shadow, const char *script, const WCHAR *name,
                   const WCHAR *argument)
{
    WCHAR tag[WIDE_GUID_CHARS + 8];
    WCHAR id[WIDE_GUID_CHARS];
    int exit_code = -1;
    const WCHAR *arguments[] = {name, argument};
    wide_guid_text(&shadow->id, id);
    _snwprintf(tag, ARRAYSIZE(tag), L"%ls-expose", id);
    HRESULT hr = unix_run(tag, script, arguments, ARRAYSIZE(arguments), NULL, &exit_code);
    if (FAILED(hr))
        return hr;
    return exit_code == 0 ? S_OK : VSS_E_UNEXPECTED_PROVIDER_ERROR;
}

/* Folder of the copy, or one inside it. */
static void copy_folder(const struct shadow *shadow, const WCHAR *path, WCHAR folder[MAX_PATH])
{
    WCHAR id[WIDE_GUID_CHARS];
    wide_guid_text(&shadow->id, id);
    volume_private_path(shadow->volume.letter, id, folder);
    size_t chars = wcslen(folder);
    while (path != NULL && *path == L'\\')
        path++;
    if (path != NULL && *path != L'\0')
        _snwprintf(folder + chars, MAX_PATH - chars, L"\\%ls", path);
}

static HRESULT link_to_copy(struct shadow *shadow, const WCHAR *name_on_host, const WCHAR *path)
{
    WCHAR folder[MAX_PATH];
    copy_folder(shadow, path, folder);
    if (GetFileAttributesW(folder) == INVALID_FILE_ATTRIBUTES)
        return E_INVALIDARG;
    WCHAR *target = volume_unix_path(folder);
    if (target == NULL || name_on_host == NULL) {
        free(target);
        return E_OUTOFMEMORY;
    }
    HRESULT hr = run(shadow, link_script, name_on_host, target);
    free(target);
    return hr;
}

/* --- a letter -------------------------------------------------------------------------------- */

static BOOL letter_is_free(WCHAR letter)
{
    WCHAR root[] = {letter, L':', L'\\', L'\0'};
    return (GetLogicalDrives() & 1u << (letter - L'A')) == 0 &&
           GetFileAttributesW(root) == INVALID_FILE_ATTRIBUTES;
}

/* Where Wine looks a letter up. Free with free; NULL when memory is out. */
static WCHAR *letter_on_host(WCHAR letter)
{
    WCHAR leaf[] = {towlower(letter), L':', L'\0'};
    return volume_unix_device_path(leaf);
}

static HRESULT expose_letter(struct shadow *shadow, WCHAR letter)
{
    WCHAR device[] = {letter, L':', L'\0'};
    WCHAR folder[MAX_PATH];
    if (!letter_is_free(letter))
        return VSS_E_OBJECT_ALREADY_EXISTS;
    WCHAR *link = letter_on_host(letter);
    HRESULT hr = link_to_copy(shadow, link, NULL);
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
    for (WCHAR letter = L'Y'; letter > L'C'; letter--)
        if (letter_is_free(letter))
            return expose_letter(shadow, letter);
    return VSS_E_OBJECT_ALREADY_EXISTS;
}

/* --- a folder -------------------------------------------------------------------------------- */

static BOOL folder_is_empty(const WCHAR *folder)
{
    WCHAR pattern[MAX_PATH + 4];
    WIN32_FIND_DATAW found;
    DWORD attributes = GetFileAttributesW(folder);
    if (attributes == INVALID_FILE_ATTRIBUTES || (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0 ||
        (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        return FALSE;
    _snwprintf(pattern, ARRAYSIZE(pattern), L"%ls\\*", folder);
    HANDLE search = FindFirstFileW(pattern, &found);
    BOOL empty = search != INVALID_HANDLE_VALUE;
    do
        empty =
            empty && (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0);
    while (empty && FindNextFileW(search, &found));
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    return empty;
}

/* Without the backslash at the end, which a link must not have. NULL: memory is out. */
static WCHAR *folder_on_host(const WCHAR *folder)
{
    WCHAR *path = volume_unix_path(folder);
    size_t chars = path != NULL ? wcslen(path) : 0;
    while (chars > 1 && path[chars - 1] == L'/')
        path[--chars] = L'\0';
    return path;
}

static HRESULT expose_folder(struct shadow *shadow, const WCHAR *where)
{
    WCHAR folder[MAX_PATH];
    DWORD chars = GetFullPathNameW(where, ARRAYSIZE(folder), folder, NULL);
    if (chars < 4 || chars >= ARRAYSIZE(folder))
        return E_INVALIDARG;
    if (folder[chars - 1] == L'\\')
        folder[chars - 1] = L'\0';
    if (!folder_is_empty(folder))
        return E_INVALIDARG;
    WCHAR *name = folder_on_host(folder);
    HRESULT hr = link_to_copy(shadow, name, NULL);
    free(name);
    if (SUCCEEDED(hr))
        _snwprintf(shadow->exposed, ARRAYSIZE(shadow->exposed), L"%ls\\", folder);
    return hr;
}

HRESULT shadow_expose_locally(struct shadow *shadow, const WCHAR *where)
{
    HRESULT hr;
    if (shadow->exposed[0] != L'\0')
        return VSS_E_OBJECT_ALREADY_EXISTS;
    if (where == NULL)
        hr = expose_any_letter(shadow);
    else if (wcslen(where) < 2 || where[1] != L':' || towupper(where[0]) < L'A' ||
             towupper(where[0]) > L'Z')
        hr = E_INVALIDARG;
    else if (where[2] == L'\0' || (where[2] == L'\\' && where[3] == L'\0'))
        hr = expose_letter(shadow, towupper(where[0]));
    else
        hr = expose_folder(shadow, where);
    if (SUCCEEDED(hr))
        shadow->attributes |= VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY;
    return hr;
}

/* --- a share --------------------------------------------------------------------------------- */

/* Where Wine looks for \\<this machine>\<name>. Free with free; NULL when memory is out. */
static WCHAR *share_on_host(const WCHAR *name)
{
    WCHAR machine[MAX_COMPUTERNAME_LENGTH + 1] = L"";
    WCHAR leaf[MAX_PATH + MAX_COMPUTERNAME_LENGTH + 8];
    DWORD chars = ARRAYSIZE(machine);
    GetComputerNameW(machine, &chars);
    _snwprintf(leaf, ARRAYSIZE(leaf), L"unc/%ls/%ls", machine, name);
    return volume_unix_device_path(leaf);
}

HRESULT shadow_expose_as_share(struct shadow *shadow, const WCHAR *name, const WCHAR *path)
{
    WCHAR chosen[32];
    if (shadow->exposed[0] != L'\0')
        return VSS_E_OBJECT_ALREADY_EXISTS;
    if (name == NULL) {
        _snwprintf(chosen, ARRAYSIZE(chosen), L"ShadowCopy%lu", shadow->device_number);
        name = chosen;
    }
    if (name[0] == L'\0' || wcslen(name) > 80 || wcspbrk(name, L"\\/:*?\"<>|") != NULL ||
        (path != NULL && (wcslen(path) >= MAX_PATH / 2 || wcsstr(path, L"..") != NULL)))
        return E_INVALIDARG;
    WCHAR *link = share_on_host(name);
    HRESULT hr = link_to_copy(shadow, link, path);
    free(link);
    if (hr == VSS_E_UNEXPECTED_PROVIDER_ERROR)
        hr = VSS_E_OBJECT_ALREADY_EXISTS;
    if (FAILED(hr))
        return hr;
    wcscpy(shadow->exposed, name);
    wcscpy(shadow->exposed_path, path != NULL ? path : L"");
    shadow->attributes |= VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY;
    return S_OK;
}

/* --- back ------------------------------------------------------------------------------------ */

static HRESULT remove_name(const struct shadow *shadow)
{
    BOOL is_share = (shadow->attributes & VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY) != 0;
    BOOL is_letter = !is_share && shadow->exposed[3] == L'\0';
    WCHAR *link = NULL;
    if (is_share)
        link = share_on_host(shadow->exposed);
    else if (is_letter)
        link = letter_on_host(shadow->exposed[0]);
    else
        link = folder_on_host(shadow->exposed);
    if (link == NULL)
        return E_OUTOFMEMORY;
    if (is_letter) {
        WCHAR device[] = {shadow->exposed[0], L':', L'\0'};
        DefineDosDeviceW(DDD_REMOVE_DEFINITION, device, NULL);
    }
    HRESULT hr = run(shadow, unlink_script, link, is_share || is_letter ? L"name" : L"folder");
    free(link);
    return hr;
}

HRESULT shadow_unexpose(struct shadow *shadow)
{
    if (shadow->exposed[0] == L'\0')
        return VSS_E_OBJECT_NOT_FOUND;
    HRESULT hr = remove_name(shadow);
    if (FAILED(hr))
        return hr;
    shadow->exposed[0] = L'\0';
    shadow->exposed_path[0] = L'\0';
    shadow->attributes &= ~(VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY | VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY);
    return S_OK;
}
