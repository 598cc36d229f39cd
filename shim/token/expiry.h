/*
 * expiry.h - until when a backup of the directory may be restored.
 *
 * A backup older than the tombstone lifetime brings deleted objects back to life (KB Q216993).
 */
#ifndef NTDSBCLI_EXPIRY_H
#define NTDSBCLI_EXPIRY_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

/*
 * The time of expiry, a FILETIME value: created plus setting_days where that is not 0; else what
 * the NTDS writer's backup metadata says, where it is a time this understands; else created plus
 * the directory's tombstone lifetime, where it can be read within 5 seconds; else 60 days, its
 * default.
 */
uint64_t expiry_of_backup(uint64_t created, uint32_t setting_days, const wchar_t *backup_metadata);

#endif
