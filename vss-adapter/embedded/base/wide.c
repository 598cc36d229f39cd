/*
 * Conversions between the UTF-8 of the documents and the UTF-16 of the API.
 *
 * Must not know: what the strings mean.
 */
#include "wide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

char *wide_to_utf8(const wchar_t *text)
{
    int bytes;
    char *copy;

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
    int chars;
    wchar_t *copy;

    if (!text)
        return NULL;
    chars = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    copy = chars > 0 ? malloc((size_t)chars * sizeof(wchar_t)) : NULL;
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

wchar_t *wide_task_copy(const wchar_t *text)
{
    size_t bytes;
    wchar_t *copy;

    if (!text)
        return NULL;
    bytes = (wcslen(text) + 1) * sizeof(wchar_t);
    copy = CoTaskMemAlloc(bytes);
    if (copy)
        memcpy(copy, text, bytes);
    return copy;
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
    _snwprintf(text, WIDE_GUID_CHARS, L"{%hs}", narrow);
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
