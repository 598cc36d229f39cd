/* Every pointer and every handle that a caller can get wrong, at every function of the backup half.
 */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the functions of a table row leave in their outputs. */
struct outputs
{
    void *pointer;
    DWORD bytes;
    LARGE_INTEGER size;
};

static struct outputs poisoned(void)
{
    return (struct outputs){POISON_POINTER, POISON_DWORD, {.QuadPart = POISON_SIZE}};
}

static unsigned char buffer[64];

static HRESULT get_database_names_a(HBC hbc, struct outputs *out)
{
    out->size.QuadPart = 0;
    return DsBackupGetDatabaseNamesA(hbc, (LPSTR *)&out->pointer, &out->bytes);
}

static HRESULT get_database_names_w(HBC hbc, struct outputs *out)
{
    out->size.QuadPart = 0;
    return DsBackupGetDatabaseNamesW(hbc, (LPWSTR *)&out->pointer, &out->bytes);
}

static HRESULT get_backup_logs_a(HBC hbc, struct outputs *out)
{
    out->size.QuadPart = 0;
    return DsBackupGetBackupLogsA(hbc, (LPSTR *)&out->pointer, &out->bytes);
}

static HRESULT get_backup_logs_w(HBC hbc, struct outputs *out)
{
    out->size.QuadPart = 0;
    return DsBackupGetBackupLogsW(hbc, (LPWSTR *)&out->pointer, &out->bytes);
}

static HRESULT get_locations_a(HBC hbc, struct outputs *out)
{
    out->size.QuadPart = 0;
    return DsRestoreGetDatabaseLocationsA(hbc, (LPSTR *)&out->pointer, &out->bytes);
}

static HRESULT get_locations_w(HBC hbc, struct outputs *out)
{
    out->size.QuadPart = 0;
    return DsRestoreGetDatabaseLocationsW(hbc, (LPWSTR *)&out->pointer, &out->bytes);
}

static HRESULT open_file_a(HBC hbc, struct outputs *out)
{
    out->pointer = NULL;
    out->bytes = 0;
    return DsBackupOpenFileA(hbc, "C:\\ntds.dit", 0, &out->size);
}

static HRESULT open_file_w(HBC hbc, struct outputs *out)
{
    out->pointer = NULL;
    out->bytes = 0;
    return DsBackupOpenFileW(hbc, L"C:\\ntds.dit", 0, &out->size);
}

static HRESULT read_bytes(HBC hbc, struct outputs *out)
{
    out->pointer = NULL;
    out->size.QuadPart = 0;
    return DsBackupRead(hbc, buffer, sizeof(buffer), &out->bytes);
}

static HRESULT close_file(HBC hbc, struct outputs *out)
{
    memset(out, 0, sizeof(*out));
    return DsBackupClose(hbc);
}

static HRESULT truncate_logs(HBC hbc, struct outputs *out)
{
    memset(out, 0, sizeof(*out));
    return DsBackupTruncateLogs(hbc);
}

static HRESULT end(HBC hbc, struct outputs *out)
{
    memset(out, 0, sizeof(*out));
    return DsBackupEnd(hbc);
}

/* Every function that takes a backup handle; restore handles: test_conformance_restore.c. */
static const struct
{
    const char *name;
    HRESULT (*call)(HBC hbc, struct outputs *out);
} handle_functions[] = {
    {"DsBackupGetDatabaseNamesA", get_database_names_a},
    {"DsBackupGetDatabaseNamesW", get_database_names_w},
    {"DsBackupGetBackupLogsA", get_backup_logs_a},
    {"DsBackupGetBackupLogsW", get_backup_logs_w},
    {"DsRestoreGetDatabaseLocationsA", get_locations_a},
    {"DsRestoreGetDatabaseLocationsW", get_locations_w},
    {"DsBackupOpenFileA", open_file_a},
    {"DsBackupOpenFileW", open_file_w},
    {"DsBackupRead", read_bytes},
    {"DsBackupClose", close_file},
    {"DsBackupTruncateLogs", truncate_logs},
    {"DsBackupEnd", end},
};

