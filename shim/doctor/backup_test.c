/*
 * backup_test.c - makes a shadow copy as a backup does, through the broker, and deletes it again
 * without reading a file.
 */
#include "checks.h"

#include "record/call_log.h"
#include "host/directory.h"
#include "record/host_log.h"
#include "host/identity.h"
#include "log_watch.h"
#include "host/result.h"
#include "record/result_text.h"
#include "remote/broker_client.h"
#include "host/settings.h"

static legacy_result make_shadow(struct findings *findings, struct broker_client *broker)
{
    const struct ntdsvss_file *databases, *logs;
    struct ntdsvss_documents documents;
    size_t database_count, log_count;
    struct call_log call;
    legacy_result hr;

    call_log_begin(&call, L"ntdsdoctor: shadow copy");
    hr = broker_client_backup_start(broker, &databases, &database_count, &documents);
    if (hr == S_OK)
        hr = broker_client_backup_logs(broker, &logs, &log_count);
    if (hr == S_OK)
        findings_add(findings, AREA_BACKUP_TEST, FINDING_OK, L"backup-test.shadow", NULL,
                     L"A shadow copy was created in %llu ms: %u database(s), %u log(s).",
                     (unsigned long long)call_log_elapsed_ms(&call), (unsigned int)database_count,
                     (unsigned int)log_count);
    call_log_end(&call, hr, L"");
    return hr;
}

static legacy_result open_database(struct broker_client *broker)
{
    HANDLE file;
    uint64_t bytes;
    legacy_result hr = broker_client_backup_open(broker, 0, &file, &bytes);

    if (hr == S_OK)
        CloseHandle(file);
    return hr;
}

static legacy_result run(struct findings *findings, const struct settings *settings,
                         const wchar_t *log_path)
{
    struct broker_client *broker = NULL;
    legacy_result hr = broker_client_start(settings, log_path, &broker);

    if (hr == S_OK)
        hr = make_shadow(findings, broker);
    if (hr == S_OK)
        hr = open_database(broker);
    if (hr == S_OK)
        hr = broker_client_backup_abort(broker);
    broker_client_stop(broker);
    return hr;
}

static void report_result(struct findings *findings, HRESULT hr, const wchar_t *log_path)
{
    wchar_t name[RESULT_NAME_CHARS];

    result_name(hr, name);
    if (hr == S_OK)
        findings_add(findings, AREA_BACKUP_TEST, FINDING_OK, L"backup-test.result", NULL,
                     L"The shadow copy was deleted again: a backup would work now.");
    else
        findings_add(findings, AREA_BACKUP_TEST, FINDING_ERROR, L"backup-test.result",
                     L"The log names the VSS call that failed and the next step; with "
                     L"NTDSBCLI_LOG=4 it shows every VSS call.",
                     L"A backup would fail now: %ls. Log: %ls.", name, log_path);
}

void backup_test(struct findings *findings)
{
    struct log_watch watch = {.findings = findings,
                              .area = AREA_BACKUP_TEST,
                              .id = L"backup-test.detail",
                              .next = L"See the last finding of the backup test.",
                              .warning_as = FINDING_WARNING,
                              .error_as = FINDING_ERROR,
                              .skips_calls = true};
    wchar_t log_path[HOST_LOG_CHARS];
    struct settings settings;
    enum ntdsvss_state state;
    struct call_log call;
    LONGLONG mark;
    legacy_result hr;

    if (!identity_holds_privilege(NULL, L"SeBackupPrivilege") ||
        (directory_query_state(&state) == S_OK && state != NTDSVSS_STATE_ONLINE)) {
        findings_add(findings, AREA_BACKUP_TEST, FINDING_ERROR, L"backup-test.refused",
                     L"Fix the findings about rights and the directory first.",
                     L"A backup cannot be tested: it needs SeBackupPrivilege and a directory that "
                     L"is online.");
        return;
    }
    settings_read(&settings);
    call_log_begin(&call, L"ntdsdoctor --backup-test");
    host_log_path(log_path);
    mark = log_watch_mark(log_path);
    log_watch_begin(&watch);
    hr = run(findings, &settings, log_path);
    log_watch_end();
    call_log_end(&call, hr, L"");
    if (hr != S_OK)
        log_watch_add_others(&watch, log_path, mark);
    report_result(findings, hr, log_path);
}
