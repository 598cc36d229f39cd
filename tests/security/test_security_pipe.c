/*
 * test_security_pipe.c - the pipe and its broker are of no use to anybody but the process that
 * started them: not by name, not by handle number, not by inheritance.
 *
 * With arguments it is the stranger itself, or a host that ends.
 */
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "broker/protocol.h"
#include "host/identity.h"
#include "remote/broker_process.h"

#define LIMIT_MS   30000u
#define EXIT_USAGE 2u /* the broker's, for a start that it does not accept */

/* What a stranger could do; its exit code. */
enum
{
    COULD_OPEN = 1,
    COULD_MAKE_INSTANCE = 2,
    COULD_USE_NUMBER = 4,
    COULD_USE_INHERITED = 8,
    STRANGER_RAN = 64
};

/* --- the stranger ------------------------------------------------------------------------- */

static bool opens(const wchar_t *name, DWORD access)
{
    HANDLE pipe = CreateFileW(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                              FILE_FLAG_OVERLAPPED, NULL);

    if (pipe == INVALID_HANDLE_VALUE)
        return false;
    CloseHandle(pipe);
    return true;
}

static bool makes_instance(const wchar_t *name, DWORD flags)
{
    HANDLE pipe = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | flags, PIPE_TYPE_BYTE,
                                   PIPE_UNLIMITED_INSTANCES, 4096, 4096, 0, NULL);

    if (pipe == INVALID_HANDLE_VALUE)
        return false;
    CloseHandle(pipe);
    return true;
}

static bool is_pipe_of(HANDLE handle, ULONG process)
{
    ULONG server = 0;

    return GetFileType(handle) == FILE_TYPE_PIPE && GetNamedPipeServerProcessId(handle, &server) &&
           server == process;
}

/* The broker's standard input is nobody's to write but this process's. */
static bool can_write(HANDLE handle)
{
    OVERLAPPED io = {0};
    DWORD written;

    return WriteFile(handle, "", 0, &written, &io) || GetLastError() != ERROR_ACCESS_DENIED;
}

static int be_stranger(const wchar_t *name, const wchar_t *number, ULONG process)
{
    HANDLE told = (HANDLE)(uintptr_t)wcstoull(number, NULL, 16);
    uintptr_t handle;
    int could = STRANGER_RAN;

    if (opens(name, GENERIC_READ) || opens(name, GENERIC_WRITE) ||
        opens(name, GENERIC_READ | GENERIC_WRITE) || opens(name, FILE_READ_ATTRIBUTES) ||
        opens(name, WRITE_DAC))
        could |= COULD_OPEN;
    if (makes_instance(name, 0) || makes_instance(name, FILE_FLAG_FIRST_PIPE_INSTANCE))
        could |= COULD_MAKE_INSTANCE;
    if (is_pipe_of(told, process))
        could |= COULD_USE_NUMBER;
    for (handle = 4; handle < 0x1000; handle += 4) {
        if (is_pipe_of((HANDLE)handle, process) && can_write((HANDLE)handle))
            could |= COULD_USE_INHERITED;
    }
    return could;
}

/* --- the process whose broker it is ------------------------------------------------------- */

static void own_path(wchar_t path[MAX_PATH])
{
    assert_in_range(GetModuleFileNameW(NULL, path, MAX_PATH), 1, MAX_PATH - 1);
}

typedef LONG(WINAPI *query_function)(HANDLE, int, void *, ULONG, ULONG *);

/* The name by which the pipe would be opened. */
static void pipe_name(HANDLE pipe, wchar_t name[200])
{
    static const wchar_t device[] = L"\\Device\\NamedPipe\\";
    struct
    {
        USHORT byte_count, capacity;
        wchar_t *text;
        wchar_t room[300];
    } object = {0};
    query_function query = (query_function)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"ntdll.dll"), "NtQueryObject");
    ULONG used;

    assert_non_null(query);
    assert_int_equal(query(pipe, 1, &object, sizeof(object) - sizeof(wchar_t), &used), 0);
    assert_int_equal(wcsncmp(object.text, device, wcslen(device)), 0);
    _snwprintf(name, 200, L"\\\\.\\pipe\\%.*ls",
               (int)(object.byte_count / sizeof(wchar_t) - wcslen(device)),
               object.text + wcslen(device));
    name[199] = 0;
}

