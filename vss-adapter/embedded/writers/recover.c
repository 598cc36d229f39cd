/*
 * "Recovers" a database in a shadow: makes its header say that it was shut down cleanly.
 *
 * No log is replayed. That is right for the lab only, whose writer is frozen between two rounds and
 * keeps nothing in the logs that is not in the database.
 */
#include "recover.h"
#include "ese/ese_database.h"

#include <stdlib.h>
#include <vss.h>

static bool transfer_out(HANDLE file, DWORD offset, const void *data, DWORD bytes)
{
    OVERLAPPED at = {.Offset = offset};
    DWORD done = 0;

    return WriteFile(file, data, bytes, &done, &at) && done == bytes;
}

/* Both copies become the one that is good. */
static bool clean_copies(HANDLE file, unsigned char *head, const struct ese_database_header *header)
{
    DWORD bytes = header->page_bytes;
    unsigned char *page = header->copies == ESE_COPIES_SHADOW_ONLY ? head + bytes : head;

    return ese_database_make_clean(page, bytes) && transfer_out(file, 0, page, bytes) &&
           transfer_out(file, bytes, page, bytes) && FlushFileBuffers(file);
}

HRESULT recover_database(const wchar_t *path)
{
    HRESULT hr = VSS_E_WRITERERROR_RECOVERY_FAILED;
    struct ese_database_header header;
    unsigned char *head = malloc(ESE_DATABASE_HEAD_BYTES);
    HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    DWORD bytes;

    if (!head || file == INVALID_HANDLE_VALUE)
        goto out;
    bytes = 0;
    if (!ReadFile(file, head, ESE_DATABASE_HEAD_BYTES, &bytes, NULL) ||
        ese_database_parse(head, bytes, &header) != ESE_GOOD)
        goto out;
    if (!ese_database_is_dirty(&header)) {
        hr = S_OK;
        goto out;
    }
    if (clean_copies(file, head, &header))
        hr = S_OK;
out:
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    free(head);
    return hr;
}
