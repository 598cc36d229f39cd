/*
 * The live database. Knows nothing of services and freezing: when to write what is the writer's.
 */
#include "lab_database.h"

#include "service_report.h"

#include "ese/ese_checksum.h"
#include "ese/ese_database.h"

#include <bcrypt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define HASH_CHUNK_BYTES (1024u * 1024u)
#define HASH_BYTES       32

static bool transfer(struct database *database, bool writing, uint64_t offset, void *buffer,
                     DWORD bytes)
{
    OVERLAPPED at = {0};
    DWORD done = 0;
    BOOL ok;

    at.Offset = (DWORD)offset;
    at.OffsetHigh = (DWORD)(offset >> 32);
    if (writing)
        ok = WriteFile(database->file, buffer, bytes, &done, &at);
    else
        ok = ReadFile(database->file, buffer, bytes, &done, &at);
    if (ok && done != bytes)
        SetLastError(ERROR_HANDLE_EOF);
    return ok && done == bytes;
}

static bool read_for_stamps(void *context, uint64_t offset, void *buffer, size_t bytes)
{
    return transfer(context, false, offset, buffer, (DWORD)bytes);
}

static uint64_t page_offset(const struct database *database, uint32_t page)
{
    return ((uint64_t)page + 1) * database->set.page_bytes;
}

/* Near the golden section, so that neighbours are written far apart in time. */
static uint32_t choose_stride(uint32_t count)
{
    uint32_t stride = count * 5 / 8;

    if (count == 0)
        return 0;
    for (;; stride++) {
        uint32_t a = count;
        uint32_t b = stride;
        while (b != 0) {
            uint32_t rest = a % b;
            a = b;
            b = rest;
        }
        if (a == 1)
            return stride;
    }
}

/* The highest number the file has, so that stamps only ever grow. */
static HRESULT find_last_stamp(struct database *database)
{
    uint64_t last = 0;

    for (uint32_t i = 0; i < database->set.count + 2; i++) {
        bool header = i >= database->set.count;
        uint64_t offset = header ? (uint64_t)(i - database->set.count) * database->set.page_bytes
                                 : page_offset(database, database->set.pages[i]);
        if (!transfer(database, false, offset, database->page, database->set.page_bytes))
            return report_last_error("read", database->path);
        uint64_t stamp =
            header ? ese_stamp_of_header(database->page) : ese_stamp_of_page(database->page);
        if (stamp > last)
            last = stamp;
    }
    database->stamp = last;
    return S_OK;
}

HRESULT database_open(struct database *database, const wchar_t *path)
{
    HRESULT hr;
    LARGE_INTEGER size;

    *database = (struct database){.path = path};
    database->file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                                 FILE_ATTRIBUTE_NORMAL, NULL);
    if (database->file == INVALID_HANDLE_VALUE) {
        hr = report_last_error("open", path);
        goto out;
    }
    if (!GetFileSizeEx(database->file, &size)) {
        hr = report_last_error("size of", path);
        goto out;
    }
    database->file_bytes = (uint64_t)size.QuadPart;
    const struct ese_stamp_source source = {read_for_stamps, database, database->file_bytes};
    if (!ese_stamp_pages(&source, ESE_STAMP_COUNT, &database->set)) {
        hr = HRESULT_FROM_WIN32(ERROR_FILE_CORRUPT);
        report("no database in", path, hr);
        goto out;
    }
    database->page = malloc(database->set.page_bytes);
    if (database->page == NULL) {
        hr = E_OUTOFMEMORY;
        goto out;
    }
    database->stride = choose_stride(database->set.count);
    hr = find_last_stamp(database);

out:
    if (FAILED(hr))
        database_close(database);
    return hr;
}

void database_close(struct database *database)
{
    free(database->page);
    if (database->file != INVALID_HANDLE_VALUE)
        CloseHandle(database->file);
    database->page = NULL;
    database->file = INVALID_HANDLE_VALUE;
}

