/*
 * recover.c - "recovers" a database in a shadow: its header says that it was shut down cleanly.
 *
 * A test aid: no log is replayed. A lab's own program, which freezes between two rounds, reads the
 * result; an ESE engine refuses a log set whose database only claims to be clean (-625).
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

/* Makes the good copy clean and writes it over both. */
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
    unsigned char *head = malloc(ESE_DATABASE_HEAD_BYTES);
    HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    struct ese_database_header header;
    DWORD bytes;

    if (head && file != INVALID_HANDLE_VALUE &&
        ReadFile(file, head, ESE_DATABASE_HEAD_BYTES, &bytes, NULL) &&
        ese_database_parse(head, bytes, &header) == ESE_GOOD &&
        (!ese_database_is_dirty(&header) || clean_copies(file, head, &header)))
        hr = S_OK;
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    free(head);
    return hr;
}