static void assert_handle_is_refused(const char *what, HBC hbc)
{
    size_t i;

    for (i = 0; i < ARRAYSIZE(handle_functions); i++) {
        struct outputs out = poisoned();
        char label[128];

        snprintf(label, sizeof(label), "%s, %s handle %p", handle_functions[i].name, what, hbc);
        assert_result(label, handle_functions[i].call(hbc, &out), ERROR_INVALID_PARAMETER);
        assert_null(out.pointer);
        assert_int_equal(out.bytes, 0);
        assert_int_equal(out.size.QuadPart, 0);
    }
}

static void every_function__null_or_garbage_handle__returns_invalid_parameter(void **state)
{
    int on_stack = 0;
    const struct
    {
        const char *what;
        HBC hbc;
    } rows[] = {
        {"NULL", NULL},
        {"smallest", (HBC)(uintptr_t)1},
        {"small", (HBC)(uintptr_t)0x10000},
        {"garbage", (HBC)(uintptr_t)0xDEADBEEF},
        {"all ones", (HBC)UINTPTR_MAX},
        {"highest bit", (HBC)(UINTPTR_MAX / 2 + 1)},
        {"stack", &on_stack},
        {"code", (HBC)(uintptr_t)DsBackupEnd},
        {"pseudo process", GetCurrentProcess()},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++)
        assert_handle_is_refused(rows[i].what, rows[i].hbc);
}

static void
every_function__live_handle_with_one_bit_changed__returns_invalid_parameter(void **state)
{
    uintptr_t live = (uintptr_t)context_handle(state);
    unsigned bit;

    for (bit = 0; bit < sizeof(live) * 8; bit++)
        assert_handle_is_refused("changed", (HBC)(live ^ ((uintptr_t)1 << bit)));
    assert_result("DsBackupEnd of the live one", DsBackupEnd(context_handle(state)), S_OK);
}

static void every_function__ended_handle__returns_invalid_parameter(void **state)
{
    HBC ended = context_handle(state);
    void *second = NULL;

    assert_result("DsBackupEnd", DsBackupEnd(ended), S_OK);
    assert_handle_is_refused("ended", ended);
    /* A later context may get the same place in a table, but never the same handle. */
    assert_int_equal(context_begin(&second), 0);
    assert_ptr_not_equal(context_handle(&second), ended);
    assert_handle_is_refused("stale", ended);
    assert_int_equal(context_end(&second), 0);
}

