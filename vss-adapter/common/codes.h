/*
 * codes.h - names and meanings of the codes VSS and its writers return, for log lines.
 */
#ifndef NTDSVSS_ERROR_NAMES_H
#define NTDSVSS_ERROR_NAMES_H

#include <windows.h>
#include <stdbool.h>

struct code_name
{
    HRESULT hr;
    const wchar_t *name;    /* the header's name */
    const wchar_t *meaning; /* cause in one phrase, and the next step where there is one */
};

/* NULL for a code that is not in the table. Static data. */
const struct code_name *codes_find(HRESULT hr);

/* The name of a VSS_WRITER_STATE value. Static data, never NULL. */
const wchar_t *writer_state_name(unsigned int state);

/* Neither failed nor unknown: the latter is an error of the writer, too (Microsoft Learn,
 * VSS_WRITER_STATE). */
bool writer_state_is_good(unsigned int state);

#endif
