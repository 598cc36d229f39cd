/*
 * proof_report.c - keeps what was found, and writes it down.
 */
#include "proof_report.h"

#include "common/array.h"
#include "common/format.h"
#include "doctor/json_text.h"
#include "doctor/output.h"

#include <windows.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_CHARS 1000
#define ID_CHARS   64

static wchar_t *format_new(const wchar_t *format, va_list arguments)
{
    wchar_t *text = malloc(TEXT_CHARS * sizeof(*text));

    if (text)
        format_text_va(text, TEXT_CHARS, format, arguments);
    return text;
}

void proof_report_add(struct proof_report *report, const wchar_t *claim, const wchar_t *check,
                      enum proof_outcome outcome, const wchar_t *format, ...)
{
    static const wchar_t *const marks[] = {
        [PROOF_PROVED] = L"proved", [PROOF_NOT_POSSIBLE] = L"-", [PROOF_FAILED] = L"FAILED"};
    struct proof_entry entry = {.claim = claim, .check = check, .outcome = outcome};
    wchar_t line[TEXT_CHARS + 200];
    va_list arguments;

    va_start(arguments, format);
    entry.evidence = format_new(format, arguments);
    va_end(arguments);
    if (!entry.evidence || !array_grow(&report->entries, &report->entry_capacity,
                                       report->entry_count, sizeof(*report->entries))) {
        free(entry.evidence);
        report->is_incomplete = true;
        return;
    }
    report->entries[report->entry_count++] = entry;
    format_text(line, ARRAYSIZE(line), L"%-9ls %ls: %ls: %ls\n", marks[outcome], claim, check,
                entry.evidence);
    output_text(false, line);
}

void proof_report_fact(struct proof_report *report, const wchar_t *name, const wchar_t *format, ...)
{
    struct proof_fact fact = {.name = _wcsdup(name)};
    va_list arguments;

    va_start(arguments, format);
    fact.value = format_new(format, arguments);
    va_end(arguments);
    if (!fact.name || !fact.value ||
        !array_grow(&report->facts, &report->fact_capacity, report->fact_count,
                    sizeof(*report->facts))) {
        free(fact.name);
        free(fact.value);
        report->is_incomplete = true;
        return;
    }
    report->facts[report->fact_count++] = fact;
}

const wchar_t *proof_outcome_name(enum proof_outcome outcome)
{
    static const wchar_t *const names[] = {[PROOF_PROVED] = L"proved",
                                           [PROOF_NOT_POSSIBLE] = L"not possible here",
                                           [PROOF_FAILED] = L"failed"};

    return names[outcome];
}

/* A claim of which one check passed and another was not possible is proved as far as it went. */
bool proof_report_outcome(const struct proof_report *report, const wchar_t *claim,
                          enum proof_outcome *outcome)
{
    bool found = false;
    size_t i;

    for (i = 0; i < report->entry_count; i++) {
        enum proof_outcome one = report->entries[i].outcome;

        if (wcscmp(report->entries[i].claim, claim) != 0)
            continue;
        if (!found || one == PROOF_FAILED ||
            (*outcome == PROOF_NOT_POSSIBLE && one == PROOF_PROVED))
            *outcome = one;
        found = true;
    }
    return found;
}

