/*
 * fuzz_report.c - what the kit for a real Windows makes of any page of claims, and of what other
 * programs print.
 */
#include "fuzz_promise.h"
#include "fuzz_windows.h"

#include "doctor/output.h"
#include "json_reader.h"
#include "proof_report.h"
#include "proof_texts.h"

void output_text(bool is_error, const wchar_t *text)
{
    (void)is_error;
    PROMISE(text[0]);
}

static char *copy_text(const uint8_t *data, size_t bytes)
{
    char *text = malloc(bytes + 1);

    PROMISE(text);
    memcpy(text, data, bytes);
    text[bytes] = 0;
    return text;
}

/* --- the report ----------------------------------------------------------------------------------
 */

static const struct
{
    const wchar_t *id;
    const char *row; /* what a row of it begins with */
} claims[] = {{L"one", "| one "}, {L"two", "| two "}, {L"three", "| three "}};

/* Two bits for each claim: none, or one of the outcomes. */
static void fill(struct proof_report *report, uint8_t choice, const uint8_t *data, size_t bytes)
{
    wchar_t evidence[64] = {0};
    size_t i;

    memcpy(evidence, data, bytes < sizeof(evidence) - 2 ? bytes : sizeof(evidence) - 2);
    proof_report_fact(report, L"text", L"%ls", evidence);
    for (i = 0; i < ARRAYSIZE(claims); i++, choice >>= 2) {
        if (choice & 3)
            proof_report_add(report, claims[i].id, L"check", (enum proof_outcome)((choice & 3) - 1),
                             L"%ls", evidence);
    }
    PROMISE(!report->is_incomplete);
}

static bool has_row(const char *page, const char *row)
{
    const char *line = page;

    while (line && strncmp(line, row, strlen(row)) != 0) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return line != NULL;
}

static size_t count_strangers(const struct proof_report *report, const char *page)
{
    enum proof_outcome outcome;
    size_t count = 0, i;

    for (i = 0; i < ARRAYSIZE(claims); i++)
        count +=
            proof_report_outcome(report, claims[i].id, &outcome) && !has_row(page, claims[i].row);
    return count;
}

/* Every line of the page is there, with something behind it or nothing. */
static void check_page(const struct proof_report *report, const char *page)
{
    size_t strangers = 44;
    char *made = proof_report_page(report, page, &strangers);
    const char *line = made;

    PROMISE(made && strangers == count_strangers(report, page));
    while (*page) {
        size_t bytes = strcspn(page, "\n");
        size_t kept = bytes && page[bytes - 1] == '\r' ? bytes - 1 : bytes;

        PROMISE(strncmp(line, page, kept) == 0);
        line = strchr(line + kept, '\n');
        PROMISE(line);
        line++;
        page += page[bytes] ? bytes + 1 : bytes;
    }
    PROMISE(!*line);
    free(made);
}

static void count_value(void *context, const char *path, const char *value)
{
    (void)path;
    (void)value;
    ++*(size_t *)context;
}

static void check_json(const struct proof_report *report)
{
    size_t bytes = 0, offset = 0, values = 0;
    char *json = proof_report_json(report, 1, 0, &bytes);

    PROMISE(json && json_read(json, bytes, count_value, &values, &offset));
    PROMISE(values == 5 + report->fact_count + 5 * report->entry_count);
    free(json);
}

void fuzz_report(const uint8_t *data, size_t bytes)
{
    struct proof_report report = {0};
    char *page;

    if (!bytes)
        return;
    page = copy_text(data + 1, bytes - 1);
    fill(&report, data[0], data + 1, bytes - 1);
    check_page(&report, page);
    check_json(&report);
    proof_report_fini(&report);
    free(page);
}

/* --- what other programs print -------------------------------------------------------------------
 */

static void check_words(const char *text)
{
    char words[40];

    proof_texts_guids(text, words, sizeof(words));
    PROMISE(strlen(words) == 0 || (strlen(words) == 38 && strstr(text, words)));
    proof_texts_errors(text, words, sizeof(words));
    PROMISE(strlen(words) < sizeof(words) && !strchr(words, '"'));
}

void fuzz_texts(const uint8_t *data, size_t bytes)
{
    char *text = copy_text(data, bytes);
    struct proof_texts_header header;

    PROMISE(proof_texts_shadows(text) <= proof_texts_count(text, "HarddiskVolumeShadowCopy"));
    proof_texts_header(text, &header);
    PROMISE(header.is_known || !header.is_clean);
    proof_texts_verified(text, &header);
    PROMISE(header.is_known || !header.is_clean);
    PROMISE(proof_texts_expiry(text) <= PROOF_EXPIRY_SETTING);
    PROMISE(proof_texts_number(text, "exit_code") == -1 || strstr(text, "\"exit_code\": "));
    check_words(text);
    free(text);
}
