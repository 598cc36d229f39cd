/*
 * backup_token.h - gathers what the expiry token says of a backup.
 */
#ifndef NTDSBCLI_BACKUP_TOKEN_H
#define NTDSBCLI_BACKUP_TOKEN_H

#include "host/result.h"

#include "remote/broker_client.h"
#include "backup_files.h"
#include "token/token.h"

/*
 * Fills databases, files->database_count of them, whose paths stay those of files. Reads the
 * headers of the databases, the current log and the checkpoint through the broker, and builds the
 * token (allocation_free). hrReadVerifyFailure: the header of a database is damaged. Else as
 * broker_client_backup_open, file_reader_identify and token_build.
 */
legacy_result backup_token_build(struct broker_client *broker, const struct backup_files *files,
                                 const struct ntdsvss_documents *documents, const wchar_t *host,
                                 uint32_t expiry_days, struct token_database *databases,
                                 void **token, DWORD *token_bytes);

#endif
