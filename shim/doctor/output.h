/*
 * output.h - shows the findings as text or as JSON.
 */
#ifndef NTDSDOCTOR_OUTPUT_H
#define NTDSDOCTOR_OUTPUT_H

#include "backup_list.h"
#include "findings.h"

#include <stdbool.h>
#include <wchar.h>

/* To standard output or standard error; UTF-16 to a console, UTF-8 otherwise. */
void output_text(bool is_error, const wchar_t *text);

/* backups: for JSON. False: out of memory, or standard output cannot be written. */
bool output_findings(const struct findings *findings, const struct backup_list *backups, bool json);

#endif
