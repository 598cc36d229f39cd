/*
 * json.c - builds the JSON text.
 */
#include "json.h"

#include "json_text.h"

#include "common/format.h"
#include "host/clock.h"
#include "host/os_name.h"

#include <wchar.h>

static void put_head(struct json_text *text, int exit_code)
{
    wchar_t computer[MAX_COMPUTERNAME_LENGTH + 1] = L"";
    DWORD computer_chars = MAX_COMPUTERNAME_LENGTH + 1;
    wchar_t system[OS_NAME_CHARS];

    GetComputerNameW(computer, &computer_chars);
    os_name(system);
    json_text_put(text, L"{\n  ");
    json_text_member(text, L"tool", L"ntdsdoctor");
    json_text_put(text, L",\n  ");
    json_text_number(text, L"schema", JSON_SCHEMA);
    json_text_put(text, L",\n  ");
    json_text_member(text, L"version", NTDSBCLI_VERSION);
    json_text_put(text, L",\n  ");
    json_text_number(text, L"bits", sizeof(void *) * 8);
    json_text_put(text, L",\n  ");
    json_text_member(text, L"computer", computer);
    json_text_put(text, L",\n  ");
    json_text_member(text, L"system", system);
    json_text_put(text, L",\n  ");
    json_text_time(text, L"time", clock_now());
    json_text_put(text, L",\n  ");
    json_text_number(text, L"exit_code", (unsigned int)exit_code);
}

static void put_finding(struct json_text *text, const struct finding *finding)
{
    json_text_put(text, L"    {");
    json_text_member(text, L"id", finding->id);
    json_text_put(text, L", ");
    json_text_member(text, L"area", findings_area_name(finding->area));
    json_text_put(text, L", ");
    json_text_member(text, L"level", findings_level_name(finding->level));
    json_text_put(text, L",\n     ");
    json_text_member(text, L"text", finding->text);
    json_text_put(text, L",\n     ");
    json_text_member(text, L"next", finding->next);
    json_text_put(text, L"}");
}

static void put_backup(struct json_text *text, const struct backup_entry *entry)
{
    const wchar_t *verified = entry->verified ? L"true" : L"false";

    json_text_put(text, L"    {");
    json_text_member(text, L"id", entry->id);
    json_text_put(text, L", ");
    json_text_member(text, L"computer", entry->computer);
    json_text_put(text, L", ");
    json_text_member(text, L"program", entry->program[0] ? entry->program : NULL);
    json_text_put(text, L",\n     ");
    json_text_time(text, L"made", entry->made);
    json_text_put(text, L", ");
    json_text_time(text, L"expires", entry->expires);
    json_text_put(text, L", ");
    json_text_number(text, L"bytes", entry->bytes);
    json_text_put(text, L", ");
    json_text_number(text, L"files", entry->file_count);
    json_text_put(text, L", ");
    json_text_word(text, L"record", entry->has_record ? L"true" : L"false");
    json_text_put(text, L", ");
    json_text_word(text, L"verified", entry->has_record ? verified : L"null");
    json_text_put(text, L"}");
}

static void put_findings(struct json_text *text, const struct findings *findings)
{
    size_t i;

    json_text_put(text, L",\n  \"findings\": [\n");
    for (i = 0; i < findings->count; i++) {
        put_finding(text, &findings->items[i]);
        json_text_put(text, i + 1 < findings->count ? L",\n" : L"\n");
    }
    json_text_put(text, L"  ]");
}

static void put_backups(struct json_text *text, const struct backup_list *backups)
{
    size_t i;

    json_text_put(text, L",\n  \"backups\": [\n");
    for (i = 0; i < backups->count; i++) {
        put_backup(text, &backups->items[i]);
        json_text_put(text, i + 1 < backups->count ? L",\n" : L"\n");
    }
    json_text_put(text, L"  ]");
}

char *json_build(const struct findings *findings, const struct backup_list *backups,
                 size_t *byte_count)
{
    struct json_text text = {0};

    put_head(&text, findings_exit_code(findings));
    put_findings(&text, findings);
    if (backups->is_wanted)
        put_backups(&text, backups);
    json_text_put(&text, L"\n}\n");
    return json_text_utf8(&text, byte_count);
}
