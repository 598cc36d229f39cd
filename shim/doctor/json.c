/*
 * json.c - builds the JSON text.
 */
#include "json.h"

#include "common/format.h"
#include "host/clock.h"
#include "host/os_name.h"

#include <stdlib.h>
#include <wchar.h>

struct text
{
    wchar_t *units;
    size_t count, capacity;
    bool failed;
};

static void put_unit(struct text *text, wchar_t unit)
{
    if (text->count == text->capacity) {
        size_t wanted = text->capacity ? text->capacity * 2 : 4096;
        wchar_t *grown = text->failed ? NULL : realloc(text->units, wanted * sizeof(*text->units));

        if (!grown) {
            text->failed = true;
            return;
        }
        text->units = grown;
        text->capacity = wanted;
    }
    text->units[text->count++] = unit;
}

static void put(struct text *text, const wchar_t *what)
{
    for (; *what; what++)
        put_unit(text, *what);
}

static void put_string(struct text *text, const wchar_t *string)
{
    wchar_t escape[8];

    if (!string) {
        put(text, L"null");
        return;
    }
    put_unit(text, L'"');
    for (; *string; string++) {
        if (*string == L'"' || *string == L'\\') {
            put_unit(text, L'\\');
            put_unit(text, *string);
        } else if (*string < 0x20) {
            format_text(escape, 8, L"\\u%04x", (unsigned int)*string);
            put(text, escape);
        } else {
            put_unit(text, *string);
        }
    }
    put_unit(text, L'"');
}

static void put_member(struct text *text, const wchar_t *name, const wchar_t *string)
{
    put_string(text, name);
    put(text, L": ");
    put_string(text, string);
}

static void put_number(struct text *text, const wchar_t *name, uint64_t number)
{
    wchar_t digits[24];

    format_text(digits, 24, L"%llu", (unsigned long long)number);
    put_string(text, name);
    put(text, L": ");
    put(text, digits);
}

/* 0: null. */
static void put_time(struct text *text, const wchar_t *name, uint64_t time)
{
    wchar_t formatted[CLOCK_TEXT_CHARS];

    clock_format(time, formatted);
    put_member(text, name, time ? formatted : NULL);
}

static void put_word(struct text *text, const wchar_t *name, const wchar_t *word)
{
    put_string(text, name);
    put(text, L": ");
    put(text, word);
}

static void put_head(struct text *text, int exit_code)
{
    wchar_t computer[MAX_COMPUTERNAME_LENGTH + 1] = L"";
    DWORD computer_chars = MAX_COMPUTERNAME_LENGTH + 1;
    wchar_t system[OS_NAME_CHARS];

    GetComputerNameW(computer, &computer_chars);
    os_name(system);
    put(text, L"{\n  ");
    put_member(text, L"tool", L"ntdsdoctor");
    put(text, L",\n  ");
    put_number(text, L"schema", JSON_SCHEMA);
    put(text, L",\n  ");
    put_member(text, L"version", NTDSBCLI_VERSION);
    put(text, L",\n  ");
    put_number(text, L"bits", sizeof(void *) * 8);
    put(text, L",\n  ");
    put_member(text, L"computer", computer);
    put(text, L",\n  ");
    put_member(text, L"system", system);
    put(text, L",\n  ");
    put_time(text, L"time", clock_now());
    put(text, L",\n  ");
    put_number(text, L"exit_code", (unsigned int)exit_code);
}

static void put_finding(struct text *text, const struct finding *finding)
{
    put(text, L"    {");
    put_member(text, L"id", finding->id);
    put(text, L", ");
    put_member(text, L"area", findings_area_name(finding->area));
    put(text, L", ");
    put_member(text, L"level", findings_level_name(finding->level));
    put(text, L",\n     ");
    put_member(text, L"text", finding->text);
    put(text, L",\n     ");
    put_member(text, L"next", finding->next);
    put(text, L"}");
}

static void put_backup(struct text *text, const struct backup_entry *entry)
{
    const wchar_t *verified = entry->verified ? L"true" : L"false";

    put(text, L"    {");
    put_member(text, L"id", entry->id);
    put(text, L", ");
    put_member(text, L"computer", entry->computer);
    put(text, L", ");
    put_member(text, L"program", entry->program[0] ? entry->program : NULL);
    put(text, L",\n     ");
    put_time(text, L"made", entry->made);
    put(text, L", ");
    put_time(text, L"expires", entry->expires);
    put(text, L", ");
    put_number(text, L"bytes", entry->bytes);
    put(text, L", ");
    put_number(text, L"files", entry->file_count);
    put(text, L", ");
    put_word(text, L"record", entry->has_record ? L"true" : L"false");
    put(text, L", ");
    put_word(text, L"verified", entry->has_record ? verified : L"null");
    put(text, L"}");
}

static void put_findings(struct text *text, const struct findings *findings)
{
    size_t i;

    put(text, L",\n  \"findings\": [\n");
    for (i = 0; i < findings->count; i++) {
        put_finding(text, &findings->items[i]);
        put(text, i + 1 < findings->count ? L",\n" : L"\n");
    }
    put(text, L"  ]");
}

static void put_backups(struct text *text, const struct backup_list *backups)
{
    size_t i;

    put(text, L",\n  \"backups\": [\n");
    for (i = 0; i < backups->count; i++) {
        put_backup(text, &backups->items[i]);
        put(text, i + 1 < backups->count ? L",\n" : L"\n");
    }
    put(text, L"  ]");
}

static char *to_utf8(const struct text *text, size_t *byte_count)
{
    int needed =
        WideCharToMultiByte(CP_UTF8, 0, text->units, (int)text->count, NULL, 0, NULL, NULL);
    char *bytes = malloc((size_t)needed + 1);

    if (!bytes)
        return NULL;
    WideCharToMultiByte(CP_UTF8, 0, text->units, (int)text->count, bytes, needed, NULL, NULL);
    bytes[needed] = 0;
    *byte_count = (size_t)needed;
    return bytes;
}

char *json_build(const struct findings *findings, const struct backup_list *backups,
                 size_t *byte_count)
{
    struct text text = {0};
    char *bytes;

    put_head(&text, findings_exit_code(findings));
    put_findings(&text, findings);
    if (backups->is_wanted)
        put_backups(&text, backups);
    put(&text, L"\n}\n");
    bytes = text.failed ? NULL : to_utf8(&text, byte_count);
    free(text.units);
    return bytes;
}
