/*
 * Verification of an ESE file that passes by as a stream of bytes.
 *
 * Knows memory only: the caller reads the file, the stream judges each header, page and log
 * segment ("unit") once its last byte is there. It tells by itself what kind of file it is.
 *
 * Buffers. The runs fed may have any length and alignment, down to one byte. A unit that lies in
 * a run wholly is judged where it lies, without a copy; only the units a run's ends cut through
 * are put together in the stream's own buffer (one page). So a caller that reads multiples of the
 * page size from a multiple of the page size on (as the backup API demands of its callers) causes
 * no copies at all.
 *
 * Correction. ese_stream_feed_writable() puts a single flipped bit right in the caller's buffer,
 * as the engine's own backup does, when the unit lies in the run wholly: verdict ESE_CORRECTED,
 * no fault. Where the unit was cut, its first part has left with an earlier run: the verdict is
 * then ESE_CORRECTABLE, which counts as a fault, as it does for ese_stream_feed(). So whoever wants
 * all corrections feeds whole units (ese_stream_unit_bytes), from a buffer of its own if need be,
 * as the file reader of the DLL does.
 *
 * A stream belongs to one thread at a time. It allocates nothing and needs no clean-up.
 */
#ifndef NTDSBCLI_ESE_STREAM_H
#define NTDSBCLI_ESE_STREAM_H

#include "ese_checkpoint.h"
#include "ese_database.h"
#include "ese_log.h"

enum ese_file_kind
{
    ESE_FILE_UNKNOWN, /* not enough bytes seen */
    ESE_FILE_DATABASE,
    ESE_FILE_LOG,
    ESE_FILE_CHECKPOINT,
    ESE_FILE_NOT_ESE /* none of these; its bytes are counted, not judged */
};

const char *ese_file_kind_name(enum ese_file_kind kind);

struct ese_fault
{
    uint64_t offset; /* of the unit in the file */
    uint32_t unit;   /* page number, or segment index in a log; 0 for a header */
    bool is_header;
    struct ese_page_report report; /* verdict, sums, real page number, bits */
};

struct ese_stream_counts
{
    uint64_t bytes;
    uint64_t good; /* pages or segments, without headers, and so below */
    uint64_t blank;
    uint64_t corrected;
    uint64_t recovered;   /* of those before: sound only when read again */
    uint64_t bad;         /* correctable ones included */
    uint64_t correctable; /* of the bad ones: a single bit, but not in a writable run */
    uint64_t old_format;  /* of the good ones: database pages with the old checksum */
    uint64_t shadow;      /* log segments, beside good */
    uint64_t stale;       /* of the good log segments: an older generation's */
    uint64_t unverified;  /* bytes of a version 7 log's body: needs ese_log7_verify */
    uint64_t trailer;     /* 0 or 1 */
};

/* How far the recognition of the file has come. */
enum ese_stream_stage
{
    ESE_STAGE_CLASSIFY,    /* 4096 bytes tell most kinds */
    ESE_STAGE_PRIMARY,     /* a database's first header, of the size it claims */
    ESE_STAGE_SHADOW,      /* its copy */
    ESE_STAGE_SEARCH,      /* no good first header: is there a copy of one in 32 KiB? */
    ESE_STAGE_LAST_SHADOW, /* or behind them, if pages are 32 KiB */
    ESE_STAGE_CHECKPOINT,  /* both copies */
    ESE_STAGE_UNITS,       /* pages or segments */
    ESE_STAGE_REST         /* nothing more to judge */
};

/* What happens to single units of writable runs. Each function may be NULL. */
struct ese_stream_events
{
    /*
     * A unit is not sound: may read it from the file anew, in place. attempt counts from 0.
     * True: it was read, judge it again. False: take it for what it is; then its last bytes count.
     */
    bool (*read_again)(void *context, uint64_t offset, void *unit, uint32_t bytes,
                       uint32_t attempt);
    /* A unit is sound, but only after a correction, or when read again (attempts > 0). */
    void (*mended)(void *context, const struct ese_fault *found, uint32_t attempts);
    void *context;
    bool keep_correctable; /* a single flipped bit is a fault in writable runs, too */
};