/* Runs this program again, which then calls everything with a handle of the process that asks. */
static void every_function__another_process_handle__returns_invalid_parameter(void **state)
{
    wchar_t path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process;
    DWORD exit_code = POISON_DWORD;

    assert_in_range(GetModuleFileNameW(NULL, path, MAX_PATH), 1, MAX_PATH - 1);
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" --use-handle %I64u", path,
             (uint64_t)(uintptr_t)context_handle(state));
    assert_true(
        CreateProcessW(path, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    assert_int_equal(WaitForSingleObject(process.hProcess, 60000), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(process.hProcess, &exit_code));
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    assert_int_equal(exit_code, 0);
    assert_result("DsBackupClose in its own process", DsBackupClose(context_handle(state)),
                  hrInvalidHandle);
}

/* The other process of the test above: 0 when everything refused the handle. */
static int use_handle(const char *text)
{
    HBC hbc = (HBC)(uintptr_t)strtoull(text, NULL, 10);
    size_t i;

    for (i = 0; i < ARRAYSIZE(handle_functions); i++) {
        struct outputs out = poisoned();

        if (handle_functions[i].call(hbc, &out) != ERROR_INVALID_PARAMETER)
            return (int)i + 1;
    }
    return 0;
}

static void is_online__null_answer__returns_invalid_parameter(void **state)
{
    (void)state;
    assert_result("W", DsIsNTDSOnlineW(computer_name(), NULL), ERROR_INVALID_PARAMETER);
    assert_result("A", DsIsNTDSOnlineA(computer_name_ansi(), NULL), ERROR_INVALID_PARAMETER);
}

/* Prepare's pointers in parameter order: the first that is missing decides. */
static const struct
{
    const char *label;
    bool server, token, size, handle;
    ULONG type;
    HRESULT expected;
} prepare_rows[] = {
    {"no server", false, true, true, true, BACKUP_TYPE_FULL, ERROR_INVALID_PARAMETER},
    {"no token", true, false, true, true, BACKUP_TYPE_FULL, hrInvalidParam},
    {"no token size", true, true, false, true, BACKUP_TYPE_FULL, hrInvalidParam},
    {"no token, no size", true, false, false, true, BACKUP_TYPE_FULL, hrInvalidParam},
    {"no handle", true, true, true, false, BACKUP_TYPE_FULL, ERROR_INVALID_PARAMETER},
    {"no token, no handle", true, false, true, false, BACKUP_TYPE_FULL, hrInvalidParam},
    {"no server, no token", false, false, true, true, BACKUP_TYPE_FULL, ERROR_INVALID_PARAMETER},
    {"nothing", false, false, false, false, BACKUP_TYPE_FULL, ERROR_INVALID_PARAMETER},
    {"no token, incremental", true, false, true, true, BACKUP_TYPE_INCREMENTAL, hrInvalidParam},
    {"incremental", true, true, true, true, BACKUP_TYPE_INCREMENTAL, ERROR_INVALID_PARAMETER},
    {"logs only", true, true, true, true, BACKUP_TYPE_LOGS_ONLY, ERROR_INVALID_PARAMETER},
    {"full and logs only", true, true, true, true, BACKUP_TYPE_FULL | BACKUP_TYPE_LOGS_ONLY,
     ERROR_INVALID_PARAMETER},
    {"no type", true, true, true, true, 0, ERROR_INVALID_PARAMETER},
    {"all types", true, true, true, true, 0xFFFFFFFF, ERROR_INVALID_PARAMETER},
};

static void prepare__missing_pointer_or_wrong_type__is_refused_in_parameter_order(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(prepare_rows) * 2; i++) {
        bool wide = i % 2 == 0;
        size_t row = i / 2;
        void *token = POISON_POINTER;
        DWORD bytes = POISON_DWORD;
        HBC hbc = POISON_POINTER;
        void **token_out = prepare_rows[row].token ? &token : NULL;
        DWORD *bytes_out = prepare_rows[row].size ? &bytes : NULL;
        HBC *hbc_out = prepare_rows[row].handle ? &hbc : NULL;
        const wchar_t *server = prepare_rows[row].server ? computer_name() : NULL;
        const char *server_ansi = prepare_rows[row].server ? computer_name_ansi() : NULL;
        HRESULT hr = wide ? DsBackupPrepareW(server, 0, prepare_rows[row].type, token_out,
                                             bytes_out, hbc_out)
                          : DsBackupPrepareA(server_ansi, 0, prepare_rows[row].type, token_out,
                                             bytes_out, hbc_out);

        assert_result(prepare_rows[row].label, hr, prepare_rows[row].expected);
        assert_true(!prepare_rows[row].token || token == NULL);
        assert_true(!prepare_rows[row].size || bytes == 0);
        assert_true(!prepare_rows[row].handle || hbc == NULL);
    }
}

static void lists__null_pointers__return_invalid_parameter(void **state)
{
    HBC hbc = context_handle(state);
    wchar_t *wide = POISON_POINTER;
    char *ansi = POISON_POINTER;
    DWORD bytes = POISON_DWORD;
    const HRESULT expected = ERROR_INVALID_PARAMETER;

    assert_result("names A list", DsBackupGetDatabaseNamesA(hbc, NULL, &bytes), expected);
    assert_int_equal(bytes, 0);
    assert_result("names A size", DsBackupGetDatabaseNamesA(hbc, &ansi, NULL), expected);
    assert_null(ansi);
    assert_result("names W list", DsBackupGetDatabaseNamesW(hbc, NULL, &bytes), expected);
    assert_result("names W size", DsBackupGetDatabaseNamesW(hbc, &wide, NULL), expected);
    assert_null(wide);
    assert_result("logs A list", DsBackupGetBackupLogsA(hbc, NULL, &bytes), expected);
    assert_result("logs A size", DsBackupGetBackupLogsA(hbc, &ansi, NULL), expected);
    assert_result("logs W list", DsBackupGetBackupLogsW(hbc, NULL, &bytes), expected);
    assert_result("logs W size", DsBackupGetBackupLogsW(hbc, &wide, NULL), expected);
    assert_result("places A list", DsRestoreGetDatabaseLocationsA(hbc, NULL, &bytes), expected);
    assert_result("places A size", DsRestoreGetDatabaseLocationsA(hbc, &ansi, NULL), expected);
    assert_result("places W list", DsRestoreGetDatabaseLocationsW(hbc, NULL, &bytes), expected);
    assert_result("places W size", DsRestoreGetDatabaseLocationsW(hbc, &wide, NULL), expected);
    assert_result("both", DsBackupGetDatabaseNamesW(hbc, NULL, NULL), expected);
}

