/*
 * action_explain.c - says what codes mean, which a program or a log has shown.
 */
#include "checks.h"

#include "code_text.h"

#define NEXT_SEARCH                                                                                \
    L"Give a number (0x80042301, -2147212543) or a name (hrDiskIO). 'net helpmsg' explains small " \
    L"numbers."

static void explain(struct findings *findings, const wchar_t *word)
{
    wchar_t text[CODE_TEXT_CHARS];
    HRESULT code;

    if (!code_parse(word, &code))
        findings_add(findings, AREA_ACTION, FINDING_ERROR, L"action.code", NEXT_SEARCH,
                     L"'%ls' is neither a number nor the name of a code.", word);
    else if (!code_text(code, text))
        findings_add(findings, AREA_ACTION, FINDING_ERROR, L"action.code", NEXT_SEARCH,
                     L"Not known: what %ls means.", text);
    else
        findings_add(findings, AREA_ACTION, FINDING_OK, L"action.code", NULL, L"%ls", text);
}

void action_explain(struct findings *findings, wchar_t *const *words, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        explain(findings, words[i]);
}
