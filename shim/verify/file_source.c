/*
 * file_source.c - reads an open file at given places, through the system's cache or past it.
 */
#include "file_source.h"

#include <stdlib.h>
#include <string.h>

/* Uncached reads want whole sectors at whole sectors; larger ones than this do not exist. */
#define SECTOR_BYTES 4096u
#define WINDOW_BYTES (64u * 1024)
#define SHARE_ALL    (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
/* Below that a disk or one channel to it is what is waited for, and a second reader makes its way
 * longer. Ours; a database that lies in the cache is read twenty times as fast. */
#define FAST_BYTES_PER_SECOND (512u * 1024 * 1024)

/* Every file has its own position; that it is where the next read begins is the usual case, and
 * saying where to read costs more than the read of a small piece. */
struct positioned
{
    HANDLE file;
    uint64_t at;
};

struct handle_source
{
    struct file_source source;
    struct positioned cached;
    struct positioned uncached; /* NULL until it is wanted; INVALID_HANDLE_VALUE: cannot be had */
    uint8_t *window;            /* WINDOW_BYTES, aligned for uncached reads */
    /* Since is_fast was asked: */
    uint64_t timed_bytes;
    int64_t timed_ticks;
};

static bool read_at(struct positioned *from, uint64_t offset, void *to, uint32_t bytes,
                    uint32_t *got)
{
    LARGE_INTEGER place = {.QuadPart = (LONGLONG)offset};
    DWORD count = 0;

    if (from->at != offset && !SetFilePointerEx(from->file, place, NULL, FILE_BEGIN))
        return false;
    from->at = UINT64_MAX; /* unknown, should this fail */
    if (!ReadFile(from->file, to, bytes, &count, NULL))
        return false;
    from->at = offset + count;
    *got = count;
    return true;
}

static bool read_cached(struct file_source *source, uint64_t offset, void *to, uint32_t bytes,
                        uint32_t *got)
{
    struct handle_source *own = CONTAINING_RECORD(source, struct handle_source, source);
    LARGE_INTEGER before, after;
    bool done;

    QueryPerformanceCounter(&before);
    done = read_at(&own->cached, offset, to, bytes, got);
    QueryPerformanceCounter(&after);
    own->timed_ticks += after.QuadPart - before.QuadPart;
    own->timed_bytes += done ? *got : 0;
    return done;
}

static bool is_fast(struct file_source *source)
{
    struct handle_source *own = CONTAINING_RECORD(source, struct handle_source, source);
    LARGE_INTEGER frequency;
    double seconds;
    bool fast;

    QueryPerformanceFrequency(&frequency);
    seconds = (double)own->timed_ticks / (double)frequency.QuadPart;
    fast = own->timed_bytes > 0 && (double)own->timed_bytes >= seconds * FAST_BYTES_PER_SECOND;
    own->timed_bytes = 0;
    own->timed_ticks = 0;
    return fast;
}

/* Zero: in several groups of processors. */
static bool has_two_processors(void)
{
    DWORD_PTR own, all;

    return GetProcessAffinityMask(GetCurrentProcess(), &own, &all) &&
           (own == 0 || (own & (own - 1)) != 0);
}

/* Through the file, as it may have no path here; a handle of its own, as Windows lets the readers
 * of one wait for each other. */
static struct file_source *second(struct file_source *source)
{
    struct handle_source *own = CONTAINING_RECORD(source, struct handle_source, source);
    HANDLE file = INVALID_HANDLE_VALUE;

    if (has_two_processors())
        file = ReOpenFile(own->cached.file, GENERIC_READ, SHARE_ALL,
                          FILE_FLAG_SEQUENTIAL_SCAN | FILE_FLAG_BACKUP_SEMANTICS);
    return file == INVALID_HANDLE_VALUE ? NULL : file_source_from_handle(file);
}

/* The handle came from another process and knows no path; the file can be opened through it. */
static bool open_uncached(struct handle_source *own)
{
    if (own->uncached.file)
        return own->uncached.file != INVALID_HANDLE_VALUE;
    own->window = VirtualAlloc(NULL, WINDOW_BYTES, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    own->uncached.file = INVALID_HANDLE_VALUE;
    if (own->window)
        own->uncached.file = ReOpenFile(own->cached.file, GENERIC_READ, SHARE_ALL,
                                        FILE_FLAG_NO_BUFFERING | FILE_FLAG_BACKUP_SEMANTICS);
    return own->uncached.file != INVALID_HANDLE_VALUE;
}

/* As much of the wanted bytes as one window around `offset` holds. */
static bool read_window(struct handle_source *own, uint64_t offset, uint8_t *to, uint32_t bytes,
                        uint32_t *got)
{
    uint32_t skipped = (uint32_t)(offset % SECTOR_BYTES);
    uint32_t there;

    *got = 0;
    if (!read_at(&own->uncached, offset - skipped, own->window, WINDOW_BYTES, &there))
        return false;
    if (there <= skipped)
        return true;
    there -= skipped;
    *got = there < bytes ? there : bytes;
    memcpy(to, own->window + skipped, *got);
    return true;
}

static bool read_uncached(struct file_source *source, uint64_t offset, void *to, uint32_t bytes,
                          uint32_t *got)
{
    struct handle_source *own = CONTAINING_RECORD(source, struct handle_source, source);
    uint32_t done = 0;

    if (!open_uncached(own))
        return read_at(&own->cached, offset, to, bytes, got);
    while (done < bytes) {
        uint32_t part;

        if (!read_window(own, offset + done, (uint8_t *)to + done, bytes - done, &part))
            return read_at(&own->cached, offset, to, bytes, got);
        if (!part)
            break;
        done += part;
    }
    *got = done;
    return true;
}

static void close_handles(struct file_source *source)
{
    struct handle_source *own = CONTAINING_RECORD(source, struct handle_source, source);

    if (own->uncached.file && own->uncached.file != INVALID_HANDLE_VALUE)
        CloseHandle(own->uncached.file);
    if (own->window)
        VirtualFree(own->window, 0, MEM_RELEASE);
    CloseHandle(own->cached.file);
    free(own);
}

struct file_source *file_source_from_handle(HANDLE file)
{
    struct handle_source *own = calloc(1, sizeof(*own));

    if (!own) {
        CloseHandle(file);
        return NULL;
    }
    own->cached.file = file;
    own->cached.at = UINT64_MAX; /* whoever opened it may have read */
    own->source.read = read_cached;
    own->source.read_uncached = read_uncached;
    own->source.is_fast = is_fast;
    own->source.second = second;
    own->source.close = close_handles;
    return &own->source;
}
