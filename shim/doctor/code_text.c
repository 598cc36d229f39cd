/*
 * code_text.c - the message table of the product first, then what the adapter knows of VSS.
 */
#include "code_text.h"

#include "common/codes.h"
#include "common/format.h"
#include "record/result_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <wchar.h>

bool code_text(HRESULT code, wchar_t text[CODE_TEXT_CHARS])
{
    const struct code_name *known = codes_find(code);
    wchar_t name[RESULT_NAME_CHARS];
    wchar_t meaning[RESULT_TEXT_CHARS];

    result_name(code, name);
    if (name[0] == L'0' && known)
        format_text(name, RESULT_NAME_CHARS, L"%ls (0x%08lx)", known->name, (unsigned long)code);
    result_text(code, meaning);
    if (!meaning[0] && known)
        format_text(meaning, RESULT_TEXT_CHARS, L"%ls.", known->meaning);
    format_text(text, CODE_TEXT_CHARS, L"%ls%ls%ls", name, meaning[0] ? L": " : L"", meaning);
    return meaning[0];
}

bool code_parse(const wchar_t *word, HRESULT *code)
{
    wchar_t *end;
    long long number = _wcstoi64(word, &end, 0);
    legacy_result named;

    if (end != word && !*end && number >= INT32_MIN && number <= UINT32_MAX) {
        *code = (HRESULT)(uint32_t)number;
        return true;
    }
    if (!result_find(word, &named))
        return false;
    *code = named;
    return true;
}
