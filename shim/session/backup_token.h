/*
 * backup_token.h - gathers what the expiry token says of a backup.
 */
#ifndef NTDSBCLI_BACKUP_TOKEN_H
#define NTDSBCLI_BACKUP_TOKEN_H

#include "host/result.h"

#include "remote/broker_client.h"
#include "backup_files.h"

/*
 * Reads the headers of the databases, the current log and the checkpoint through the broker, and
 * builds the token (allocation_free). A header that cannot be understood is logged, not an error:
 * reading that file will be. Otherwise as broker_client_backup_open and token_build.
 */
legacy_result backup_token_build(struct broker_client *broker, const struct backup_files *files,
                                 const struct ntdsvss_documents *documents, const wchar_t *host,
                                 uint32_t expiry_days, void **token, DWORD *token_bytes);

#endif
