/*
 * result_text.h - what a code that the exports return is called, and what it says.
 */
#ifndef NTDSBCLI_RESULT_TEXT_H
#define NTDSBCLI_RESULT_TEXT_H

#include "host/result.h"

#include <windows.h>
#include <stdbool.h>

#define RESULT_NAME_CHARS 80
#define RESULT_TEXT_CHARS 512

/* "hrCouldNotConnect (0xc7ff0007)", or the number alone where it has no name here. */
void result_name(legacy_result hr, wchar_t name[RESULT_NAME_CHARS]);

/* The code of a name, whatever its case. */
bool result_find(const wchar_t *name, legacy_result *hr);

/* The text of this module's message table, else the system's; "" where neither has one. */
void result_text(legacy_result hr, wchar_t text[RESULT_TEXT_CHARS]);

#endif
