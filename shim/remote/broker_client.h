/*
 * broker_client.h - one broker process and the requests it serves.
 *
 * A client belongs to one thread at a time. Results are the broker's HRESULTs, or
 * hrCommunicationError where the broker could not be started, died, fell silent or talked nonsense;
 * after that every request gives hrCommunicationError.
 */
#ifndef NTDSBCLI_BROKER_CLIENT_H
#define NTDSBCLI_BROKER_CLIENT_H

#include "broker/protocol.h"

#include <windows.h>
#include <stdbool.h>

struct broker_client_options
{
    uint32_t wait_ms;
    uint32_t retry_ms;
    uint32_t log_level;
    const wchar_t *log_path; /* "": none */
};

struct broker_file
{
    enum protocol_file_kind kind;
    wchar_t *path; /* local path of the live file */
};

/* Files in the broker's order: a file's index is its place in the lists, one after the other. */
struct broker_files
{
    struct broker_file *files;
    size_t count;
};

/* What a restore needs to know of a backup. */
struct broker_documents
{
    wchar_t *components;
    wchar_t *writer;
    wchar_t *backup_metadata;
};

/* What is put on record when a restore is registered; nothing of it is opened. */
struct broker_registration
{
    const wchar_t *checkpoint_folder; /* as the caller of DsRestoreRegister gave them */
    const wchar_t *log_folder;
    const wchar_t *backup_log_folder;
    const wchar_t *map;       /* lines of "old>new" */
    const wchar_t *backup_id; /* hexadecimal */
    uint32_t generation_low, generation_high;
};

struct broker_client;

/* Starts a broker from this DLL's own folder. End it with broker_client_stop. */
HRESULT broker_client_start(const struct broker_client_options *options,
                            struct broker_client **client);

/* The whole VSS sequence. The caller frees files and documents with the functions below. */
HRESULT broker_client_backup_start(struct broker_client *client, struct broker_files *databases,
                                   struct broker_documents *documents);
HRESULT broker_client_backup_logs(struct broker_client *client, struct broker_files *logs);

/* *file: a read-only handle, made of one of the broker's; close it with CloseHandle. */
HRESULT broker_client_backup_open(struct broker_client *client, uint32_t index, HANDLE *file,
                                  uint64_t *bytes);
HRESULT broker_client_backup_complete(struct broker_client *client);
HRESULT broker_client_backup_abort(struct broker_client *client);

/*
 * Begins a restore with the documents of the backup. *has_writer: the NTDS writer is there and will
 * be told. A broker serves one backup or one restore.
 */
HRESULT broker_client_restore_start(struct broker_client *client, const wchar_t *components,
                                    const wchar_t *writer, bool *has_writer);

/*
 * The interlock, the marker and, where the writer is there, PreRestore. *taken_over: an earlier
 * restore had never been completed. NTDSVSS_E_RESTORE_IN_PROGRESS: another one is alive.
 */
HRESULT broker_client_restore_register(struct broker_client *client,
                                       const struct broker_registration *registration,
                                       bool *taken_over);

/*
 * What is on disk now at the registered places: the database first, then logs by name, then the
 * checkpoint. The list replaces the one before; the caller frees it with broker_files_fini.
 */
HRESULT broker_client_restore_files(struct broker_client *client, struct broker_files *files);

/* As broker_client_backup_open, of the last list of files. */
HRESULT broker_client_restore_open(struct broker_client *client, uint32_t index, HANDLE *file,
                                   uint64_t *bytes);

/* Renames a checkpoint file so that the engine does not find it; its handles must be closed. */
HRESULT broker_client_restore_set_aside(struct broker_client *client, uint32_t index);

/*
 * Ends what was registered. succeeded: PostRestore, then the interlock goes; otherwise the writer
 * hears of the failure, and interlock and marker stay. Stopping the client without it is a failed
 * restore too.
 */
HRESULT broker_client_restore_complete(struct broker_client *client, bool succeeded);

/*
 * Hangs up, which makes the broker abort whatever is open, and waits until it has ended; one that
 * does not end within limit_ms goes on without this process (its own watchdog ends it). NULL is
 * ignored.
 */
void broker_client_stop(struct broker_client *client, DWORD limit_ms);

void broker_files_fini(struct broker_files *files);
void broker_documents_fini(struct broker_documents *documents);

#endif