static DWORD run_stranger(const wchar_t *name, HANDLE number, bool inherits)
{
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION created;
    wchar_t line[MAX_PATH + 400];
    wchar_t path[MAX_PATH];
    DWORD code = 0;

    own_path(path);
    _snwprintf(line, ARRAYSIZE(line), L"\"%ls\" %ls %llx %lu", path, name,
               (unsigned long long)(uintptr_t)number, GetCurrentProcessId());
    assert_true(
        CreateProcessW(path, line, NULL, NULL, inherits, 0, NULL, NULL, &startup, &created));
    assert_int_equal(WaitForSingleObject(created.hProcess, LIMIT_MS), WAIT_OBJECT_0);
    GetExitCodeProcess(created.hProcess, &code);
    CloseHandle(created.hThread);
    CloseHandle(created.hProcess);
    return code;
}

/*
 * CreateProcessW as the DLL's code that is linked here calls it: just before, a stranger that
 * inherits whatever can be inherited.
 */
static struct
{
    bool watched;
    unsigned int starts;
    DWORD could;
} moment;

/* What it was asked for since this was cleared, and how often it is to deny access. */
static struct
{
    unsigned int count, denials;
    DWORD flags[4];
} calls;

typedef BOOL(WINAPI *create_process_function)(const wchar_t *, wchar_t *, SECURITY_ATTRIBUTES *,
                                              SECURITY_ATTRIBUTES *, BOOL, DWORD, void *,
                                              const wchar_t *, STARTUPINFOW *,
                                              PROCESS_INFORMATION *);

static BOOL WINAPI create_process(const wchar_t *program, wchar_t *line,
                                  SECURITY_ATTRIBUTES *process, SECURITY_ATTRIBUTES *thread,
                                  BOOL inherit, DWORD flags, void *environment,
                                  const wchar_t *folder, STARTUPINFOW *startup,
                                  PROCESS_INFORMATION *created)
{
    create_process_function real = (create_process_function)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"kernel32.dll"), "CreateProcessW");

    if (moment.watched) {
        moment.watched = false;
        moment.could = run_stranger(L"\\\\.\\pipe\\none", NULL, true);
        moment.starts++;
        moment.watched = true;
    }
    calls.flags[calls.count++ % ARRAYSIZE(calls.flags)] = flags;
    if (calls.denials) {
        calls.denials--;
        SetLastError(ERROR_ACCESS_DENIED);
        return FALSE;
    }
    return real(program, line, process, thread, inherit, flags, environment, folder, startup,
                created);
}

/* In the place of the import, for everything that is linked into this program. */
#ifdef _WIN64
extern create_process_function import_of_create_process __asm__("__imp_CreateProcessW");
#else
extern create_process_function import_of_create_process __asm__("__imp__CreateProcessW@40");
#endif
create_process_function import_of_create_process = create_process;

/* Hangs up, upon which the broker ends by itself. */
static void end_broker(struct broker_process *broker)
{
    CloseHandle(broker->pipe);
    broker->pipe = NULL;
    assert_int_equal(WaitForSingleObject(broker->process, LIMIT_MS), WAIT_OBJECT_0);
    broker_process_close(broker);
}

static void pipe__another_process__gets_in_by_no_way(void **state)
{
    struct broker_process broker = {0};
    wchar_t name[200];

    (void)state;
    assert_int_equal(broker_process_start(&broker), S_OK);
    pipe_name(broker.pipe, name);
    assert_int_equal(run_stranger(name, broker.pipe, false), STRANGER_RAN);
    assert_int_equal(run_stranger(name, broker.pipe, true), STRANGER_RAN);
    assert_false(opens(name, GENERIC_READ));
    end_broker(&broker);
}

static void pipe__its_name__is_another_each_time(void **state)
{
    struct broker_process first = {0}, second = {0};
    wchar_t first_name[200], second_name[200];

    (void)state;
    assert_int_equal(broker_process_start(&first), S_OK);
    assert_int_equal(broker_process_start(&second), S_OK);
    pipe_name(first.pipe, first_name);
    pipe_name(second.pipe, second_name);
    assert_int_equal(wcslen(first_name), wcslen(L"\\\\.\\pipe\\ntdsbcli-") + 32);
    assert_int_not_equal(wcscmp(first_name, second_name), 0);
    end_broker(&first);
    end_broker(&second);
}

