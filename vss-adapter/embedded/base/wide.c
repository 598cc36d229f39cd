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

char *wide_to_utf8(const WCHAR *text)
{
    if (text == NULL)
        return NULL;
    int bytes = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *copy = bytes > 0 ? malloc((size_t)bytes) : NULL;
    if (copy != NULL)
        WideCharToMultiByte(CP_UTF8, 0, text, -1, copy, bytes, NULL, NULL);
    return copy;
}

WCHAR *wide_from_utf8(const char *text)
{
    if (text == NULL)
        return NULL;
    int chars = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    WCHAR *copy = chars > 0 ? malloc((size_t)chars * sizeof(WCHAR)) : NULL;
    if (copy != NULL)
        MultiByteToWideChar(CP_UTF8, 0, text, -1, copy, chars);
    return copy;
}

HRESULT wide_to_bstr(const char *text, BSTR *out)
{
    *out = NULL;
    if (text == NULL)
        return S_FALSE;
    WCHAR *wide = wide_from_utf8(text);
    if (wide != NULL)
        *out = SysAllocString(wide);
    free(wide);
    return *out != NULL ? S_OK : E_OUTOFMEMORY;
}

HRESULT wide_to_bstr_or_empty(const char *text, BSTR *out)
{
    return wide_to_bstr(text != NULL ? text : "", out);
}

WCHAR *wide_task_copy(const WCHAR *text)
{
    if (text == NULL)
        return NULL;
    size_t bytes = (wcslen(text) + 1) * sizeof(WCHAR);
    WCHAR *copy = CoTaskMemAlloc(bytes);
    if (copy != NULL)
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

void wide_guid_text(const GUID *guid, WCHAR text[WIDE_GUID_CHARS])
{
    char narrow[DOC_GUID_CHARS];
    struct doc_guid copy = wide_doc_guid(guid);
    doc_guid_format(&copy, narrow);
    _snwprintf(text, WIDE_GUID_CHARS, L"{%hs}", narrow);
}

bool wide_guid_parse(const WCHAR *text, GUID *guid)
{
    char narrow[WIDE_GUID_CHARS];
    struct doc_guid parsed;
    if (wcslen(text) != WIDE_GUID_CHARS - 1 || text[0] != L'{')
        return false;
    for (size_t i = 0; i < WIDE_GUID_CHARS; i++)
        narrow[i] = text[i] < 0x80 ? (char)text[i] : '?';
    if (!doc_guid_parse(&parsed, narrow))
        return false;
    *guid = wide_guid(&parsed);
    return true;
}
