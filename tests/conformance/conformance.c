/* What the conformance programs share. */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void conformance_assert_result(const char *file, int line, const char *what, HRESULT actual,
                               HRESULT expected)
{
    if (actual == expected)
        return;
    print_error("%s: 0x%08lX, expected 0x%08lX\n", what, (unsigned long)actual,
                (unsigned long)expected);
    _fail(file, line);
}

int context_begin(void **state)
{
    struct context *context = calloc(1, sizeof(*context));
    HRESULT hr;

    if (!context)
        return -1;
    hr = DsBackupPrepareW(computer_name(), 0, BACKUP_TYPE_FULL, &context->token,
                          &context->token_bytes, &context->hbc);
    if (hr != S_OK) {
        print_error("DsBackupPrepareW: 0x%08lX\n", (unsigned long)hr);
        free(context);
        return -1;
    }
    *state = context;
    return 0;
}

int context_end(void **state)
{
    struct context *context = *state;

    /* Some tests have ended it already. */
    (void)DsBackupEnd(context->hbc);
    DsBackupFree(context->token);
    free(context);
    *state = NULL;
    return 0;
}

HBC context_handle(void **state)
{
    const struct context *context = *state;

    return context->hbc;
}

static LUID thread_token(const char *what)
{
    TOKEN_STATISTICS facts = {.TokenId.LowPart = 0};
    HANDLE token = NULL;
    DWORD used;

    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token))
        fail_msg("%s: the thread has no token: Win32 error %lu", what, GetLastError());
    assert_true(GetTokenInformation(token, TokenStatistics, &facts, sizeof(facts), &used));
    CloseHandle(token);
    return facts.TokenId;
}

static LUID own_token;

void impersonation_begin(void)
{
    assert_true(ImpersonateSelf(SecurityImpersonation));
    own_token = thread_token("to begin with");
}

void assert_impersonates(const char *what)
{
    LUID token = thread_token(what);

    if (memcmp(&token, &own_token, sizeof(token)) != 0)
        fail_msg("%s: the thread has another token", what);
}

void impersonation_end(void)
{
    assert_true(RevertToSelf());
}

const wchar_t *computer_name(void)
{
    static wchar_t name[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD chars = ARRAYSIZE(name);

    if (!name[0] && !GetComputerNameW(name, &chars)) {
        print_error("GetComputerNameW: %lu\n", (unsigned long)GetLastError());
        abort();
    }
    return name;
}

const char *computer_name_ansi(void)
{
    static char name[MAX_COMPUTERNAME_LENGTH + 1];

    WideCharToMultiByte(CP_ACP, 0, computer_name(), -1, name, sizeof(name), NULL, NULL);
    return name;
}

typedef HRESULT(NTDSBCLI_API *list_function)(HBC hbc, LPWSTR *list, LPDWORD bytes);

static wchar_t *get_list(const char *what, list_function function, HBC hbc, DWORD *bytes)
{
    wchar_t *list = POISON_POINTER;

    *bytes = POISON_DWORD;
    assert_result(what, function(hbc, &list, bytes), S_OK);
    assert_non_null(list);
    return list;
}

wchar_t *database_list(HBC hbc, DWORD *bytes)
{
    return get_list("DsBackupGetDatabaseNamesW", DsBackupGetDatabaseNamesW, hbc, bytes);
}

wchar_t *log_list(HBC hbc, DWORD *bytes)
{
    return get_list("DsBackupGetBackupLogsW", DsBackupGetBackupLogsW, hbc, bytes);
}

wchar_t *location_list(HBC hbc, DWORD *bytes)
{
    return get_list("DsRestoreGetDatabaseLocationsW", DsRestoreGetDatabaseLocationsW, hbc, bytes);
}

const wchar_t *next_name(const wchar_t *entry)
{
    const wchar_t *next = entry + wcslen(entry) + 1;

    return *next ? next : NULL;
}

struct content read_open_file(HBC hbc, LARGE_INTEGER size, DWORD buffer_bytes)
{
    struct content content = {.data = malloc((size_t)size.QuadPart + buffer_bytes)};
    DWORD read = POISON_DWORD;
    HRESULT hr = S_OK;

    assert_non_null(content.data);
    for (;;) {
        read = POISON_DWORD;
        hr = DsBackupRead(hbc, content.data + content.bytes, buffer_bytes, &read);
        if (hr != S_OK)
            break;
        assert_in_range(read, 1, buffer_bytes);
        content.bytes += read;
        assert_in_range(content.bytes, 1, (uint64_t)size.QuadPart);
        /* Short only at the end. */
        if (read != buffer_bytes)
            assert_int_equal(content.bytes, size.QuadPart);
    }
    assert_result("DsBackupRead at the end", hr, ERROR_HANDLE_EOF);
    assert_int_equal(read, 0);
    return content;
}

struct content read_file(HBC hbc, const wchar_t *name, DWORD buffer_bytes)
{
    LARGE_INTEGER size = {.QuadPart = POISON_SIZE};
    struct content content;

    assert_result("DsBackupOpenFileW", DsBackupOpenFileW(hbc, name, buffer_bytes, &size), S_OK);
    content = read_open_file(hbc, size, buffer_bytes);
    assert_int_equal(content.bytes, size.QuadPart);
    assert_result("DsBackupClose", DsBackupClose(hbc), S_OK);
    return content;
}

void read_all(HBC hbc, const wchar_t *list)
{
    const wchar_t *name;

    for (name = *list ? list : NULL; name; name = next_name(name)) {
        struct content content = read_file(hbc, name, 512 * 1024);

        free(content.data);
    }
}

void assert_same_content(const struct content *actual, const struct content *expected)
{
    size_t i;

    assert_int_equal(actual->bytes, expected->bytes);
    if (memcmp(actual->data, expected->data, actual->bytes) == 0)
        return;
    for (i = 0; actual->data[i] == expected->data[i]; i++)
        ;
    fail_msg("the contents differ from byte %zu on", i);
}

void set_privilege(const char *name, DWORD attributes)
{
    TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 1};
    HANDLE token = NULL;

    assert_true(
        OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token));
    privileges.Privileges[0].Attributes = attributes;
    assert_true(LookupPrivilegeValueA(NULL, name, &privileges.Privileges[0].Luid));
    assert_true(AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    CloseHandle(token);
}