/* A process that another thread starts at the moment when the broker starts. */
static void pipe__process_started_at_the_same_moment__inherits_no_end(void **state)
{
    struct broker_process broker = {0};

    (void)state;
    moment.starts = 0;
    moment.watched = true;
    assert_int_equal(broker_process_start(&broker), S_OK);
    moment.watched = false;
    assert_in_range(moment.starts, 1, 10);
    assert_int_equal(moment.could & ~(DWORD)COULD_MAKE_INSTANCE, STRANGER_RAN);
    end_broker(&broker);
}

/* Without a list of its own everybody may read what goes through a pipe. */
static void pipe__its_access_list__has_the_own_account_only(void **state)
{
    struct broker_process broker = {0};
    PSECURITY_DESCRIPTOR descriptor = NULL;
    wchar_t own[IDENTITY_SID_CHARS];
    wchar_t *sid = NULL;
    PACL list = NULL;
    void *entry;

    (void)state;
    assert_true(identity_own_sid(own));
    assert_int_equal(broker_process_start(&broker), S_OK);
    assert_int_equal(GetSecurityInfo(broker.pipe, SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION, NULL,
                                     NULL, &list, NULL, &descriptor),
                     ERROR_SUCCESS);
    assert_non_null(list);
    assert_int_equal(list->AceCount, 1);
    assert_true(GetAce(list, 0, &entry));
    assert_true(ConvertSidToStringSidW(&((ACCESS_ALLOWED_ACE *)entry)->SidStart, &sid));
    assert_int_equal(wcscmp(sid, own), 0);
    LocalFree(sid);
    LocalFree(descriptor);
    end_broker(&broker);
}

/* What a handle in the broker may do to this process; 0: it is of something else. */
static ACCESS_MASK rights_over_host(HANDLE broker, uintptr_t value)
{
    struct
    {
        ULONG attributes;
        ACCESS_MASK granted;
        ULONG others[12];
    } object = {0};
    query_function query = (query_function)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"ntdll.dll"), "NtQueryObject");
    HANDLE copy = NULL;
    ULONG used;

    assert_non_null(query);
    if (!DuplicateHandle(broker, (HANDLE)value, GetCurrentProcess(), &copy, 0, FALSE,
                         DUPLICATE_SAME_ACCESS))
        return 0;
    if (GetProcessId(copy) == GetCurrentProcessId())
        assert_int_equal(query(copy, 0, &object, sizeof(object), &used), 0);
    CloseHandle(copy);
    return object.granted;
}

/* The broker holds nothing of this process that lets it do more than see it end. */
static void broker__handle_of_its_host__can_only_wait(void **state)
{
    const ACCESS_MASK allowed = SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION;
    struct broker_process broker = {0};
    unsigned int found = 0;
    uintptr_t value;

    (void)state;
    assert_int_equal(broker_process_start(&broker), S_OK);
    for (value = 4; value < 0x1000; value += 4) {
        ACCESS_MASK rights = rights_over_host(broker.process, value);

        found += rights != 0;
        assert_int_equal(rights & ~allowed, 0);
    }
    assert_int_equal(found, 1);
    end_broker(&broker);
}

/* With it a broker would end with the host's job, and its shadow copies would stay. */
static void broker__started__leaves_the_hosts_job_if_that_allows_it(void **state)
{
    struct broker_process broker = {0};

    (void)state;
    memset(&calls, 0, sizeof(calls));
    assert_int_equal(broker_process_start(&broker), S_OK);
    assert_in_range(calls.count, 1, 3); /* a machine under load may need another one */
    assert_true(calls.flags[0] & CREATE_BREAKAWAY_FROM_JOB);
    end_broker(&broker);

    memset(&calls, 0, sizeof(calls));
    calls.denials = 1;
    assert_int_equal(broker_process_start(&broker), S_OK);
    assert_in_range(calls.count, 2, 3);
    assert_true(calls.flags[0] & CREATE_BREAKAWAY_FROM_JOB);
    assert_int_equal(calls.flags[1], calls.flags[0] & ~(DWORD)CREATE_BREAKAWAY_FROM_JOB);
    end_broker(&broker);
}

static DWORD attributes_of(HANDLE process, const LUID *privilege)
{
    union
    {
        TOKEN_PRIVILEGES list;
        uint8_t room[2048];
    } own;
    HANDLE token;
    DWORD used, i;

    assert_true(OpenProcessToken(process, TOKEN_QUERY, &token));
    assert_true(GetTokenInformation(token, TokenPrivileges, &own, sizeof(own), &used));
    CloseHandle(token);
    for (i = 0; i < own.list.PrivilegeCount; i++) {
        if (memcmp(&own.list.Privileges[i].Luid, privilege, sizeof(*privilege)) == 0)
            return own.list.Privileges[i].Attributes;
    }
    return 0;
}

