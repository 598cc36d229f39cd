/*
 * restore_map.c - checks a restore map by the names in it.
 *
 * KB Q169859, Q188650 and Q232705: maps malformed by backup programs broke restores much later,
 * so they are refused here.
 */
#include "restore_map.h"

#include "common/log_file.h"
#include "names.h"

#include <stdlib.h>

/* Longer than any path; keeps the text within bounds. */
#define NAME_CHARS_MAX 32767u

static bool is_name(const wchar_t *name)
{
    return name && name[0] && wcsnlen(name, NAME_CHARS_MAX + 1) <= NAME_CHARS_MAX;
}

static legacy_result name_matches(const wchar_t *given, const wchar_t *host, const wchar_t *path,
                                  bool *matches)
{
    wchar_t *local = names_to_local(given, host);

    if (!local)
        return ERROR_NOT_ENOUGH_MEMORY;
    *matches = names_compare(local, path) == 0;
    free(local);
    return S_OK;
}

/* The backup's computer may have had another name than this one. */
static legacy_result is_backup_database(const wchar_t *given, const struct restore_map_facts *facts,
                                        bool *matches)
{
    legacy_result hr = name_matches(given, facts->host, facts->backup_database, matches);

    if (hr == S_OK && !*matches)
        hr = name_matches(given, facts->backup_host, facts->backup_database, matches);
    return hr;
}

static legacy_result check_entries(const EDB_RSTMAPW *map, size_t count,
                                   const struct restore_map_facts *facts)
{
    size_t i, found = 0;
    bool matches;
    legacy_result hr;

    for (i = 0; i < count; i++) {
        const wchar_t *old_name = map[i].wszDatabaseName;
        const wchar_t *new_name = map[i].wszNewDatabaseName;

        hr = is_backup_database(old_name, facts, &matches);
        if (hr != S_OK)
            return hr;
        log_line(LOG_INFO, L"Restore map: %ls, now %ls%ls", old_name, new_name,
                 matches ? L"" : L"; not the directory's database, ignored");
        if (!matches)
            continue;
        found++;
        hr = name_matches(new_name, facts->host, facts->database, &matches);
        if (hr != S_OK)
            return hr;
        if (!matches) {
            log_line(LOG_ERROR, L"Restore map: the directory's database on this computer is %ls",
                     facts->database);
            return ERROR_INVALID_PARAMETER;
        }
    }
    if (found == 1)
        return S_OK;
    log_line(LOG_ERROR,
             L"Restore map: %u entries for %ls, the database that was backed up; expected 1",
             (unsigned int)found, facts->backup_database);
    return ERROR_INVALID_PARAMETER;
}

static wchar_t *join(const EDB_RSTMAPW *map, size_t count)
{
    size_t char_count = 1, used = 0, i;
    wchar_t *text;

    for (i = 0; i < count; i++)
        char_count += wcslen(map[i].wszDatabaseName) + wcslen(map[i].wszNewDatabaseName) + 2;
    text = malloc(char_count * sizeof(*text));
    for (i = 0; text && i < count; i++) {
        const wchar_t *parts[] = {map[i].wszDatabaseName, L">", map[i].wszNewDatabaseName, L"\n"};
        size_t part;

        for (part = 0; part < (i + 1 < count ? 4 : 3); part++) {
            wcscpy(text + used, parts[part]);
            used += wcslen(parts[part]);
        }
    }
    return text;
}

legacy_result restore_map_check(const EDB_RSTMAPW *map, size_t count,
                                const struct restore_map_facts *facts, wchar_t **text)
{
    wchar_t *joined;
    legacy_result hr;
    size_t i;

    for (i = 0; i < count; i++) {
        if (!is_name(map[i].wszDatabaseName) || !is_name(map[i].wszNewDatabaseName)) {
            log_line(LOG_ERROR, L"Restore map: entry %u has no name", (unsigned int)i);
            return ERROR_INVALID_PARAMETER;
        }
    }
    hr = check_entries(map, count, facts);
    if (hr != S_OK)
        return hr;
    joined = join(map, count);
    if (!joined)
        return ERROR_NOT_ENOUGH_MEMORY;
    *text = joined;
    return S_OK;
}
