/*
 * protocol.h - the contract between ntdsbcli.dll and its broker: frames on a private pipe.
 *
 * Portable C that knows nothing but memory, so that both directions can be fuzzed on any machine.
 *
 * The DLL sends one request and waits for its reply; the broker sends PROTOCOL_KEEPALIVE frames in
 * between while it works, so that silence means a broker that is no longer there. Nothing of a
 * frame is trusted: every length is checked by the side that reads it. All integers are
 * little-endian and of fixed width; strings are a u32 count of UTF-16 units followed by the units,
 * without terminator. No pointer is ever sent, and no path chosen by the DLL is ever opened: files
 * are indices into the broker's list, and what RESTORE_REGISTER names is only put on record.
 *
 * A broker serves one session: what came with BACKUP_START takes BACKUP_* requests only, what came
 * with RESTORE_START takes RESTORE_* requests only. Anything else is answered with E_UNEXPECTED.
 *
 * Frame:    u32 payload bytes, u16 type, u16 PROTOCOL_VERSION, u32 sequence, payload
 * A reply has its request's type and sequence, and begins with u32 HRESULT (0 = S_OK); the fields
 * below follow only where that is not negative.
 *
 * HANDOVER is not a frame: two u64 on the broker's standard input, the values of two handles in
 * the broker, its end of the pipe and the DLL's process.
 *
 * Request (fields) -> reply (fields after the HRESULT):
 *
 *   HELLO (u32 wait limit ms, u32 retry budget ms, u64 first and u64 second half of the
 *          provider's GUID, in memory order)
 *     -> u32 process id of the broker
 *   LOG (u32 log level, u64 handle value in the broker of the log file, which is the broker's from
 *        then on; 0: no log), at any time but first
 *     -> nothing
 *   BACKUP_START (string AD LDS instance, empty: the NTDS writer's directory)
 *     -> file list (databases), strings backup components document, writer document, writer's
 *        backup metadata
 *   BACKUP_LOGS ()
 *     -> file list (logs, checkpoint), whose indices go on after the one before; u32 count of files
 *        left out, each strings path, reason
 *   BACKUP_OPEN (u32 index)
 *     -> u64 handle value in the broker, u64 bytes
 *   BACKUP_COMPLETE (), BACKUP_ABORT ()
 *     -> nothing
 *   RESTORE_START (strings backup components document, writer document; u32 1: VSS is not to be
 *                  asked, else 0)
 *     -> u32 1 where the NTDS writer is there, else 0
 *   RESTORE_REGISTER (strings checkpoint folder, log folder, backup log folder, map, backup id; u32
 *                     lowest, u32 highest generation)
 *     -> u32 1 where the restore took over from one that was never completed, else 0; u32 HRESULT
 *        for which it goes on without VSS, else 0
 *   RESTORE_FILES ()
 *     -> file list of what is on disk now (database, logs, checkpoint); replaces the one before
 *   RESTORE_OPEN (u32 index)
 *     -> u64 handle value in the broker, u64 bytes
 *   RESTORE_SET_ASIDE (u32 index of a checkpoint)
 *     -> nothing
 *   RESTORE_COMPLETE (u32 1: it succeeded, 0: it failed)
 *     -> nothing
 *
 * KEEPALIVE (string what is being waited for) comes from the broker only.
 *
 * A handle in a reply is there until the next request: the DLL duplicates it, the broker closes it.
 *
 * File list: u32 count, then per file u32 enum ntdsvss_file_kind, string live local path.
 */
#ifndef NTDSBCLI_PROTOCOL_H
#define NTDSBCLI_PROTOCOL_H

#include "common/document_limit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROTOCOL_VERSION           5u
#define PROTOCOL_HEADER_BYTES      12u
#define PROTOCOL_HANDOVER_BYTES    16u /* on the broker's standard input, before all frames */
#define PROTOCOL_PAYLOAD_MAX_BYTES (64u * 1024 * 1024)
/* Payload of a request: two documents, and what else is in it. */
#define PROTOCOL_REQUEST_MAX_BYTES (2u * DOCUMENTS_MAX_CHARS + 64u * 1024)
#define PROTOCOL_KEEPALIVE_MS      5000u  /* the broker speaks at least this often while it works */
#define PROTOCOL_SILENCE_MAX_MS    60000u /* after which the DLL takes the broker for dead */
#define PROTOCOL_END_MS            10000u /* from hanging up to the broker's end, if VSS is not slow */
#define PROTOCOL_END_MAX_MS        90000u /* the same if it is */

enum protocol_type
{
    PROTOCOL_HELLO = 1,
    PROTOCOL_BACKUP_START,
    PROTOCOL_BACKUP_LOGS,
    PROTOCOL_BACKUP_OPEN,
    PROTOCOL_BACKUP_COMPLETE,
    PROTOCOL_BACKUP_ABORT,
    PROTOCOL_RESTORE_START,
    PROTOCOL_RESTORE_REGISTER,
    PROTOCOL_RESTORE_FILES,
    PROTOCOL_RESTORE_OPEN,
    PROTOCOL_RESTORE_SET_ASIDE,
    PROTOCOL_RESTORE_COMPLETE,
    PROTOCOL_KEEPALIVE,
    PROTOCOL_LOG,
    PROTOCOL_TYPE_END
};

struct protocol_header
{
    uint32_t payload_bytes;
    uint16_t type;
    uint16_t version;
    uint32_t sequence;
};

/* False where the version is another one, the type is unknown or the payload is over the limit. */
bool protocol_header_parse(const uint8_t bytes[PROTOCOL_HEADER_BYTES],
                           struct protocol_header *header);

/*
 * A frame being written. Zero-initialise, then protocol_begin; a failed allocation sticks and is
 * reported by protocol_finish, so that the puts in between need no checks.
 */
struct protocol_writer
{
    uint8_t *bytes; /* whole frame, header included; free with protocol_writer_fini */
    size_t byte_count;
    size_t capacity_bytes;
    bool failed;
};

void protocol_begin(struct protocol_writer *writer, enum protocol_type type, uint32_t sequence);
void protocol_put_u32(struct protocol_writer *writer, uint32_t value);
void protocol_put_u64(struct protocol_writer *writer, uint64_t value);
void protocol_put_string(struct protocol_writer *writer, const uint16_t *units, size_t unit_count);

/* Writes the payload length into the header. False: out of memory, or the payload is too long. */
bool protocol_finish(struct protocol_writer *writer);
void protocol_writer_fini(struct protocol_writer *writer);

/*
 * A payload being read. Reading past its end, or a string longer than what is left, sticks; the
 * values read are 0 and empty then. Check protocol_reader_done once at the end.
 */
struct protocol_reader
{
    const uint8_t *next;
    size_t left_bytes;
    bool failed;
};

void protocol_reader_init(struct protocol_reader *reader, const uint8_t *payload,
                          size_t payload_bytes);
uint32_t protocol_get_u32(struct protocol_reader *reader);
uint64_t protocol_get_u64(struct protocol_reader *reader);

/*
 * *unit_count units in the payload itself, not terminated and possibly not aligned: copy them with
 * memcpy. NULL and 0 where the reading failed; an empty string is not NULL.
 */
const uint8_t *protocol_get_string(struct protocol_reader *reader, size_t *unit_count);

/* True where nothing failed and nothing is left over. */
bool protocol_reader_done(const struct protocol_reader *reader);

#endif
