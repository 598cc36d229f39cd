/*
 * json.h - the findings as one JSON object (RFC 8259), UTF-8.
 */
#ifndef NTDSDOCTOR_JSON_H
#define NTDSDOCTOR_JSON_H

#include "findings.h"

/*
 * {"tool", "version", "bits", "computer", "system", "time" (UTC), "exit_code", "findings": [
 * {"id", "area", "level", "text", "next" (string or null)} ]}
 *
 * Zero-terminated; *byte_count bytes without the zero. The caller frees it. NULL: out of memory.
 */
char *json_build(const struct findings *findings, size_t *byte_count);

#endif
