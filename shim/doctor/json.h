/*
 * json.h - the findings, and backups, as one JSON object (RFC 8259), UTF-8.
 */
#ifndef NTDSDOCTOR_JSON_H
#define NTDSDOCTOR_JSON_H

#include "backup_list.h"
#include "findings.h"

/* Another number if a member is removed or gets another meaning. */
#define JSON_SCHEMA 1

/*
 * {"tool", "schema", "version", "bits", "computer", "system", "time" (UTC), "exit_code",
 * "findings": [
 * {"id", "area", "level", "text", "next" (string or null)} ]}, and with a list that is wanted
 * "backups": [ {"id", "computer", "program" (null: not known), "made" (UTC, null: not known),
 * "expires" (UTC), "bytes", "files", "record", "verified" (null: not known)} ]
 *
 * Zero-terminated; *byte_count bytes without the zero. The caller frees it. NULL: out of memory.
 */
char *json_build(const struct findings *findings, const struct backup_list *backups,
                 size_t *byte_count);

#endif