/* Members are the stream's own; use the functions below. Large: keep it off small stacks. */
struct ese_stream
{
    enum ese_file_kind expected;
    enum ese_file_kind kind;
    enum ese_stream_stage stage;
    uint32_t unit_bytes;      /* of the units after the headers; 0 while unknown */
    bool looks_like_database; /* the magic is where it should be */
    bool finished;
    bool has_fault;
    bool trailer_seen;
    bool has_header; /* `header` below is filled */
    bool for_recovery;
    uint64_t offset; /* of the first byte not judged yet */
    size_t carried;  /* bytes in carry, that begin at offset */
    uint64_t primary_fingerprint;
    struct ese_fault trailer_fault; /* what the trailer is, should more pages follow */
    struct ese_fault fault;
    struct ese_stream_counts counts;
    struct ese_stream_events events;
    uint64_t total_bytes; /* of the file; UINT64_MAX while nobody said */
    struct ese_log_order order;
    union
    {
        struct ese_database_header database;
        struct ese_log_header log;
        struct ese_checkpoint checkpoint;
    } header;
    uint8_t carry[ESE_PAGE_BYTES_MAX];
};

/*
 * Starts at the beginning of a file. expected: what the file must be (anything else is then a
 * fault, ESE_NOT_RECOGNISED), or ESE_FILE_UNKNOWN to take whatever comes (then a file that is
 * not ESE's is no fault).
 */
void ese_stream_init(struct ese_stream *stream, enum ese_file_kind expected);

/* Before the first run. */
void ese_stream_set_events(struct ese_stream *stream, const struct ese_stream_events *events);

/* Before the first run: how large the file is. With it a backup trailer is one at the very end
 * only, and a log whose header says another size is a fault at once; without, both are known when
 * the file goes on, or ends. */
void ese_stream_set_total(struct ese_stream *stream, uint64_t bytes);

/*
 * Before the first run: also holds a log of version 8 to the order of segments that recovery wants
 * (ESE_OUT_OF_ORDER; only the first such segment is bad). For files that are to be restored;
 * a backup that is handed out is judged segment by segment, as the engine's own.
 */
void ese_stream_set_recovery(struct ese_stream *stream);

/* Feeds the next run of the file. Returns true as long as there is no fault; goes on judging and
 * counting after one. */
bool ese_stream_feed(struct ese_stream *stream, const void *data, size_t bytes);
bool ese_stream_feed_writable(struct ese_stream *stream, void *data, size_t bytes);

/*
 * For judging a stretch of a database beside its stream: a branch of it that begins at offset, a
 * page's beginning. stream has come to the pages (ese_stream_unit_bytes), at a page's beginning,
 * and stays as it is. A branch has no events; it is fed as any stream, and never finished.
 */
void ese_stream_branch(struct ese_stream *branch, const struct ese_stream *stream, uint64_t offset);

/*
 * The stream goes on behind the branch's last page, as if it had been fed what the branch was. True
 * only if the branch began where the stream is, has bytes of them, and every page in it was good or
 * blank at first sight; otherwise the stream stays as it is.
 */
bool ese_stream_join(struct ese_stream *stream, const struct ese_stream *branch, uint64_t bytes);

/*
 * Tells the stream that the file has ended. Returns true when no fault was found; a file that
 * ends inside a unit, or a log that has not the size its header says, is one (ESE_TRUNCATED,
 * ESE_BAD_GEOMETRY). Once only, and nothing may be fed after it. */
bool ese_stream_finish(struct ese_stream *stream);

/* Size of the pages or segments that come next; 0 while that is unknown, or nothing more is judged.
 * Known at the latest once 65536 bytes were fed. All sizes divide 32768. */
uint32_t ese_stream_unit_bytes(const struct ese_stream *stream);

enum ese_file_kind ese_stream_kind(const struct ese_stream *stream);
/* The first fault, NULL if there is none so far. Valid while the stream is. */
const struct ese_fault *ese_stream_fault(const struct ese_stream *stream);
const struct ese_stream_counts *ese_stream_counts(const struct ese_stream *stream);

/* The header found, NULL if the file is of another kind or its header not complete or bad. */
const struct ese_database_header *ese_stream_database(const struct ese_stream *stream);
const struct ese_log_header *ese_stream_log(const struct ese_stream *stream);
const struct ese_checkpoint *ese_stream_checkpoint(const struct ese_stream *stream);

/* XOR of the checksums of a log's data segments, which the next log's previous_sum repeats. False,
 * *sum untouched: not a log of version 8, not read to its end, or with a fault. */
bool ese_stream_log_sum(const struct ese_stream *stream, uint64_t *sum);

/* False: a segment of a log lies where recovery wants none of its kind, as far as was fed. */
bool ese_stream_is_in_order(const struct ese_stream *stream);

#endif
