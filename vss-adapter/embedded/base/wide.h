/*
 * wide.h - converts between the UTF-8 of the documents and the UTF-16 of the API.
 */
#ifndef NTDSBCLI_EMBEDDED_WIDE_H
#define NTDSBCLI_EMBEDDED_WIDE_H

#include "embedded/document/document.h"

#include <windows.h>
#include <ole2.h>

/* UTF-8 copy of a wide string (free with free); NULL for NULL and if memory is out. */
char *wide_to_utf8(const wchar_t *text);

/* Wide copy of a UTF-8 string (free with free); NULL for NULL and if memory is out. */
wchar_t *wide_from_utf8(const char *text);

/*
 * BSTR for an output parameter. S_OK, E_OUTOFMEMORY, or S_FALSE with *out NULL for a NULL text
 * (VSS: "nothing was set").
 */
HRESULT wide_to_bstr(const char *text, BSTR *out);

/* The same, but "nothing was set" gives an empty string. */
HRESULT wide_to_bstr_or_empty(const char *text, BSTR *out);

/* The finished text of a buffer, which is all zero again. E_OUTOFMEMORY: *out is NULL. */
HRESULT wide_buffer_to_bstr(struct doc_buffer *buffer, BSTR *out);

/* CoTaskMemAlloc copy; NULL for NULL and if memory is out. */
wchar_t *wide_task_copy(const wchar_t *text);

/* doc_files_add with wide strings. */
bool wide_files_add(struct doc_files *files, const wchar_t *path, const wchar_t *filespec,
                    const wchar_t *alternate_path, bool recursive, uint32_t backup_type_mask);

/* The result of doc_read_... as a method returns it: VSS_E_INVALID_XML_DOCUMENT, E_OUTOFMEMORY. */
HRESULT wide_doc_result(enum doc_result result);

GUID wide_guid(const struct doc_guid *guid);
struct doc_guid wide_doc_guid(const GUID *guid);

#define WIDE_GUID_CHARS 39
/* "{...}" in lower case. */
void wide_guid_text(const GUID *guid, wchar_t text[WIDE_GUID_CHARS]);
/* With braces. */
bool wide_guid_parse(const wchar_t *text, GUID *guid);

#endif
