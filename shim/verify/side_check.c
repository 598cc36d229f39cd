/*
 * side_check.c - a ring of stretches between the thread that judges them and the one that takes
 * them.
 */
#include "side_check.h"

#include "file_source.h"
#include "ese/ese_sums.h"

#include <stdlib.h>
#include <string.h>

/* How far the thread may be ahead, so that neither side often waits for the other. */
#define STRETCHES 3u
/* Still in the second-level cache when it is judged. */
#define PIECE_BYTES (512u * 1024)

struct side_check
{
    struct file_source *source;
    uint64_t from, end;
    uint8_t *piece;
    HANDLE thread;
    struct ese_stream at_start;
    struct side_stretch stretches[STRETCHES];
    SRWLOCK lock;
    CONDITION_VARIABLE changed; /* only one side can have to wait */
    /* Under the lock: */
    uint64_t judged_count; /* stretches that the thread is done with */
    uint64_t taken_count;  /* those handed out; the last one is still in use */
    bool is_stopping;
};

static uint64_t place(const struct side_check *side, uint64_t count)
{
    return side->from + count * 2 * SIDE_CHECK_STRETCH_BYTES;
}

static bool is_there(const struct side_check *side, uint64_t count)
{
    return place(side, count) + SIDE_CHECK_STRETCH_BYTES < side->end;
}

/* False: nobody wants more. */
static bool wait_for_room(struct side_check *side)
{
    bool is_stopping;

    AcquireSRWLockExclusive(&side->lock);
    while (!side->is_stopping && side->judged_count >= side->taken_count + STRETCHES - 1)
        SleepConditionVariableSRW(&side->changed, &side->lock, INFINITE, 0);
    is_stopping = side->is_stopping;
    ReleaseSRWLockExclusive(&side->lock);
    return !is_stopping;
}

static void keep_sums(void *context, const void *bytes, size_t byte_count)
{
    struct side_stretch *stretch = context;

    memcpy(stretch->sums + stretch->sums_bytes, bytes, byte_count);
    stretch->sums_bytes += byte_count;
}

/* What cannot be read is missing at the end, so that the stretch cannot be joined. */
static void judge(struct side_check *side, uint64_t offset, struct side_stretch *stretch)
{
    struct ese_sums sums;
    uint32_t done, got;

    ese_stream_branch(&stretch->stream, &side->at_start, offset);
    stretch->sums_bytes = 0;
    ese_sums_init(&sums, ese_sums_unit_bytes(&side->at_start), keep_sums, stretch);
    for (done = 0; done < SIDE_CHECK_STRETCH_BYTES; done += PIECE_BYTES) {
        if (!side->source->read(side->source, offset + done, side->piece, PIECE_BYTES, &got) ||
            got != PIECE_BYTES || !ese_stream_feed(&stretch->stream, side->piece, PIECE_BYTES))
            return;
        ese_sums_take(&sums, side->piece, PIECE_BYTES);
    }
    ese_sums_finish(&sums);
}

static DWORD WINAPI judge_stretches(void *context)
{
    struct side_check *side = context;
    uint64_t count;

    for (count = 0; is_there(side, count) && wait_for_room(side); count++) {
        judge(side, place(side, count), &side->stretches[count % STRETCHES]);
        AcquireSRWLockExclusive(&side->lock);
        side->judged_count++;
        ReleaseSRWLockExclusive(&side->lock);
        WakeConditionVariable(&side->changed);
    }
    return 0;
}

struct side_check *side_check_create(struct file_source *source, const struct ese_stream *stream,
                                     uint64_t from, uint64_t end)
{
    struct side_check *side = calloc(1, sizeof(*side));

    if (!side) {
        source->close(source);
        return NULL;
    }
    side->source = source;
    side->from = from;
    side->end = end;
    ese_stream_branch(&side->at_start, stream, from);
    InitializeSRWLock(&side->lock);
    InitializeConditionVariable(&side->changed);
    side->piece = malloc(PIECE_BYTES);
    if (side->piece)
        side->thread = CreateThread(NULL, 0, judge_stretches, side, 0, NULL);
    if (side->thread)
        return side;
    side_check_destroy(side);
    return NULL;
}

uint64_t side_check_next(const struct side_check *side)
{
    return is_there(side, side->taken_count) ? place(side, side->taken_count) : UINT64_MAX;
}

const struct side_stretch *side_check_take(struct side_check *side)
{
    uint64_t taken;

    AcquireSRWLockExclusive(&side->lock);
    taken = side->taken_count++;
    WakeConditionVariable(&side->changed); /* the one before is free now */
    while (side->judged_count <= taken)
        SleepConditionVariableSRW(&side->changed, &side->lock, INFINITE, 0);
    ReleaseSRWLockExclusive(&side->lock);
    return &side->stretches[taken % STRETCHES];
}

void side_check_destroy(struct side_check *side)
{
    if (!side)
        return;
    if (side->thread) {
        AcquireSRWLockExclusive(&side->lock);
        side->is_stopping = true;
        ReleaseSRWLockExclusive(&side->lock);
        WakeConditionVariable(&side->changed);
        WaitForSingleObject(side->thread, INFINITE);
        CloseHandle(side->thread);
    }
    side->source->close(side->source);
    free(side->piece);
    free(side);
}
