/*
 * walkthrough.c - the steps of walkthrough.h.
 */
#include "walkthrough.h"

#include <ntdsbcli.h>
#include <stdbool.h>
#include <wchar.h>

#define BUFFER_BYTES 65536u
#define POISON_COUNT 0xDEADBEEFu

struct walker
{
    void (*at)(void *context, const char *step);
    void *context;
    struct walk_result *result;
    HBC hbc;
};

static void step(const struct walker *walker, const char *name)
{
    if (walker->at)
        walker->at(walker->context, name);
}

/* Notes the first failure; true where there was none. */
static bool good(struct walker *walker, const char *call, HRESULT hr)
{
    if (hr == S_OK)
        return true;
    if (!walker->result->failed_call) {
        walker->result->failed_call = call;
        walker->result->hr = hr;
    }
    return false;
}

static bool clean(struct walker *walker, const char *call, HRESULT hr, bool outputs_empty)
{
    return good(walker, call, hr != S_OK && !outputs_empty ? E_UNEXPECTED : hr);
}

static bool prepare(struct walker *walker)
{
    wchar_t server[MAX_COMPUTERNAME_LENGTH + 1] = L"";
    DWORD chars = ARRAYSIZE(server);
    DWORD token_bytes = POISON_COUNT;
    void *token = walker;
    HRESULT hr;

    GetComputerNameW(server, &chars);
    step(walker, "prepare");
    walker->hbc = walker;
    hr = DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &token_bytes, &walker->hbc);
    if (hr == S_OK)
        DsBackupFree(token);
    return clean(walker, "DsBackupPrepare", hr, !token && !token_bytes && !walker->hbc);
}

static bool read_to_end(struct walker *walker, const char *read_step, LONGLONG file_bytes)
{
    static uint8_t buffer[BUFFER_BYTES];
    LONGLONG delivered = 0;
    DWORD read_bytes;
    HRESULT hr;

    do {
        read_bytes = POISON_COUNT;
        step(walker, read_step);
        hr = DsBackupRead(walker->hbc, buffer, BUFFER_BYTES, &read_bytes);
        if (hr == S_OK)
            delivered += read_bytes;
    } while (hr == S_OK);
    walker->result->bytes += (uint64_t)delivered;
    if (hr != ERROR_HANDLE_EOF)
        return clean(walker, "DsBackupRead", hr, !read_bytes);
    walker->result->file_count++;
    return good(walker, "size of the file", delivered == file_bytes ? S_OK : E_UNEXPECTED);
}

static bool copy_file(struct walker *walker, const wchar_t *name, const char *const steps[3])
{
    LARGE_INTEGER size = {.QuadPart = -1};
    HRESULT hr;
    bool read;

    step(walker, steps[0]);
    hr = DsBackupOpenFileW(walker->hbc, name, BUFFER_BYTES, &size);
    if (!clean(walker, "DsBackupOpenFile", hr, !size.QuadPart))
        return false;
    read = read_to_end(walker, steps[1], size.QuadPart);
    step(walker, steps[2]);
    hr = DsBackupClose(walker->hbc);
    return good(walker, "DsBackupClose", hr) && read;
}

/* Takes ownership of list. */
static bool copy_list(struct walker *walker, wchar_t *list, const char *const steps[3])
{
    const wchar_t *name = list;
    bool copied = true;

    while (copied && *name) {
        copied = copy_file(walker, name, steps);
        name += wcslen(name) + 1;
    }
    DsBackupFree(list);
    return copied;
}

static bool copy_all(struct walker *walker)
{
    static const char *const steps[] = {"open", "read", "close"};
    static const char *const log_steps[] = {"open-log", "read-log", "close-log"};
    DWORD list_bytes = POISON_COUNT;
    wchar_t *list = (wchar_t *)walker;
    HRESULT hr;

    step(walker, "names");
    hr = DsBackupGetDatabaseNamesW(walker->hbc, &list, &list_bytes);
    if (!clean(walker, "DsBackupGetDatabaseNames", hr, !list && !list_bytes) ||
        !copy_list(walker, list, steps))
        return false;
    step(walker, "logs");
    list = (wchar_t *)walker;
    list_bytes = POISON_COUNT;
    hr = DsBackupGetBackupLogsW(walker->hbc, &list, &list_bytes);
    if (!clean(walker, "DsBackupGetBackupLogs", hr, !list && !list_bytes) ||
        !copy_list(walker, list, log_steps))
        return false;
    return good(walker, "DsBackupTruncateLogs", DsBackupTruncateLogs(walker->hbc));
}

void walk(void (*at)(void *context, const char *step), void *context, struct walk_result *result)
{
    struct walker walker = {.at = at, .context = context, .result = result};

    memset(result, 0, sizeof(*result));
    if (prepare(&walker)) {
        copy_all(&walker);
        step(&walker, "end");
        good(&walker, "DsBackupEnd", DsBackupEnd(walker.hbc));
        step(&walker, "ended");
    }
}
