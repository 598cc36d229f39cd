/*
 * expiry.h - until when a backup of the directory may be restored, and who says so.
 *
 * A backup older than the tombstone lifetime brings deleted objects back to life (KB Q216993).
 */
#ifndef NTDSBCLI_EXPIRY_H
#define NTDSBCLI_EXPIRY_H

#include "token_layout.h"

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

/*
 * The time of expiry, a FILETIME value: created plus setting_days where that is not 0; else what
 * the NTDS writer's backup metadata says, where it is a time this understands; else created plus
 * the directory's tombstone lifetime, where it can be read within 5 seconds; else 60 days, which
 * are assumed: the least that a forest has unless somebody shortened it.
 *
 * source  Receives which of these it is.
 */
uint64_t expiry_of_backup(uint64_t created, uint32_t setting_days, const wchar_t *backup_metadata,
                          enum token_expiry *source);

/*
 * The time until which the backup of this token may be restored. Days that were assumed give way to
 * a longer setting, which an administrator made who knows the tombstone lifetime; nothing else
 * does.
 */
uint64_t expiry_at_restore(const struct token_fields *fields, uint32_t setting_days);

/* In English. */
const wchar_t *expiry_source_text(enum token_expiry source);

#endif
