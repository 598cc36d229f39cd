/*
 * log_choice.c - reads the headers of database, logs and checkpoint, and asks the engine's rule
 * (shim/ese).
 */
#include "log_choice.h"

#include "common/report.h"
#include "ese/ese_recovery.h"

#include <stdlib.h>
#include <wchar.h>

struct choice
{
    const struct ntdsvss_settings *settings;
    const struct snapshot_set *set;
    struct file_list *list;
    size_t first; /* of the logs in the list */
    struct ese_database_header database;
    struct ese_checkpoint checkpoint;
    size_t checkpoint_index; /* in the list; its count if there is no good one */
    struct ese_recovery_facts facts;
    const char **reasons; /* of each file of the list to be left out; NULL: it stays */
};

/* The first bytes of a file of the list. *got: fewer if it is shorter. */
static HRESULT read_head(const struct choice *choice, size_t index, void *head, DWORD head_bytes,
                         DWORD *got, uint64_t *file_bytes)
{
    HANDLE file;
    HRESULT hr =
        file_list_open(choice->settings, choice->set, choice->list, index, &file, file_bytes);

    if (FAILED(hr))
        return hr;
    if (!ReadFile(file, head, head_bytes, got, NULL))
        hr =
            last_error(choice->settings, L"Reading the header of", choice->list->files[index].path);
    CloseHandle(file);
    return hr;
}

/* S_FALSE: it is damaged. */
static HRESULT read_database(struct choice *choice)
{
    uint8_t *head = malloc(ESE_DATABASE_HEAD_BYTES);
    enum ese_verdict verdict = ESE_GOOD;
    uint64_t file_bytes;
    DWORD got = 0;
    HRESULT hr = head ? read_head(choice, 0, head, ESE_DATABASE_HEAD_BYTES, &got, &file_bytes)
                      : E_OUTOFMEMORY;

    if (SUCCEEDED(hr))
        verdict = ese_database_parse(head, got, &choice->database);
    free(head);
    if (verdict == ESE_GOOD)
        return hr;
    report_line(choice->settings, NTDSVSS_LEVEL_WARNING,
                L"%ls: the database header is damaged (%hs): cannot determine which logs belong to "
                L"it",
                choice->list->files[0].path, ese_verdict_name(verdict));
    return S_FALSE;
}

static HRESULT read_log(struct choice *choice, size_t index, struct ese_name name)
{
    struct ese_recovery_log *log = &choice->facts.logs[choice->facts.log_count];
    uint8_t head[ESE_LOG_HEADER_BYTES];
    DWORD got = 0;
    HRESULT hr = read_head(choice, index, head, sizeof(head), &got, &log->file_bytes);

    if (FAILED(hr))
        return hr;
    log->name = name;
    log->tag = index;
    log->has_header = ese_log_parse(head, got, &log->header) == ESE_GOOD;
    choice->facts.log_count++;
    return S_OK;
}

static HRESULT read_checkpoint(struct choice *choice, size_t index)
{
    uint8_t file[ESE_CHECKPOINT_BYTES];
    uint64_t file_bytes;
    DWORD got = 0;
    HRESULT hr = read_head(choice, index, file, sizeof(file), &got, &file_bytes);

    if (FAILED(hr))
        return hr;
    if (ese_checkpoint_parse(file, got, &choice->checkpoint) == ESE_GOOD) {
        choice->checkpoint_index = index;
        choice->facts.checkpoint = &choice->checkpoint;
    }
    return S_OK;
}

static HRESULT read_file(struct choice *choice, size_t index)
{
    const wchar_t *path = choice->list->files[index].path;
    struct ese_name name = ese_name_classify_wide(wcsrchr(path, L'\\') + 1, ESE_NTDS_BASE_NAME);

    if (choice->list->files[index].kind == NTDSVSS_FILE_CHECKPOINT)
        return read_checkpoint(choice, index);
    if (ese_name_is_backed_up_log(&name))
        return read_log(choice, index, name);
    if (name.kind == ESE_NAME_TEMPORARY_LOG)
        choice->facts.has_temporary_log = true;
    else
        choice->reasons[index] = "not a name that the engine gives its logs";
    return S_OK;
}

/* The engine makes a new checkpoint if there is none; one that points below the run would make it
 * look for logs that are gone, and one above what the database needs leave logs out. */