/* The broker gets its token from this process, where the privilege is held and not enabled. */
static LUID switch_off(const wchar_t *privilege)
{
    TOKEN_PRIVILEGES off = {.PrivilegeCount = 1};
    LUID *luid = &off.Privileges[0].Luid;
    HANDLE token;

    assert_true(LookupPrivilegeValueW(NULL, privilege, luid));
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token));
    assert_true(AdjustTokenPrivileges(token, FALSE, &off, 0, NULL, NULL));
    CloseHandle(token);
    assert_false(attributes_of(GetCurrentProcess(), luid) & SE_PRIVILEGE_ENABLED);
    return *luid;
}

/* When the broker has come so far nothing tells. */
static void wait_until_enabled(HANDLE process, LUID privilege)
{
    ULONGLONG end = GetTickCount64() + LIMIT_MS;

    while (!(attributes_of(process, &privilege) & SE_PRIVILEGE_ENABLED)) {
        if (GetTickCount64() > end)
            fail_msg("not enabled after %u ms", (unsigned int)LIMIT_MS);
        Sleep(10);
    }
}

/* By it alone a Backup Operator reads what belongs to the directory. */
static void broker__started__enables_its_backup_privilege(void **state)
{
    LUID privilege = switch_off(L"SeBackupPrivilege");
    struct broker_process broker = {0};

    (void)state;
    assert_int_equal(broker_process_start(&broker), S_OK);
    wait_until_enabled(broker.process, privilege);
    end_broker(&broker);
}

static void send_bytes(HANDLE pipe, const void *bytes, size_t byte_count)
{
    OVERLAPPED io = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    DWORD written;

    if (!WriteFile(pipe, bytes, (DWORD)byte_count, NULL, &io))
        assert_int_equal(GetLastError(), ERROR_IO_PENDING);
    assert_true(GetOverlappedResult(pipe, &io, &written, TRUE));
    assert_int_equal(written, byte_count);
    CloseHandle(io.hEvent);
}

static void send_frame(HANDLE pipe, struct protocol_writer *frame)
{
    assert_true(protocol_finish(frame));
    send_bytes(pipe, frame->bytes, frame->byte_count);
}

/* What it restores is not its own to write. */
static void broker__begins_a_restore__enables_its_restore_privilege(void **state)
{
    LUID privilege = switch_off(L"SeRestorePrivilege");
    struct protocol_writer frame = {0};
    struct broker_process broker = {0};

    (void)state;
    assert_int_equal(broker_process_start(&broker), S_OK);
    protocol_begin(&frame, PROTOCOL_HELLO, 1);
    protocol_put_u32(&frame, LIMIT_MS);
    protocol_put_u32(&frame, 0);
    protocol_put_u64(&frame, 0);
    protocol_put_u64(&frame, 0);
    send_frame(broker.pipe, &frame);
    protocol_begin(&frame, PROTOCOL_RESTORE_START, 2);
    protocol_put_string(&frame, L"", 0);
    protocol_put_string(&frame, L"<a/>", 4);
    protocol_put_u32(&frame, 1);
    send_frame(broker.pipe, &frame);
    wait_until_enabled(broker.process, privilege);
    protocol_writer_fini(&frame);
    end_broker(&broker);
}

static void broker__started_and_ended__leaves_no_handle(void **state)
{
    struct broker_process broker = {0};
    DWORD before = 0, after = 0;

    (void)state;
    GetProcessHandleCount(GetCurrentProcess(), &before);
    assert_int_equal(broker_process_start(&broker), S_OK);
    end_broker(&broker);
    GetProcessHandleCount(GetCurrentProcess(), &after);
    /* Some that the system keeps; the ends and the process are closed. */
    assert_in_range(after, 0, before + 2);
}

/* Memory for it is the host's to name, up to what a request can be. */
static void broker__request_longer_than_any__ends_at_its_header(void **state)
{
    const struct protocol_header header = {PROTOCOL_REQUEST_MAX_BYTES + 1, PROTOCOL_HELLO,
                                           PROTOCOL_VERSION, 1};
    struct broker_process broker = {0};

    (void)state;
    assert_int_equal(sizeof(header), PROTOCOL_HEADER_BYTES);
    assert_int_equal(broker_process_start(&broker), S_OK);
    send_bytes(broker.pipe, &header, sizeof(header));
    assert_int_equal(WaitForSingleObject(broker.process, LIMIT_MS), WAIT_OBJECT_0);
    broker_process_close(&broker);
}

