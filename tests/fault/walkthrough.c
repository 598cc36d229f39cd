/*
 * walkthrough.c - the steps of walkthrough.h.
 */
#include "walkthrough.h"
#include "walk_steps.h"

#include <ntdsbcli.h>
#include <wchar.h>

#define BUFFER_BYTES 65536u
#define POISON_COUNT 0xDEADBEEFu

struct walker
{
    struct walk_steps steps;
    HBC hbc;
};

static bool prepare(struct walker *walker)
{
    wchar_t server[MAX_COMPUTERNAME_LENGTH + 1] = L"";
    DWORD chars = ARRAYSIZE(server);
    DWORD token_bytes = POISON_COUNT;
    void *token = walker;
    HRESULT hr;

    GetComputerNameW(server, &chars);
    walk_step(&walker->steps, "prepare");
    walker->hbc = walker;
    hr = DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &token_bytes, &walker->hbc);
    if (hr == S_OK)
        DsBackupFree(token);
    return walk_clean(&walker->steps, "DsBackupPrepare", hr,
                      !token && !token_bytes && !walker->hbc);
}

static bool read_to_end(struct walker *walker, const char *read_step, LONGLONG file_bytes)
{
    static uint8_t buffer[BUFFER_BYTES];
    LONGLONG delivered = 0;
    DWORD read_bytes;
    HRESULT hr;

    do {
        read_bytes = POISON_COUNT;
        walk_step(&walker->steps, read_step);
        hr = DsBackupRead(walker->hbc, buffer, BUFFER_BYTES, &read_bytes);
        if (hr == S_OK)
            delivered += read_bytes;
    } while (hr == S_OK);
    walker->steps.result->bytes += (uint64_t)delivered;
    if (hr != ERROR_HANDLE_EOF)
        return walk_clean(&walker->steps, "DsBackupRead", hr, !read_bytes);
    walker->steps.result->file_count++;
    return walk_good(&walker->steps, "size of the file",
                     delivered == file_bytes ? S_OK : E_UNEXPECTED);
}

static bool copy_file(struct walker *walker, const wchar_t *name, const char *const steps[3])
{
    LARGE_INTEGER size = {.QuadPart = -1};
    HRESULT hr;
    bool read;

    walk_step(&walker->steps, steps[0]);
    hr = DsBackupOpenFileW(walker->hbc, name, BUFFER_BYTES, &size);
    if (!walk_clean(&walker->steps, "DsBackupOpenFile", hr, !size.QuadPart))
        return false;
    read = read_to_end(walker, steps[1], size.QuadPart);
    walk_step(&walker->steps, steps[2]);
    hr = DsBackupClose(walker->hbc);
    return walk_good(&walker->steps, "DsBackupClose", hr) && read;
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

    walk_step(&walker->steps, "names");
    hr = DsBackupGetDatabaseNamesW(walker->hbc, &list, &list_bytes);
    if (!walk_clean(&walker->steps, "DsBackupGetDatabaseNames", hr, !list && !list_bytes) ||
        !copy_list(walker, list, steps))
        return false;
    walk_step(&walker->steps, "logs");
    list = (wchar_t *)walker;
    list_bytes = POISON_COUNT;
    hr = DsBackupGetBackupLogsW(walker->hbc, &list, &list_bytes);
    if (!walk_clean(&walker->steps, "DsBackupGetBackupLogs", hr, !list && !list_bytes) ||
        !copy_list(walker, list, log_steps))
        return false;
    return walk_good(&walker->steps, "DsBackupTruncateLogs", DsBackupTruncateLogs(walker->hbc));
}

void walk(void (*at)(void *context, const char *step), void *context, struct walk_result *result)
{
    struct walker walker = {.steps = {at, context, result}};

    memset(result, 0, sizeof(*result));
    if (prepare(&walker)) {
        copy_all(&walker);
        walk_step(&walker.steps, "end");
        walk_good(&walker.steps, "DsBackupEnd", DsBackupEnd(walker.hbc));
        walk_step(&walker.steps, "ended");
    }
}
