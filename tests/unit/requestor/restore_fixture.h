/*
 * restore_fixture.h - a restore session in this process, and what it was seen to do.
 */
#ifndef NTDSBCLI_TEST_RESTORE_SESSION_H
#define NTDSBCLI_TEST_RESTORE_SESSION_H

#include "directory_keys.h"

/* What the sessions said, one line each; cleared by restore_session_setup. */
extern wchar_t session_log[32768];

/* Group fixture: the documents of a backup, made through the adapter itself. The second puts
 * everything back. */
int restore_session_group_setup(void **state);
int restore_session_group_teardown(void **state);

/* Test fixture: no interlock, no marker, no fault, an empty log. */
int restore_session_setup(void **state);

extern const wchar_t *backup_components; /* of restore_session_group_setup */
extern const wchar_t *backup_writer;

/* 20 s for each wait, a cancel event that restore_session_setup resets. */
extern struct ntdsvss_settings session_settings;

/* Created and started: *restore is closed by the caller also where that failed. */
HRESULT restore_session_start(struct ntdsvss_restore **restore, bool *has_writer);

/* The same, which must succeed with the writer there. */
struct ntdsvss_restore *restore_session_begin(void);

HRESULT restore_session_register(struct ntdsvss_restore *restore);

/* How many times a session called the VSS method, so far in this test. */
unsigned int restore_session_calls(const wchar_t *method);

bool restore_session_logged(const wchar_t *text);

#endif