/* --- a host that is gone ------------------------------------------------------------------ */

struct gone_host
{
    DWORD broker;
    uint64_t pipe; /* the host's end, in the process that asked */
};

/* Leaves its end of the pipe to another process. */
static int be_gone_host(ULONG heir)
{
    HANDLE process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, heir);
    struct broker_process broker = {0};
    struct gone_host left;
    HANDLE pipe = NULL;
    DWORD written;

    if (broker_process_start(&broker) != S_OK || broker_process_settle(&broker) != S_OK ||
        !DuplicateHandle(GetCurrentProcess(), broker.pipe, process, &pipe, 0, FALSE,
                         DUPLICATE_SAME_ACCESS))
        return 1;
    left = (struct gone_host){GetProcessId(broker.process), (uintptr_t)pipe};
    return WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), &left, sizeof(left), &written, NULL) ? 0 : 1;
}

static struct gone_host run_gone_host(HANDLE *broker)
{
    SECURITY_ATTRIBUTES inheritable = {.nLength = sizeof(inheritable), .bInheritHandle = TRUE};
    STARTUPINFOW startup = {.cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES};
    struct gone_host left = {0};
    PROCESS_INFORMATION created;
    wchar_t line[MAX_PATH + 40];
    wchar_t path[MAX_PATH];
    HANDLE input;
    DWORD got;

    assert_true(CreatePipe(&input, &startup.hStdOutput, &inheritable, 0));
    own_path(path);
    _snwprintf(line, ARRAYSIZE(line), L"\"%ls\" %lu", path, GetCurrentProcessId());
    assert_true(CreateProcessW(path, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &created));
    CloseHandle(startup.hStdOutput);
    assert_true(ReadFile(input, &left, sizeof(left), &got, NULL));
    assert_int_equal(got, sizeof(left));
    *broker = OpenProcess(SYNCHRONIZE | PROCESS_TERMINATE, FALSE, left.broker);
    assert_int_equal(WaitForSingleObject(created.hProcess, LIMIT_MS), WAIT_OBJECT_0);
    CloseHandle(created.hThread);
    CloseHandle(created.hProcess);
    CloseHandle(input);
    return left;
}

/* As a program that inherited it, or a debugger, would: the pipe alone does not tell the end. */
static void broker__host_is_gone_and_its_pipe_is_kept_open__ends(void **state)
{
    struct gone_host left;
    HANDLE broker = NULL;
    DWORD waited = WAIT_OBJECT_0;

    (void)state;
    left = run_gone_host(&broker);
    if (broker) /* else it has ended already */
        waited = WaitForSingleObject(broker, LIMIT_MS);
    if (waited != WAIT_OBJECT_0)
        TerminateProcess(broker, 1);
    CloseHandle((HANDLE)(uintptr_t)left.pipe);
    CloseHandle(broker);
    assert_int_equal(waited, WAIT_OBJECT_0);
}

/* --- a broker that somebody else starts --------------------------------------------------- */

static void make_ends(HANDLE *server, HANDLE *client)
{
    wchar_t name[80];

    _snwprintf(name, 80, L"\\\\.\\pipe\\stranger-%lu-%llu", GetCurrentProcessId(),
               GetTickCount64());
    *server = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE, 1,
                               4096, 4096, 0, NULL);
    assert_ptr_not_equal(*server, INVALID_HANDLE_VALUE);
    *client = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                          FILE_FLAG_OVERLAPPED, NULL);
    assert_ptr_not_equal(*client, INVALID_HANDLE_VALUE);
}

static HANDLE start_broker(HANDLE input)
{
    STARTUPINFOW startup = {
        .cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES, .hStdInput = input};
    PROCESS_INFORMATION created;
    wchar_t path[MAX_PATH];

    own_path(path);
    wcscpy(wcsrchr(path, L'\\') + 1, broker_process_name());
    assert_true(CreateProcessW(path, NULL, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &created));
    CloseHandle(created.hThread);
    return created.hProcess;
}

static uint64_t put_into(HANDLE broker, HANDLE handle)
{
    HANDLE theirs = NULL;

    assert_true(DuplicateHandle(GetCurrentProcess(), handle, broker, &theirs, 0, FALSE,
                                DUPLICATE_SAME_ACCESS));
    return (uintptr_t)theirs;
}

