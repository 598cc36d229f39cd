/*
 * broker_client.h - ntdsvss.h over a pipe: one broker process and the requests it serves.
 *
 * A client belongs to one thread at a time. What it hands out (files, documents) is the client's.
 * Outputs are untouched if a function fails. Results are what the broker's become in the old API
 * (result_to_legacy); ERROR_NOT_ENOUGH_MEMORY; or hrCommunicationError if the broker could not be
 * started, died, fell silent or talked nonsense: after that every request gives
 * hrCommunicationError.
 */
#ifndef NTDSBCLI_BROKER_CLIENT_H
#define NTDSBCLI_BROKER_CLIENT_H

#include "host/result.h"
#include "host/settings.h"

#include <ntdsvss.h>

#include <windows.h>
#include <stdbool.h>

struct broker_client;

/*
 * Starts a broker from this DLL's own folder, which appends to this process's log, if it has one.
 * End it with broker_client_stop.
 */
legacy_result broker_client_start(const struct settings *settings, struct broker_client **client);

/*
 * The whole VSS sequence of ntdsvss_backup_start, the database files and what a restore will want.
 * Both stay until the client is stopped. A file's index is its place in the lists, one after the
 * other. instance: of AD LDS; NULL: the directory of a domain controller.
 */
legacy_result broker_client_backup_start(struct broker_client *client, const wchar_t *instance,
                                         const struct ntdsvss_file **databases, size_t *count,
                                         struct ntdsvss_documents *documents);

/* Once; hrInvalidBackupSequence later. The list stays until the client is stopped. */
legacy_result broker_client_backup_logs(struct broker_client *client,
                                        const struct ntdsvss_file **logs, size_t *count);

/* What was left out of that list, and why. It stays as well. */
void broker_client_left_out(const struct broker_client *client,
                            const struct ntdsvss_left_out **files, size_t *count);

/* *file: a read-only handle, made of one of the broker's; close it with CloseHandle. */
legacy_result broker_client_backup_open(struct broker_client *client, uint32_t index, HANDLE *file,
                                        uint64_t *bytes);
legacy_result broker_client_backup_complete(struct broker_client *client);
legacy_result broker_client_backup_abort(struct broker_client *client);

/*
 * Begins a restore with the documents of the backup; components NULL: without VSS. *has_writer: the
 * NTDS writer is there and will be told. ERROR_TIMEOUT: VSS hangs, and the broker ends. A broker
 * serves one backup or one restore.
 */
legacy_result broker_client_restore_start(struct broker_client *client, const wchar_t *components,
                                          const wchar_t *writer, bool *has_writer);

/*
 * The interlock, the marker and, if the writer is there, PreRestore. *taken_over: an earlier
 * restore had never been completed. *vss_result: for which the restore goes on without VSS, or
 * S_OK. hrRestoreInProgress: another one is alive.
 */
legacy_result broker_client_restore_register(struct broker_client *client,
                                             const struct ntdsvss_registration *registration,
                                             bool *taken_over, HRESULT *vss_result);

/*
 * What is on disk now at the registered places: the database first, then logs by name, then the
 * checkpoint. The list stays until the next one.
 */
legacy_result broker_client_restore_files(struct broker_client *client,
                                          const struct ntdsvss_file **files, size_t *count);

/* As broker_client_backup_open, of the last list of files. */
legacy_result broker_client_restore_open(struct broker_client *client, uint32_t index, HANDLE *file,
                                         uint64_t *bytes);

/* Renames a checkpoint file so that the engine does not find it; its handles must be closed. */
legacy_result broker_client_restore_set_aside(struct broker_client *client, uint32_t index);

/*
 * Ends what was registered. succeeded: PostRestore, then the interlock goes; otherwise the writer
 * hears of the failure, and interlock and marker stay. Stopping the client without it is a failed
 * restore too.
 */
legacy_result broker_client_restore_complete(struct broker_client *client, bool succeeded);

/*
 * Hangs up, which makes the broker abort whatever is open, and waits until it has ended. Up to
 * PROTOCOL_END_MAX_MS if VSS hangs; a broker that takes longer, or had fallen silent before, is
 * terminated. NULL is ignored.
 */
void broker_client_stop(struct broker_client *client);

/* The same without waiting: the broker's own watchdog ends it. */
void broker_client_hang_up(struct broker_client *client);

#endif