static bool choose(struct choice *choice, struct ese_recovery_result *result)
{
    bool is_above;

    if (ese_recovery_choose(&choice->facts, result))
        return true;
    if (!choice->facts.checkpoint)
        return false;
    is_above = result->fault.verdict == ESE_RECOVERY_REQUIRED_LOW;
    choice->facts.checkpoint = NULL;
    if (!ese_recovery_choose(&choice->facts, result))
        return false;
    choice->reasons[choice->checkpoint_index] =
        is_above ? "the checkpoint is above the logs that the database needs; the engine makes a "
                   "new one"
                 : "the checkpoint wants logs that are not there; the engine makes a new one";
    return true;
}

static void note_reasons(struct choice *choice)
{
    size_t i;

    for (i = 0; i < choice->facts.log_count; i++) {
        const struct ese_recovery_log *log = &choice->facts.logs[i];

        if (log->left_out != ESE_RECOVERY_OK)
            choice->reasons[log->tag] = ese_recovery_left_out_name(log->left_out);
    }
}

/* Files that lie there and do not count look to an administrator like those that are missing. */
static void report_strays(const struct choice *choice)
{
    size_t i;

    for (i = 0; i < choice->facts.log_count; i++) {
        const struct ese_recovery_log *log = &choice->facts.logs[i];

        if (log->left_out != ESE_RECOVERY_OK && log->left_out != ESE_RECOVERY_GAP)
            report_line(choice->settings, NTDSVSS_LEVEL_WARNING, L"%ls does not count: %hs",
                        choice->list->files[log->tag].path, choice->reasons[log->tag]);
    }
}

static HRESULT report_missing(const struct choice *choice, const struct ese_recovery_finding *fault)
{
    if (fault->log)
        report_line(choice->settings, NTDSVSS_LEVEL_ERROR,
                    L"%ls: a backup of it could not be restored with %ls: %hs",
                    choice->list->files[0].path, choice->list->files[fault->log->tag].path,
                    ese_recovery_verdict_name(fault->verdict));
    else
        report_line(choice->settings, NTDSVSS_LEVEL_ERROR,
                    L"%ls: a backup of it could not be restored: %hs (generations 0x%x to 0x%x)",
                    choice->list->files[0].path, ese_recovery_verdict_name(fault->verdict),
                    fault->first, fault->last);
    return call_end(choice->settings, L"Choosing the logs of the database", NULL,
                    NTDSVSS_E_LOG_MISSING);
}

/* Moves what has a reason out of the list. */
static HRESULT leave_out(struct choice *choice)
{
    struct file_list *list = choice->list;
    size_t kept = choice->first;
    HRESULT hr = S_OK;
    size_t i;

    for (i = choice->first; i < list->count; i++) {
        if (choice->reasons[i] && SUCCEEDED(hr))
            hr = file_list_leave_out(choice->settings, list, i, choice->reasons[i]);
        if (choice->reasons[i] && SUCCEEDED(hr))
            continue;
        list->files[kept] = list->files[i];
        list->file_sources[kept++] = list->file_sources[i];
    }
    list->count = kept;
    return hr;
}

static HRESULT run(struct choice *choice)
{
    struct ese_recovery_result result;
    HRESULT hr = read_database(choice);
    bool is_complete;
    size_t i;

    if (hr != S_OK)
        return FAILED(hr) ? hr : S_OK;
    choice->facts.database = &choice->database;
    for (i = choice->first; SUCCEEDED(hr) && i < choice->list->count; i++)
        hr = read_file(choice, i);
    if (FAILED(hr))
        return hr;
    is_complete = choose(choice, &result);
    note_reasons(choice);
    if (is_complete)
        return leave_out(choice);
    report_strays(choice);
    return report_missing(choice, &result.fault);
}

HRESULT log_choice_make(const struct ntdsvss_settings *settings, const struct snapshot_set *set,
                        struct file_list *list, size_t first)
{
    struct choice choice = {.settings = settings,
                            .set = set,
                            .list = list,
                            .first = first,
                            .checkpoint_index = list->count};
    HRESULT hr = E_OUTOFMEMORY;

    choice.facts.logs = calloc(list->count, sizeof(*choice.facts.logs));
    choice.reasons = calloc(list->count, sizeof(*choice.reasons));
    if (choice.facts.logs && choice.reasons)
        hr = run(&choice);
    free(choice.reasons);
    free(choice.facts.logs);
    return hr;
}
