/*
 * clock.h - times as the token and the records have them: FILETIME values, UTC.
 */
#ifndef NTDSBCLI_CLOCK_H
#define NTDSBCLI_CLOCK_H

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#define CLOCK_DAY (24ull * 60 * 60 * 10000000)

uint64_t clock_of(FILETIME time);

/* The present as a FILETIME value. */
uint64_t clock_now(void);

/* A time like 2026-01-31T12:00:00Z. False for every other text. */
bool clock_parse(const wchar_t *text, uint64_t *time);

#define CLOCK_TEXT_CHARS 24

/* The same text of a FILETIME value, to the second; "?" for one that is no date. */
void clock_format(uint64_t time, wchar_t text[CLOCK_TEXT_CHARS]);

#endif
