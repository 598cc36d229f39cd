/*
 * findings.c - keeps findings and derives the exit code from them.
 */
#include "findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define TEXT_CHARS 2000

static void free_items(struct findings *findings)
{
    size_t i;

    for (i = 0; i < findings->count; i++)
        free(findings->items[i].text);
    free(findings->items);
    findings->items = NULL;
    findings->count = findings->capacity = 0;
}

static bool make_room(struct findings *findings, size_t count)
{
    size_t wanted = findings->capacity ? findings->capacity : 32;
    struct finding *grown;

    while (wanted < findings->count + count)
        wanted *= 2;
    if (wanted == findings->capacity)
        return true;
    grown = realloc(findings->items, wanted * sizeof(*grown));
    if (!grown) {
        findings->is_incomplete = true;
        return false;
    }
    findings->items = grown;
    findings->capacity = wanted;
    return true;
}

void findings_add(struct findings *findings, enum finding_area area, enum finding_level level,
                  const wchar_t *id, const wchar_t *next, const wchar_t *format, ...)
{
    wchar_t text[TEXT_CHARS];
    wchar_t *copy;
    va_list args;

    va_start(args, format);
    _vsnwprintf(text, TEXT_CHARS, format, args);
    va_end(args);
    text[TEXT_CHARS - 1] = 0;
    copy = _wcsdup(text);
    AcquireSRWLockExclusive(&findings->lock);
    if (copy && make_room(findings, 1)) {
        findings->items[findings->count++] =
            (struct finding){.level = level, .area = area, .id = id, .text = copy, .next = next};
        copy = NULL;
    } else {
        findings->is_incomplete = true;
    }
    ReleaseSRWLockExclusive(&findings->lock);
    free(copy);
}

void findings_move(struct findings *findings, struct findings *more)
{
    AcquireSRWLockExclusive(&more->lock);
    if (more->count && make_room(findings, more->count)) {
        memcpy(findings->items + findings->count, more->items, more->count * sizeof(*more->items));
        findings->count += more->count;
        more->count = 0;
    }
    findings->is_incomplete |= more->is_incomplete;
    findings->is_refused |= more->is_refused;
    free_items(more);
    ReleaseSRWLockExclusive(&more->lock);
}

bool findings_has_error(const struct findings *findings, enum finding_area area)
{
    size_t i;

    for (i = 0; i < findings->count; i++) {
        if (findings->items[i].area == area && findings->items[i].level == FINDING_ERROR)
            return true;
    }
    return false;
}

int findings_exit_code(const struct findings *findings)
{
    enum finding_level worst = FINDING_OK;
    int area;
    size_t i;

    if (findings->is_incomplete)
        return EXIT_BROKEN;
    if (findings_has_error(findings, AREA_ACTION))
        return findings->is_refused ? EXIT_REFUSED : EXIT_FAILED;
    if (findings_has_error(findings, AREA_RECORDS))
        return EXIT_TOO_OLD;
    if (findings_has_error(findings, AREA_AFTER_RESTORE))
        return EXIT_AFTER;
    for (area = AREA_PROGRAM; area < AREA_ACTION; area++) {
        if (findings_has_error(findings, (enum finding_area)area))
            return EXIT_AREA + area;
    }
    for (i = 0; i < findings->count; i++) {
        if (findings->items[i].level > worst)
            worst = findings->items[i].level;
    }
    return worst >= FINDING_WARNING ? EXIT_WARNINGS : EXIT_HEALTHY;
}

const wchar_t *findings_area_name(enum finding_area area)
{
    static const wchar_t *const names[] = {
        [AREA_PROGRAM] = L"program",
        [AREA_RIGHTS] = L"rights",
        [AREA_DIRECTORY] = L"directory",
        [AREA_VSS] = L"vss",
        [AREA_VOLUMES] = L"volumes",
        [AREA_LEFTOVERS] = L"leftovers",
        [AREA_SETTINGS] = L"settings",
        [AREA_LOG] = L"log",
        [AREA_BACKUP_TEST] = L"backup-test",
        [AREA_BACKUP] = L"backup",
        [AREA_ACTION] = L"action",
        [AREA_RECORDS] = L"records",
        [AREA_AFTER_RESTORE] = L"after-restore",
    };

    return names[area];
}

const wchar_t *findings_level_name(enum finding_level level)
{
    static const wchar_t *const names[] = {
        [FINDING_OK] = L"ok",
        [FINDING_NOTE] = L"note",
        [FINDING_WARNING] = L"warning",
        [FINDING_ERROR] = L"error",
    };

    return names[level];
}

void findings_fini(struct findings *findings)
{
    free_items(findings);
    findings->is_incomplete = false;
    findings->is_refused = false;
}
