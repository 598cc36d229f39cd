/*
 * code_text.h - a code as the doctor writes it: name, number and text.
 */
#ifndef NTDSDOCTOR_CODE_TEXT_H
#define NTDSDOCTOR_CODE_TEXT_H

#include <windows.h>
#include <stdbool.h>

#define CODE_TEXT_CHARS 640

/*
 * "hrDiskIO (0xc80003fe): text", of the product, of VSS or of Windows; what is not known is left
 * out. False: no text is known.
 */
bool code_text(HRESULT code, wchar_t text[CODE_TEXT_CHARS]);

/* A number as programs print it, or a name. False: neither. */
bool code_parse(const wchar_t *word, HRESULT *code);

#endif