static void open_file__null_pointers__return_invalid_parameter_and_leave_nothing_open(void **state)
{
    HBC hbc = context_handle(state);
    LARGE_INTEGER size = {.QuadPart = POISON_SIZE};
    DWORD bytes;
    wchar_t *names = database_list(hbc, &bytes);

    assert_result("W name", DsBackupOpenFileW(hbc, NULL, 0, &size), ERROR_INVALID_PARAMETER);
    assert_int_equal(size.QuadPart, 0);
    size.QuadPart = POISON_SIZE;
    assert_result("A name", DsBackupOpenFileA(hbc, NULL, 0, &size), ERROR_INVALID_PARAMETER);
    assert_int_equal(size.QuadPart, 0);
    assert_result("W size", DsBackupOpenFileW(hbc, names, 0, NULL), ERROR_INVALID_PARAMETER);
    assert_result("W both", DsBackupOpenFileW(hbc, NULL, 0, NULL), ERROR_INVALID_PARAMETER);
    assert_result("close", DsBackupClose(hbc), hrInvalidHandle);
    DsBackupFree(names);
}

static void read__null_pointers_and_no_bytes__return_invalid_parameter(void **state)
{
    HBC hbc = context_handle(state);
    LARGE_INTEGER size;
    DWORD bytes, read = POISON_DWORD;
    wchar_t *names = database_list(hbc, &bytes);
    struct content content;

    assert_result("no file, no buffer", DsBackupRead(hbc, NULL, 1, &read), ERROR_INVALID_PARAMETER);
    assert_result("open", DsBackupOpenFileW(hbc, names, 0, &size), S_OK);
    read = POISON_DWORD;
    assert_result("no buffer", DsBackupRead(hbc, NULL, 1, &read), ERROR_INVALID_PARAMETER);
    assert_int_equal(read, 0);
    read = POISON_DWORD;
    assert_result("no bytes", DsBackupRead(hbc, buffer, 0, &read), ERROR_INVALID_PARAMETER);
    assert_int_equal(read, 0);
    assert_result("no count", DsBackupRead(hbc, buffer, sizeof(buffer), NULL),
                  ERROR_INVALID_PARAMETER);
    /* Refused calls moved nothing. */
    content = read_open_file(hbc, size, 64 * 1024);
    assert_int_equal(content.bytes, size.QuadPart);
    free(content.data);
    DsBackupFree(names);
}

static void free__null_and_foreign_pointers__are_ignored(void **state)
{
    static const wchar_t constant[] = L"constant";
    wchar_t on_stack[] = L"stack";
    wchar_t *on_heap = HeapAlloc(GetProcessHeap(), 0, 64);
    char *from_malloc = malloc(64);
    char *inside = HeapAlloc(GetProcessHeap(), 0, 64);

    (void)state;
    assert_non_null(on_heap);
    assert_non_null(from_malloc);
    assert_non_null(inside);
    memset(from_malloc, 0x5A, 64);
    DsBackupFree(NULL);
    DsBackupFree((void *)constant);
    DsBackupFree(on_stack);
    DsBackupFree(on_heap);
    DsBackupFree(from_malloc);
    DsBackupFree(inside + 8);
    DsBackupFree((void *)(uintptr_t)0xDEADBEEF);
    /* They are still ours. */
    assert_int_equal(from_malloc[63], 0x5A);
    free(from_malloc);
    assert_true(HeapFree(GetProcessHeap(), 0, inside));
    assert_true(HeapFree(GetProcessHeap(), 0, on_heap));
}

