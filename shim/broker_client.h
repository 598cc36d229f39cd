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

struct broker_client;

/* Starts a broker from this DLL's own folder. End it with broker_client_stop. */
HRESULT broker_client_start(const struct broker_client_options *options,
                            struct broker_client **client);

/* The whole VSS sequence. The caller frees files and documents with the functions below. */
HRESULT broker_client_backup_start(struct broker_client *client, struct broker_files *databases,
                                   struct broker_documents *documents);
HRESULT broker_client_backup_logs(struct broker_client *client, struct broker_files *logs);

/* *file: a read-only handle, taken out of the broker; close it with CloseHandle. */
HRESULT broker_client_backup_open(struct broker_client *client, uint32_t index, HANDLE *file,
                                  uint64_t *bytes);
HRESULT broker_client_backup_complete(struct broker_client *client);
HRESULT broker_client_backup_abort(struct broker_client *client);

/*
 * Hangs up, which makes the broker abort whatever is open, and waits until it has ended; one that
 * does not end within limit_ms goes on without this process (its own watchdog ends it). NULL is
 * ignored.
 */
void broker_client_stop(struct broker_client *client, DWORD limit_ms);

void broker_files_fini(struct broker_files *files);
void broker_documents_fini(struct broker_documents *documents);

#endif
