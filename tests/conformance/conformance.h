/* What the conformance programs share: codes in messages, one context per test, lists, whole files.
 * They know the published interface and nothing else of this project. The lab around them is a
 * running domain controller of which they know no more than the interface tells. */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <windows.h>
#include <ntdsbcli.h>

#include <cmocka.h>

/* Engine error -616 in the form of ntdsbmsg.h, which has no name for it. */
#define HR_LOG_FILE_NOT_COPIED ((HRESULT)0xC8000268)

/* What outputs hold before a call: neither NULL nor 0 nor a code. */
#define POISON_POINTER ((void *)(uintptr_t)0xDDDDDDD0u)
#define POISON_DWORD   0xDDDDDDDDu
#define POISON_SIZE    INT64_C(0x0DDDDDDDDDDDDDDD)

/* Fails the test, with WHAT and both codes in hexadecimal, unless ACTUAL is EXPECTED. */
#define assert_result(what, actual, expected)                                                      \
    conformance_assert_result(__FILE__, __LINE__, (what), (actual), (expected))

void conformance_assert_result(const char *file, int line, const char *what, HRESULT actual,
                               HRESULT expected);

/* A backup context with its token, made by the set-up below. */
struct context
{
    HBC hbc;
    void *token;
    DWORD token_bytes;
};

/* CMocka set-up and tear-down: *state is a struct context. Ending a context twice is harmless. */
int context_begin(void **state);
int context_end(void **state);

/* The handle of the context that context_begin left in *state. */
HBC context_handle(void **state);

/* Gives the privilege NAME of this process ATTRIBUTES. */
void set_privilege(const char *name, DWORD attributes);

/*
 * This thread impersonates its own account, with a token that no other thread has. The second fails
 * the test, with WHAT, unless it still does; the third ends it.
 */
void impersonation_begin(void);
void assert_impersonates(const char *what);
void impersonation_end(void);

/* assert_result, and then assert_impersonates. */
#define assert_keeps_token(what, actual, expected)                                                 \
    do {                                                                                           \
        assert_result(what, actual, expected);                                                     \
        assert_impersonates(what);                                                                 \
    } while (0)

/* This computer's NetBIOS name, as the lists have it. */
const wchar_t *computer_name(void);
const char *computer_name_ansi(void);

/* The names of a list, W half; the caller frees each with DsBackupFree. The test fails on errors.
 */
wchar_t *database_list(HBC hbc, DWORD *bytes);
wchar_t *log_list(HBC hbc, DWORD *bytes);
wchar_t *location_list(HBC hbc, DWORD *bytes);

/* The entry of a list after ENTRY; NULL at its end. */
const wchar_t *next_name(const wchar_t *entry);

/* A file read whole: heap memory, freed by free. */
struct content
{
    unsigned char *data;
    size_t bytes;
};

/*
 * Opens NAME, reads it with BUFFER_BYTES per call up to ERROR_HANDLE_EOF, closes it, and checks the
 * contract of DsBackupRead on the way: full buffers except for the last, the size as announced.
 */
struct content read_file(HBC hbc, const wchar_t *name, DWORD buffer_bytes);

/* The same from an open file on; what was read before counts as the beginning. */
struct content read_open_file(HBC hbc, LARGE_INTEGER size, DWORD buffer_bytes);

/* Reads every entry of LIST to its end. */
void read_all(HBC hbc, const wchar_t *list);

/* Fails the test unless both are the same, and says where they differ. */
void assert_same_content(const struct content *actual, const struct content *expected);

#endif
