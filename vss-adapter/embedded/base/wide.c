/*
 * wide.c - converts between the UTF-8 of the documents and the UTF-16 of the API.
 */
#include "wide.h"
#include "common/format.h"

#include <stdlib.h>
#include <string.h>
#include <vss.h>
#include <wchar.h>

char *wide_to_utf8(const wchar_t *text)
{
    char *copy;
    int bytes;

    if (!text)
        return NULL;
    bytes = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    copy = bytes > 0 ? malloc((size_t)bytes) : NULL;
    if (copy)
        WideCharToMultiByte(CP_UTF8, 0, text, -1, copy, bytes, NULL, NULL);
    return copy;
}

wchar_t *wide_from_utf8(const char *text)
{
    wchar_t *copy;
    int chars;

    if (!text)
        return NULL;
    chars = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    copy = chars > 0 ? malloc((size_t)chars * sizeof(*copy)) : NULL;
    if (copy)
        MultiByteToWideChar(CP_UTF8, 0, text, -1, copy, chars);
    return copy;
}

HRESULT wide_to_bstr(const char *text, BSTR *out)
{
    wchar_t *wide;

    *out = NULL;
    if (!text)
        return S_FALSE;
    wide = wide_from_utf8(text);
    if (wide)
        *out = SysAllocString(wide);
    free(wide);
    return *out ? S_OK : E_OUTOFMEMORY;
}

HRESULT wide_to_bstr_or_empty(const char *text, BSTR *out)
{
    return wide_to_bstr(text ? text : "", out);
}

HRESULT wide_buffer_to_bstr(struct doc_buffer *buffer, BSTR *out)
{
    char *text = doc_buffer_take(buffer);
    HRESULT hr = wide_to_bstr(text, out);

    free(text);
    return text ? hr : E_OUTOFMEMORY;
}

wchar_t *wide_task_copy(const wchar_t *text)
{
    size_t bytes = text ? (wcslen(text) + 1) * sizeof(*text) : 0;
    wchar_t *copy = text ? CoTaskMemAlloc(bytes) : NULL;

    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

bool wide_files_add(struct doc_files *files, const wchar_t *path, const wchar_t *filespec,
                    const wchar_t *alternate_path, bool recursive, uint32_t backup_type_mask)
{
    char *narrow_path = wide_to_utf8(path);
    char *narrow_filespec = wide_to_utf8(filespec);
    char *narrow_alternate = wide_to_utf8(alternate_path);
    bool ok = narrow_path && narrow_filespec && (narrow_alternate || !alternate_path) &&
              doc_files_add(files, narrow_path, narrow_filespec, narrow_alternate, recursive,
                            backup_type_mask);

    free(narrow_path);
    free(narrow_filespec);
    free(narrow_alternate);
    return ok;
}

HRESULT wide_doc_result(enum doc_result result)
{
    if (result == DOC_OK)
        return S_OK;
    return result == DOC_NO_MEMORY ? E_OUTOFMEMORY : VSS_E_INVALID_XML_DOCUMENT;
}

_Static_assert(sizeof(GUID) == sizeof(struct doc_guid), "doc_guid has the layout of a GUID");

GUID wide_guid(const struct doc_guid *guid)
{
    GUID result;

    memcpy(&result, guid, sizeof(result));
    return result;
}

struct doc_guid wide_doc_guid(const GUID *guid)
{
    struct doc_guid result;

    memcpy(&result, guid, sizeof(result));
    return result;
}

void wide_guid_text(const GUID *guid, wchar_t text[WIDE_GUID_CHARS])
{
    char narrow[DOC_GUID_CHARS];
    struct doc_guid copy = wide_doc_guid(guid);

    doc_guid_format(&copy, narrow);
    format_text(text, WIDE_GUID_CHARS, L"{%hs}", narrow);
}

bool wide_guid_parse(const wchar_t *text, GUID *guid)
{
    char narrow[WIDE_GUID_CHARS];
    struct doc_guid parsed;
    size_t i;

    if (wcslen(text) != WIDE_GUID_CHARS - 1 || text[0] != L'{')
        return false;
    for (i = 0; i < WIDE_GUID_CHARS; i++)
        narrow[i] = text[i] < 0x80 ? (char)text[i] : '?';
    if (!doc_guid_parse(&parsed, narrow))
        return false;
    *guid = wide_guid(&parsed);
    return true;
}
