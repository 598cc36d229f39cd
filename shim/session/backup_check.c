/*
 * backup_check.c - behind backup_check.h.
 */
#include "backup_check.h"

#include "common/log_file.h"
#include "ese/ese_names.h"

#include <ntdsbmsg.h>
#include <stdlib.h>
#include <wchar.h>

legacy_result backup_check_init(struct backup_check *check, size_t file_count)
{
    check->logs = calloc(file_count + 1, sizeof(*check->logs));
    check->out_of_order = calloc(file_count + 1, sizeof(*check->out_of_order));
    check->file_count = file_count;
    return check->logs && check->out_of_order ? S_OK : ERROR_NOT_ENOUGH_MEMORY;
}

void backup_check_take(struct backup_check *check, const struct backup_files *files, size_t index,
                       const struct file_reader *reader)
{
    const wchar_t *path = files->names[index].local;
    const wchar_t *last = wcsrchr(path, L'\\');
    const struct ese_log_header *header = file_reader_log(reader);
    struct ese_name name = ese_name_classify_wide(last ? last + 1 : path, ESE_NTDS_BASE_NAME);
    struct ese_recovery_log *log = &check->logs[index];

    if (name.kind == ESE_NAME_TEMPORARY_LOG)
        check->has_temporary_log = true;
    if (!header || !ese_name_is_backed_up_log(&name))
        return;
    *log = (struct ese_recovery_log){.name = name,
                                     .has_header = true,
                                     .header = *header,
                                     .file_bytes = header->file_bytes,
                                     .tag = index};
    log->has_sum = file_reader_log_sum(reader, &log->sum);
    check->out_of_order[index] = !file_reader_log_is_in_order(reader);
}

static legacy_result report(const struct backup_files *files,
                            const struct ese_recovery_finding *fault)
{
    log_line(LOG_ERROR,
             L"%ls (generations 0x%x to 0x%x): %hs. Recovery would refuse the logs of this backup. "
             L"Restart the directory service, which makes new ones, then make a new backup",
             fault->log ? files->names[fault->log->tag].local : L"The logs", fault->first,
             fault->last, ese_recovery_verdict_name(fault->verdict));
    return hrLogReadVerifyFailure;
}

static legacy_result judge_order(const struct backup_check *check, const struct backup_files *files)
{
    size_t i;

    for (i = 0; i < check->file_count && !check->out_of_order[i]; i++)
        continue;
    if (i == check->file_count)
        return S_OK;
    log_line(
        LOG_ERROR,
        L"%ls: data segments are missing or not in order, so recovery would refuse it. Restart "
        L"the directory service, which makes new logs, then make a new backup",
        files->names[i].local);
    return hrLogReadVerifyFailure;
}

/* Puts those that are logs together at the beginning. */
static size_t collect(struct backup_check *check)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < check->file_count; i++) {
        if (check->logs[i].has_header)
            check->logs[count++] = check->logs[i];
    }
    return count;
}

legacy_result backup_check_judge(struct backup_check *check, const struct backup_files *files,
                                 const struct token_database *databases)
{
    struct ese_recovery_facts facts = {.has_temporary_log = check->has_temporary_log};
    struct ese_recovery_result result;
    legacy_result hr = judge_order(check, files);
    size_t i;

    facts.logs = check->logs;
    facts.log_count = collect(check);
    for (i = 0; hr == S_OK && i < files->database_count; i++) {
        facts.database = &databases[i].header;
        if (files->checks[i] != FILE_CHECK_NONE && !ese_recovery_judge(&facts, &result))
            hr = report(files, &result.fault);
    }
    return hr;
}

void backup_check_fini(struct backup_check *check)
{
    free(check->out_of_order);
    free(check->logs);
    *check = (struct backup_check){NULL};
}
