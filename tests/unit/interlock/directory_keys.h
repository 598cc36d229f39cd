/*
 * directory_keys.h - the registry keys of a restore, as the tests of the adapter see them.
 */
#ifndef NTDSBCLI_TEST_DIRECTORY_KEYS_H
#define NTDSBCLI_TEST_DIRECTORY_KEYS_H

#include "vssapi_requestor.h" /* CMocka, windows.h, assert_hr */

#include <ntdsvss.h>

#define NTDS_KEY       L"SYSTEM\\CurrentControlSet\\Services\\NTDS"
#define PARAMETERS_KEY NTDS_KEY L"\\Parameters"
#define INTERLOCK_KEY  NTDS_KEY L"\\Restore In Progress"
#define RECORD_KEY     INTERLOCK_KEY L"\\ntdsbcli"
#define MARKER         L"Database restored from backup"
#define EPOCH          L"DSA Database Epoch"

/* No interlock, no marker and no epoch. */
void directory_keys_clear(void);

bool directory_keys_exist(const wchar_t *key);

/* -1: there is no such DWORD. */
int64_t directory_keys_number(const wchar_t *key, const wchar_t *name);
void directory_keys_set_number(const wchar_t *key, const wchar_t *name, DWORD number);

/* "(none)": there is no such REG_SZ. The buffer is the function's own. */
const wchar_t *directory_keys_text(const wchar_t *key, const wchar_t *name);
void directory_keys_set_text(const wchar_t *key, const wchar_t *name, const wchar_t *text);

/* How many values and subkeys the key has. */
DWORD directory_keys_value_count(const wchar_t *key);

/* A process that does nothing until it is ended. */
HANDLE directory_keys_start_process(void);
void directory_keys_end_process(HANDLE process);

/* Makes the record say that this process owns the interlock. */
void directory_keys_set_owner(HANDLE process, int64_t start_offset);

/* What the tests register. */
extern const struct ntdsvss_registration test_registration;

#endif