/* As the DLL does it; byte_count: how much of the handover comes. */
static HANDLE start_broker_with(HANDLE pipe, HANDLE host, DWORD byte_count)
{
    SECURITY_ATTRIBUTES inheritable = {.nLength = sizeof(inheritable), .bInheritHandle = TRUE};
    HANDLE input, output, broker;
    uint64_t values[2];
    DWORD written;

    assert_true(CreatePipe(&input, &output, &inheritable, 0));
    SetHandleInformation(output, HANDLE_FLAG_INHERIT, 0);
    broker = start_broker(input);
    CloseHandle(input);
    values[0] = put_into(broker, pipe);
    values[1] = put_into(broker, host);
    assert_true(WriteFile(output, values, byte_count, &written, NULL));
    CloseHandle(output);
    return broker;
}

static DWORD code_of(HANDLE process)
{
    DWORD code = STILL_ACTIVE;

    assert_int_equal(WaitForSingleObject(process, LIMIT_MS), WAIT_OBJECT_0);
    GetExitCodeProcess(process, &code);
    CloseHandle(process);
    return code;
}

static void broker__pipe_of_another_process_than_its_host__does_not_serve(void **state)
{
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION other;
    HANDLE server, client, broker;
    wchar_t path[MAX_PATH];

    (void)state;
    own_path(path);
    assert_true(CreateProcessW(path, NULL, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL,
                               &startup, &other));
    make_ends(&server, &client);
    assert_int_equal(code_of(start_broker_with(client, other.hProcess, PROTOCOL_HANDOVER_BYTES)),
                     EXIT_USAGE);
    /* The same with the host that the pipe belongs to serves until the pipe is closed. */
    broker = start_broker_with(client, GetCurrentProcess(), PROTOCOL_HANDOVER_BYTES);
    CloseHandle(client);
    CloseHandle(server);
    assert_int_equal(code_of(broker), 0);
    TerminateProcess(other.hProcess, 0);
    CloseHandle(other.hThread);
    CloseHandle(other.hProcess);
}

static void broker__half_a_handover__does_not_serve(void **state)
{
    HANDLE server, client;

    (void)state;
    make_ends(&server, &client);
    assert_int_equal(
        code_of(start_broker_with(client, GetCurrentProcess(), PROTOCOL_HANDOVER_BYTES - 1)),
        EXIT_USAGE);
    CloseHandle(client);
    CloseHandle(server);
}

static void broker__no_pipe__does_not_serve(void **state)
{
    SECURITY_ATTRIBUTES inheritable = {.nLength = sizeof(inheritable), .bInheritHandle = TRUE};
    wchar_t path[MAX_PATH];
    HANDLE file;

    (void)state;
    own_path(path);
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, &inheritable, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_int_equal(code_of(start_broker(file)), EXIT_USAGE);
    CloseHandle(file);
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pipe__another_process__gets_in_by_no_way),
        cmocka_unit_test(pipe__its_name__is_another_each_time),
        cmocka_unit_test(pipe__process_started_at_the_same_moment__inherits_no_end),
        cmocka_unit_test(pipe__its_access_list__has_the_own_account_only),
        cmocka_unit_test(broker__handle_of_its_host__can_only_wait),
        cmocka_unit_test(broker__started__leaves_the_hosts_job_if_that_allows_it),
        cmocka_unit_test(broker__started__enables_its_backup_privilege),
        cmocka_unit_test(broker__begins_a_restore__enables_its_restore_privilege),
        cmocka_unit_test(broker__started_and_ended__leaves_no_handle),
        cmocka_unit_test(broker__request_longer_than_any__ends_at_its_header),
        cmocka_unit_test(broker__host_is_gone_and_its_pipe_is_kept_open__ends),
        cmocka_unit_test(broker__pipe_of_another_process_than_its_host__does_not_serve),
        cmocka_unit_test(broker__half_a_handover__does_not_serve),
        cmocka_unit_test(broker__no_pipe__does_not_serve),
    };

    if (argc == 2)
        return be_gone_host(wcstoul(argv[1], NULL, 10));
    if (argc == 4)
        return be_stranger(argv[1], argv[2], wcstoul(argv[3], NULL, 10));
    return cmocka_run_group_tests_name("security of the pipe", tests, NULL, NULL);
}