bool proof_report_has_failed(const struct proof_report *report)
{
    size_t i;

    for (i = 0; i < report->entry_count; i++) {
        if (report->entries[i].outcome == PROOF_FAILED)
            return true;
    }
    return false;
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void put_checks(struct json_text *text, const struct proof_report *report,
                       const wchar_t *claim)
{
    const wchar_t *separator = L"";
    size_t i;

    for (i = 0; i < report->entry_count; i++) {
        const struct proof_entry *entry = &report->entries[i];

        if (wcscmp(entry->claim, claim) != 0)
            continue;
        json_text_put(text, separator);
        json_text_put(text, L"\n      {");
        json_text_member(text, L"check", entry->check);
        json_text_put(text, L", ");
        json_text_member(text, L"outcome", proof_outcome_name(entry->outcome));
        json_text_put(text, L",\n       ");
        json_text_member(text, L"evidence", entry->evidence);
        json_text_put(text, L"}");
        separator = L",";
    }
}

static bool is_first_of_claim(const struct proof_report *report, size_t index)
{
    size_t i;

    for (i = 0; i < index; i++) {
        if (wcscmp(report->entries[i].claim, report->entries[index].claim) == 0)
            return false;
    }
    return true;
}

static void put_claims(struct json_text *text, const struct proof_report *report)
{
    const wchar_t *separator = L"";
    enum proof_outcome outcome = PROOF_FAILED;
    size_t i;

    for (i = 0; i < report->entry_count; i++) {
        if (!is_first_of_claim(report, i))
            continue;
        proof_report_outcome(report, report->entries[i].claim, &outcome);
        json_text_put(text, separator);
        json_text_put(text, L"\n    {");
        json_text_member(text, L"id", report->entries[i].claim);
        json_text_put(text, L", ");
        json_text_member(text, L"outcome", proof_outcome_name(outcome));
        json_text_put(text, L", \"checks\": [");
        put_checks(text, report, report->entries[i].claim);
        json_text_put(text, L"]}");
        separator = L",";
    }
}

static void put_facts(struct json_text *text, const struct proof_report *report)
{
    size_t i;

    for (i = 0; i < report->fact_count; i++) {
        json_text_put(text, i ? L",\n    " : L"\n    ");
        json_text_member(text, report->facts[i].name, report->facts[i].value);
    }
}

char *proof_report_json(const struct proof_report *report, unsigned int level, uint64_t time,
                        size_t *byte_count)
{
    struct json_text text = {0};

    json_text_put(&text, L"{\n  ");
    json_text_member(&text, L"tool", L"ntdsprove");
    json_text_put(&text, L", ");
    json_text_number(&text, L"schema", PROOF_SCHEMA);
    json_text_put(&text, L", ");
    json_text_member(&text, L"version", NTDSBCLI_VERSION);
    json_text_put(&text, L", ");
    json_text_number(&text, L"level", level);
    json_text_put(&text, L", ");
    json_text_time(&text, L"time", time);
    json_text_put(&text, L",\n  \"facts\": {");
    put_facts(&text, report);
    json_text_put(&text, L"\n  },\n  \"claims\": [");
    put_claims(&text, report);
    json_text_put(&text, L"\n  ]\n}\n");
    return json_text_utf8(&text, byte_count);
}

/* --- the page --------------------------------------------------------------------------------- */

/* The id of a row "| id | ..."; false: it is none. */
static bool row_id(const char *line, const char *end, wchar_t id[ID_CHARS])
{
    size_t count = 0;

    if (end - line < 4 || line[0] != '|' || line[1] != ' ')
        return false;
    for (line += 2; line < end && *line != ' ' && count < ID_CHARS - 1; line++)
        id[count++] = (wchar_t)(unsigned char)*line;
    id[count] = 0;
    return line < end && *line == ' ' && count > 0;
}

/* What is added to a line of the page. */
static const wchar_t *more_of_line(const struct proof_report *report, const char *line,
                                   const char *end)
{
    enum proof_outcome outcome;
    wchar_t id[ID_CHARS];

    if (end - line > 4 && strncmp(line, "|---", 4) == 0)
        return L"---|";
    if (!row_id(line, end, id))
        return L"";
    if (wcscmp(id, L"id") == 0)
        return L" on this computer |";
    if (!proof_report_outcome(report, id, &outcome))
        return L" - |";
    switch (outcome) {
    case PROOF_PROVED:
        return L" proved |";
    case PROOF_NOT_POSSIBLE:
        return L" not possible here |";
    default:
        return L" **FAILED** |";
    }
}

static bool has_row(const char *page, const wchar_t *claim)
{
    wchar_t id[ID_CHARS];
    const char *end;

    for (; *page; page = *end ? end + 1 : end) {
        end = page + strcspn(page, "\n");
        if (row_id(page, end, id) && wcscmp(id, claim) == 0)
            return true;
    }
    return false;
}

static size_t count_strangers(const struct proof_report *report, const char *page)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < report->entry_count; i++)
        count += is_first_of_claim(report, i) && !has_row(page, report->entries[i].claim);
    return count;
}

char *proof_report_page(const struct proof_report *report, const char *page, size_t *strangers)
{
    /* Each line grows by less than this. */
    const size_t more_bytes = 32;
    size_t lines = 1;
    const char *line, *end;
    char *made, *to;

    for (line = page; *line; line++)
        lines += *line == '\n';
    made = to = malloc(strlen(page) + lines * more_bytes + 1);
    if (!made)
        return NULL;
    for (line = page; *line; line = *end ? end + 1 : end) {
        const wchar_t *more;
        size_t bytes;

        end = line + strcspn(line, "\n");
        bytes = (size_t)(end - line);
        if (bytes && end[-1] == '\r')
            bytes--;
        memcpy(to, line, bytes);
        to += bytes;
        for (more = more_of_line(report, line, line + bytes); *more; more++)
            *to++ = (char)*more;
        *to++ = '\n';
    }
    *to = 0;
    *strangers = count_strangers(report, page);
    return made;
}

void proof_report_fini(struct proof_report *report)
{
    size_t i;

    for (i = 0; i < report->entry_count; i++)
        free(report->entries[i].evidence);
    for (i = 0; i < report->fact_count; i++) {
        free(report->facts[i].name);
        free(report->facts[i].value);
    }
    free(report->entries);
    free(report->facts);
    memset(report, 0, sizeof(*report));
}