HRESULT database_stamp_page(struct database *database, uint32_t step, uint64_t stamp)
{
    const struct ese_stamp_set *set = &database->set;
    uint32_t page = set->pages[(uint64_t)step * database->stride % set->count];
    uint64_t offset = page_offset(database, page);

    if (!transfer(database, false, offset, database->page, set->page_bytes))
        return report_last_error("read", database->path);
    if (!ese_stamp_write(database->page, set->page_bytes, page, stamp))
        return S_OK; /* damaged: stays as it is, for whoever is to find it */
    if (!transfer(database, true, offset, database->page, set->page_bytes))
        return report_last_error("write", database->path);
    return S_OK;
}

HRESULT database_stamp_headers(struct database *database, uint64_t stamp)
{
    DWORD bytes = database->set.page_bytes;

    for (uint64_t offset = 0; offset <= bytes; offset += bytes) {
        if (!transfer(database, false, offset, database->page, bytes))
            return report_last_error("read", database->path);
        if (!ese_stamp_header(database->page, bytes, stamp))
            continue;
        if (!transfer(database, true, offset, database->page, bytes))
            return report_last_error("write", database->path);
    }
    database->stamp = stamp;
    return S_OK;
}

HRESULT database_read_epoch(struct database *database, uint32_t *epoch)
{
    DWORD bytes = database->set.page_bytes;

    if (!transfer(database, false, 0, database->page, bytes))
        return report_last_error("read", database->path);
    memcpy(epoch, database->page + bytes - sizeof(*epoch), sizeof(*epoch));
    return S_OK;
}

HRESULT database_write_epoch(struct database *database, uint32_t epoch)
{
    DWORD bytes = database->set.page_bytes;

    for (uint64_t offset = 0; offset <= bytes; offset += bytes) {
        if (!transfer(database, false, offset, database->page, bytes))
            return report_last_error("read", database->path);
        if (!ese_database_copy_is_good(database->page, bytes))
            continue;
        /* Twice, which leaves the sum as it is for readers that do not look so far. */
        memcpy(database->page + bytes - sizeof(epoch), &epoch, sizeof(epoch));
        memcpy(database->page + bytes - 2 * sizeof(epoch), &epoch, sizeof(epoch));
        ese_header_seal(database->page, bytes);
        if (!transfer(database, true, offset, database->page, bytes))
            return report_last_error("write", database->path);
    }
    return database_flush(database);
}

HRESULT database_flush(struct database *database)
{
    if (!FlushFileBuffers(database->file))
        return report_last_error("flush", database->path);
    return S_OK;
}

static HRESULT hash_file(struct database *database, BCRYPT_HASH_HANDLE hash, BYTE *buffer)
{
    for (uint64_t offset = 0; offset < database->file_bytes; offset += HASH_CHUNK_BYTES) {
        uint64_t left = database->file_bytes - offset;
        DWORD bytes = left < HASH_CHUNK_BYTES ? (DWORD)left : HASH_CHUNK_BYTES;
        if (!transfer(database, false, offset, buffer, bytes))
            return report_last_error("read", database->path);
        NTSTATUS status = BCryptHashData(hash, buffer, bytes, 0);
        if (!BCRYPT_SUCCESS(status))
            return HRESULT_FROM_NT(status);
    }
    return S_OK;
}

HRESULT database_hash(struct database *database, char hash[DATABASE_HASH_CHARS])
{
    HRESULT hr;
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_HASH_HANDLE sum = NULL;
    BYTE digest[HASH_BYTES];
    BYTE *buffer = malloc(HASH_CHUNK_BYTES);

    if (buffer == NULL)
        return E_OUTOFMEMORY;
    NTSTATUS status = BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0);
    if (BCRYPT_SUCCESS(status))
        status = BCryptCreateHash(algorithm, &sum, NULL, 0, NULL, 0, 0);
    hr = BCRYPT_SUCCESS(status) ? hash_file(database, sum, buffer) : HRESULT_FROM_NT(status);
    if (SUCCEEDED(hr)) {
        status = BCryptFinishHash(sum, digest, sizeof(digest), 0);
        if (!BCRYPT_SUCCESS(status))
            hr = HRESULT_FROM_NT(status);
    }
    if (FAILED(hr)) {
        report("hash", database->path, hr);
        goto out;
    }
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(hash + 2 * i, 3, "%02x", digest[i]);

out:
    if (sum != NULL)
        BCryptDestroyHash(sum);
    if (algorithm != NULL)
        BCryptCloseAlgorithmProvider(algorithm, 0);
    free(buffer);
    return hr;
}
