/*
 * fuzz_windows.h - the targets whose code is made for Windows; host_windows/ stands in for it.
 *
 * Declares nothing of windows.h: whoever includes this need not know of the stand-in.
 */
#ifndef TESTS_FUZZ_WINDOWS_H
#define TESTS_FUZZ_WINDOWS_H

#include "fuzz_targets.h"

/* What the doctor's JSON says: any text in it leaves it JSON, in UTF-8. */
void fuzz_json(const uint8_t *data, size_t bytes);

/* names.bin or logs.bin of a backup: each entry lies within the file, a valid name in no folder. */
void fuzz_lists(const uint8_t *data, size_t bytes);

/* A restore map: up to eight pairs of names. What is accepted names the database once. */
void fuzz_map(const uint8_t *data, size_t bytes);

/* backup.txt of a sample: its readers agree; each file has a place of its own in the directory. */
void fuzz_manifest(const uint8_t *data, size_t bytes);

/* What a caller may give for a file's name: finds a file of the list by its name, or none. */
void fuzz_names(const uint8_t *data, size_t bytes);

/* The record of a backup: what is accepted is written the same. */
void fuzz_record(const uint8_t *data, size_t bytes);

/* The DLL's end of the pipe, with anything for a broker: the first byte chooses the calls. */
void fuzz_replies(const uint8_t *data, size_t bytes);

/* The page of what is proved, with what was found: the first byte chooses the claims. And its JSON.
 */
void fuzz_report(const uint8_t *data, size_t bytes);

/* The broker's end of the pipe, with anything for a host: the first byte chooses how it comes. */
void fuzz_requests(const uint8_t *data, size_t bytes);

/* Registry and environment: each setting is within its bounds. */
void fuzz_settings(const uint8_t *data, size_t bytes);

/* What other programs print, as the kit for a real Windows reads it. */
void fuzz_texts(const uint8_t *data, size_t bytes);

#endif