static void free__twice__is_ignored(void **state)
{
    DWORD bytes;
    wchar_t *names = database_list(context_handle(state), &bytes);

    DsBackupFree(names);
    DsBackupFree(names);
    names = database_list(context_handle(state), &bytes);
    assert_int_equal(*names, BFT_NTDS_DATABASE);
    DsBackupFree(names);
}

static void read_as_another(HBC hbc, const wchar_t *name)
{
    LARGE_INTEGER size;
    DWORD got;

    assert_keeps_token("open W", DsBackupOpenFileW(hbc, name, 0, &size), S_OK);
    assert_keeps_token("open again", DsBackupOpenFileW(hbc, name, 0, &size), hrAlreadyOpen);
    assert_keeps_token("read", DsBackupRead(hbc, buffer, sizeof(buffer), &got), S_OK);
    assert_keeps_token("read nothing", DsBackupRead(hbc, buffer, 0, &got), ERROR_INVALID_PARAMETER);
    assert_keeps_token("close", DsBackupClose(hbc), S_OK);
    assert_keeps_token("close again", DsBackupClose(hbc), hrInvalidHandle);
}

/* Work is done under the process's identity, and the thread gets its own back. */
static void every_function__thread_impersonates__keeps_the_thread_token(void **state)
{
    const wchar_t *server = computer_name();
    BOOL online = FALSE;
    void *token = NULL;
    DWORD bytes;
    wchar_t *names, *logs;
    HBC hbc = NULL;

    (void)state;
    impersonation_begin();
    assert_keeps_token("online W", DsIsNTDSOnlineW(server, &online), S_OK);
    assert_keeps_token("online A", DsIsNTDSOnlineA(computer_name_ansi(), &online), S_OK);
    assert_keeps_token("identity", DsSetAuthIdentityW(NULL, NULL, NULL), S_OK);
    assert_keeps_token("current log", DsSetCurrentBackupLogW(server, 1), S_OK);
    assert_keeps_token("prepare another's",
                       DsBackupPrepareW(L"otherdc", 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc),
                       RPC_S_INVALID_BINDING);
    assert_keeps_token("prepare",
                       DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc), S_OK);
    DsBackupFree(token);
    names = database_list(hbc, &bytes);
    assert_impersonates("names");
    read_as_another(hbc, names);
    DsBackupFree(names);
    names = location_list(hbc, &bytes);
    assert_impersonates("locations");
    DsBackupFree(names);
    assert_keeps_token("truncate", DsBackupTruncateLogs(hbc), hrInvalidBackupSequence);
    logs = log_list(hbc, &bytes);
    assert_impersonates("logs");
    DsBackupFree(logs);
    assert_keeps_token("bad handle", DsBackupClose(NULL), ERROR_INVALID_PARAMETER);
    assert_keeps_token("end", DsBackupEnd(hbc), S_OK);
    assert_keeps_token("end again", DsBackupEnd(hbc), ERROR_INVALID_PARAMETER);
    impersonation_end();
}

#define WITH_CONTEXT(test) cmocka_unit_test_setup_teardown(test, context_begin, context_end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function__null_or_garbage_handle__returns_invalid_parameter),
        WITH_CONTEXT(every_function__live_handle_with_one_bit_changed__returns_invalid_parameter),
        WITH_CONTEXT(every_function__ended_handle__returns_invalid_parameter),
        WITH_CONTEXT(every_function__another_process_handle__returns_invalid_parameter),
        cmocka_unit_test(every_function__thread_impersonates__keeps_the_thread_token),
        cmocka_unit_test(is_online__null_answer__returns_invalid_parameter),
        cmocka_unit_test(prepare__missing_pointer_or_wrong_type__is_refused_in_parameter_order),
        WITH_CONTEXT(lists__null_pointers__return_invalid_parameter),
        WITH_CONTEXT(open_file__null_pointers__return_invalid_parameter_and_leave_nothing_open),
        WITH_CONTEXT(read__null_pointers_and_no_bytes__return_invalid_parameter),
        cmocka_unit_test(free__null_and_foreign_pointers__are_ignored),
        WITH_CONTEXT(free__twice__is_ignored),
    };

    if (argc == 3 && strcmp(argv[1], "--use-handle") == 0)
        return use_handle(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
