/*
 * backup_test.c - makes a shadow copy as a backup does, through the broker, reads it if asked to,
 * and deletes it again.
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
#include "session/backup_files.h"

#include <stdlib.h>

#define BUFFER_BYTES (1u << 20)

/* What the test makes and reads. */
struct backup_test
{
    struct findings *findings;
    const wchar_t *instance; /* of AD LDS, or NULL */
    bool reads;
    struct settings settings;
    struct broker_client *broker;
    struct backup_files files;
};

static legacy_result make_shadow(struct backup_test *test)
{
    const struct ntdsvss_file *databases, *logs;
    struct ntdsvss_documents documents;
    size_t database_count, log_count;
    struct call_log call;
    legacy_result hr;

    call_log_begin(&call, L"ntdsdoctor: shadow copy");
    hr = broker_client_backup_start(test->broker, test->instance, &databases, &database_count,
                                    &documents);
    if (hr == S_OK)
        hr = broker_client_backup_logs(test->broker, &logs, &log_count);
    if (hr == S_OK)
        hr = backup_files_init(&test->files, databases, database_count, logs, log_count,
                               test->settings.verify != SETTINGS_VERIFY_OFF);
    if (hr == S_OK)
        findings_add(test->findings, AREA_BACKUP_TEST, FINDING_OK, L"backup-test.shadow", NULL,
                     L"A shadow copy was created in %llu ms: %u database(s), %u log(s).",
                     (unsigned long long)call_log_elapsed_ms(&call), (unsigned int)database_count,
                     (unsigned int)log_count);
    call_log_end(&call, hr, L"");
    return hr;
}

static legacy_result read_to_end(struct file_reader *reader, uint8_t *buffer)
{
    legacy_result hr;
    uint32_t got;

    do
        hr = file_reader_read(reader, buffer, BUFFER_BYTES, &got);
    while (hr == S_OK);
    return hr == ERROR_HANDLE_EOF ? S_OK : hr;
}

/* buffer NULL: it is only opened. */
static legacy_result test_file(struct backup_test *test, size_t index, uint8_t *buffer,
                               uint64_t *total_bytes)
{
    struct file_reader *reader;
    HANDLE file;
    uint64_t bytes;
    legacy_result hr = broker_client_backup_open(test->broker, (uint32_t)index, &file, &bytes);

    if (hr != S_OK)
        return hr;
    reader =
        file_reader_create(file, bytes, test->files.checks[index], test->files.names[index].local);
    if (!reader)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (buffer)
        hr = read_to_end(reader, buffer);
    file_reader_destroy(reader);
    *total_bytes += bytes;
    return hr;
}

static legacy_result read_files(struct backup_test *test)
{
    uint8_t *buffer = malloc(BUFFER_BYTES);
    legacy_result hr = buffer ? S_OK : ERROR_NOT_ENOUGH_MEMORY;
    uint64_t total_bytes = 0;
    struct call_log call;
    size_t i;

    call_log_begin(&call, L"ntdsdoctor: reading");
    for (i = 0; hr == S_OK && i < test->files.count; i++)
        hr = test_file(test, i, buffer, &total_bytes);
    free(buffer);
    call_log_end(&call, hr, L"%llu bytes", (unsigned long long)total_bytes);
    if (hr == S_OK)
        findings_add(test->findings, AREA_BACKUP_TEST, FINDING_OK, L"backup-test.read", NULL,
                     L"%u file(s) with %llu bytes were read in %llu ms and %ls.",
                     (unsigned int)test->files.count, (unsigned long long)total_bytes,
                     (unsigned long long)call_log_elapsed_ms(&call),
                     test->settings.verify == SETTINGS_VERIFY_OFF
                         ? L"not verified, as the setting Verify is off"
                         : L"verified");
    return hr;
}

static legacy_result run(struct backup_test *test)
{
    uint64_t bytes = 0;
    legacy_result hr = broker_client_start(&test->settings, &test->broker);

    if (hr == S_OK)
        hr = make_shadow(test);
    if (hr == S_OK)
        hr = test->reads ? read_files(test) : test_file(test, 0, NULL, &bytes);
    if (hr == S_OK)
        hr = broker_client_backup_abort(test->broker);
    backup_files_fini(&test->files);
    broker_client_stop(test->broker);
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

/* An instance of AD LDS is judged by its writer. */
static bool is_possible(const struct backup_test *test)
{
    enum ntdsvss_state state;

    return identity_holds_privilege(NULL, L"SeBackupPrivilege") &&
           (test->instance || directory_query_state(&state) != S_OK ||
            state == NTDSVSS_STATE_ONLINE);
}

void backup_test(struct findings *findings, const wchar_t *instance, bool reads)
{
    struct backup_test test = {.findings = findings, .instance = instance, .reads = reads};
    struct log_watch watch = {.findings = findings,
                              .area = AREA_BACKUP_TEST,
                              .id = L"backup-test.detail",
                              .next = L"See the last finding of the backup test.",
                              .warning_as = FINDING_WARNING,
                              .error_as = FINDING_ERROR,
                              .skips_calls = true};
    wchar_t log_path[HOST_LOG_CHARS];
    struct call_log call;
    LONGLONG mark;
    legacy_result hr;

    if (!is_possible(&test)) {
        findings_add(findings, AREA_BACKUP_TEST, FINDING_ERROR, L"backup-test.refused",
                     L"Fix the findings about rights and the directory first.",
                     L"A backup cannot be tested: it needs SeBackupPrivilege and a directory that "
                     L"is online.");
        return;
    }
    settings_read(&test.settings);
    call_log_begin(&call, L"ntdsdoctor --backup-test");
    host_log_path(log_path);
    mark = log_watch_mark(log_path);
    log_watch_begin(&watch);
    hr = run(&test);
    log_watch_end();
    call_log_end(&call, hr, L"");
    if (hr != S_OK)
        log_watch_add_others(&watch, log_path, mark);
    report_result(findings, hr, log_path);
}
