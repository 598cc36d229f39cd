/*
 * proof_texts.h - what Windows' own programs print. Portable.
 *
 * vssadmin speaks the language of Windows, so nothing of it is taken but names of devices. esentutl
 * speaks English everywhere. Source: their output as Microsoft Learn and KB articles show it.
 */
#ifndef PROOF_TEXTS_H
#define PROOF_TEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many different shadow copies "vssadmin list shadows" names. */
size_t proof_texts_shadows(const char *text);

/* The state that "esentutl /mh" gives a database, and the logs that it needs; both 0: none. */
struct proof_texts_header
{
    bool is_known, is_clean;
    uint32_t first_log, last_log;
};
void proof_texts_header(const char *text, struct proof_texts_header *header);

/* The same of ese-verify's line about a database. */
void proof_texts_verified(const char *text, struct proof_texts_header *header);

/* Where the DLL's log says that the time comes from at which the backup expires, first line of it.
 */
enum proof_expiry
{
    PROOF_EXPIRY_NONE, /* it says nothing */
    PROOF_EXPIRY_DIRECTORY,
    PROOF_EXPIRY_ASSUMED,
    PROOF_EXPIRY_WRITER,
    PROOF_EXPIRY_SETTING
};
enum proof_expiry proof_texts_expiry(const char *text);

/* The value of a member "name": number of JSON, the first one; -1: there is none. */
int64_t proof_texts_number(const char *json, const char *name);

/* The GUIDs that a text has in braces, one after the other; cut where chars is not enough. */
void proof_texts_guids(const char *text, char *guids, size_t chars);

/* The ids of ntdsdoctor's findings that are errors, one after the other; cut where chars is not
 * enough. */
void proof_texts_errors(const char *json, char *ids, size_t chars);

/* How many times text has word. */
size_t proof_texts_count(const char *text, const char *word);

#endif
