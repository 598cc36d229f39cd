/*
 * read_ahead.c - a ring of pieces between the thread that reads and the one that takes.
 */
#include "read_ahead.h"

#include "file_source.h"

#include <stdlib.h>

/* More than two, so that to wake the other side is not waited for. All of them fit into a
 * second-level cache. */
#define PIECES 4u

struct read_ahead
{
    struct file_source *source;
    uint64_t bytes;
    HANDLE thread;
    uint8_t *memory;
    struct read_ahead_piece pieces[PIECES];
    SRWLOCK lock;
    CONDITION_VARIABLE changed; /* only one side can have to wait */
    /* Under the lock: */
    uint64_t read_count;  /* pieces that the thread is done with */
    uint64_t taken_count; /* pieces handed out; the last one is still in use */
    bool is_stopping;
};

/* False: nobody wants more. */
static bool wait_for_room(struct read_ahead *ahead)
{
    bool is_stopping;

    AcquireSRWLockExclusive(&ahead->lock);
    while (!ahead->is_stopping && ahead->read_count >= ahead->taken_count + PIECES - 1)
        SleepConditionVariableSRW(&ahead->changed, &ahead->lock, INFINITE, 0);
    is_stopping = ahead->is_stopping;
    ReleaseSRWLockExclusive(&ahead->lock);
    return !is_stopping;
}

static void read_piece(struct read_ahead *ahead, uint64_t offset, struct read_ahead_piece *piece)
{
    uint64_t left = ahead->bytes - offset;

    piece->wanted = left < READ_AHEAD_PIECE_BYTES ? (uint32_t)left : READ_AHEAD_PIECE_BYTES;
    piece->has_failed =
        !ahead->source->read(ahead->source, offset, piece->bytes, piece->wanted, &piece->got);
    piece->error = piece->has_failed ? GetLastError() : ERROR_SUCCESS;
}

static DWORD WINAPI read_pieces(void *context)
{
    struct read_ahead *ahead = context;
    bool goes_on = true;
    uint64_t offset;

    for (offset = 0; goes_on && offset < ahead->bytes && wait_for_room(ahead);
         offset += READ_AHEAD_PIECE_BYTES) {
        struct read_ahead_piece *piece = &ahead->pieces[offset / READ_AHEAD_PIECE_BYTES % PIECES];

        read_piece(ahead, offset, piece);
        goes_on = !piece->has_failed && piece->got == piece->wanted;
        AcquireSRWLockExclusive(&ahead->lock);
        ahead->read_count++;
        ReleaseSRWLockExclusive(&ahead->lock);
        WakeConditionVariable(&ahead->changed);
    }
    return 0;
}

struct read_ahead *read_ahead_create(struct file_source *source, uint64_t bytes)
{
    struct read_ahead *ahead = calloc(1, sizeof(*ahead));
    size_t i;

    if (!ahead)
        return NULL;
    ahead->source = source;
    ahead->bytes = bytes;
    InitializeSRWLock(&ahead->lock);
    InitializeConditionVariable(&ahead->changed);
    ahead->memory = VirtualAlloc(NULL, PIECES * READ_AHEAD_PIECE_BYTES, MEM_COMMIT | MEM_RESERVE,
                                 PAGE_READWRITE);
    for (i = 0; i < PIECES; i++)
        ahead->pieces[i].bytes = ahead->memory + i * READ_AHEAD_PIECE_BYTES;
    if (ahead->memory)
        ahead->thread = CreateThread(NULL, 0, read_pieces, ahead, 0, NULL);
    if (ahead->thread)
        return ahead;
    read_ahead_destroy(ahead);
    return NULL;
}

const struct read_ahead_piece *read_ahead_take(struct read_ahead *ahead)
{
    uint64_t taken;

    AcquireSRWLockExclusive(&ahead->lock);
    taken = ahead->taken_count++;
    WakeConditionVariable(&ahead->changed); /* the piece before is free now */
    while (ahead->read_count <= taken)
        SleepConditionVariableSRW(&ahead->changed, &ahead->lock, INFINITE, 0);
    ReleaseSRWLockExclusive(&ahead->lock);
    return &ahead->pieces[taken % PIECES];
}

void read_ahead_destroy(struct read_ahead *ahead)
{
    if (!ahead)
        return;
    if (ahead->thread) {
        AcquireSRWLockExclusive(&ahead->lock);
        ahead->is_stopping = true;
        ReleaseSRWLockExclusive(&ahead->lock);
        WakeConditionVariable(&ahead->changed);
        WaitForSingleObject(ahead->thread, INFINITE);
        CloseHandle(ahead->thread);
    }
    if (ahead->memory)
        VirtualFree(ahead->memory, 0, MEM_RELEASE);
    free(ahead);
}
