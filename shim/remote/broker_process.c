/*
 * broker_process.c - makes the pipe, hands one end and a handle to this process to the broker.
 *
 * The pipe's name is random, only this account may open it, its first and only instance is ours
 * and its one client is connected before the broker starts, so nobody can get in between. The
 * broker gets no right over this process but to see it end.
 *
 * Both handles are put into the broker once it is there. Handles that it could inherit could be
 * inherited by any process that another thread starts at that moment, too; so all it inherits is
 * the reading end of an anonymous pipe on which their values come, of use to nobody else.
 *
 * A process begins suspended and runs when its maker says so; a maker that is killed in between
 * would leave it for ever. So a broker begins in a job that ends with this process, and leaves its
 * rule once it has answered: from then on it sees for itself that the host is gone, and has to
 * live long enough to end its session.
 */
#include "broker_process.h"

#include "broker/protocol.h"
#include "auth_identity.h"
#include "common/bitness.h"
#include "common/format.h"
#include "host/dll_instance.h"
#include "common/log_file.h"
#include "host/system_crypt.h"

#include <ntdsbmsg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <wchar.h>

#define LINE_CHARS      40
#define PIPE_BYTES      65536
#define LONG_PATH_CHARS 32768
#define START_ATTEMPTS  3

/* mingw-w64 lacks them. */
#ifndef ERROR_VIRUS_INFECTED
#define ERROR_VIRUS_INFECTED 225
#endif
#ifndef ERROR_INVALID_IMAGE_HASH
#define ERROR_INVALID_IMAGE_HASH 577
#endif
#ifndef ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION
#define ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION 4551
#endif

/* Of Windows 10 on (Microsoft Learn, UpdateProcThreadAttribute); older ones refuse it. */
#ifndef PROC_THREAD_ATTRIBUTE_JOB_LIST
#define PROC_THREAD_ATTRIBUTE_JOB_LIST 0x0002000D
#endif

static legacy_result failed(const wchar_t *operation, const wchar_t *object)
{
    log_line(LOG_ERROR, L"%ls (%ls) failed: Win32 error %lu", operation, object, GetLastError());
    return hrCommunicationError;
}

const wchar_t *broker_process_name(void)
{
    return bitness_of_system() == 64 ? L"ntdsbroker64.exe" : L"ntdsbroker32.exe";
}

/* <folder of this DLL>\<its name>; never a search path. NULL: out of memory. */
static wchar_t *broker_path(void)
{
    const wchar_t *file = broker_process_name();
    wchar_t *path = malloc(LONG_PATH_CHARS * sizeof(*path));
    wchar_t *name;
    DWORD length;

    if (!path)
        return NULL;
    length = GetModuleFileNameW(dll_instance(), path, LONG_PATH_CHARS);
    name = length && length < LONG_PATH_CHARS ? wcsrchr(path, L'\\') : NULL;
    if (!name || (size_t)(name - path) + 2 + wcslen(file) > LONG_PATH_CHARS) {
        free(path);
        return NULL;
    }
    wmemcpy(name + 1, file, wcslen(file) + 1);
    return path;
}

/* A descriptor with what it points to. */
struct own_access
{
    SECURITY_DESCRIPTOR descriptor;
    union
    {
        TOKEN_USER user;
        uint8_t bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } user;
    union
    {
        ACL list;
        uint8_t bytes[sizeof(ACL) + sizeof(ACCESS_ALLOWED_ACE) + SECURITY_MAX_SID_SIZE];
    } acl;
};

/* This process's account and nobody else: without a list of its own everybody may read a pipe. */
static bool make_own_access(struct own_access *access)
{
    DWORD byte_count;
    HANDLE token;
    bool done;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    done = GetTokenInformation(token, TokenUser, &access->user, sizeof(access->user), &byte_count);
    CloseHandle(token);
    return done && InitializeAcl(&access->acl.list, sizeof(access->acl), ACL_REVISION) &&
           AddAccessAllowedAce(&access->acl.list, ACL_REVISION, FILE_ALL_ACCESS,
                               access->user.user.User.Sid) &&
           InitializeSecurityDescriptor(&access->descriptor, SECURITY_DESCRIPTOR_REVISION) &&
           SetSecurityDescriptorDacl(&access->descriptor, TRUE, &access->acl.list, FALSE);
}

static legacy_result make_pipe(HANDLE *server_end, HANDLE *client_end)
{
    SECURITY_ATTRIBUTES own = {.nLength = sizeof(own)};
    struct own_access access;
    wchar_t name[80];
    uint32_t random[4];

    if (system_crypt_random(random, sizeof(random)) != S_OK)
        return failed(L"Random bytes", L"pipe name");
    format_text(name, 80, L"\\\\.\\pipe\\ntdsbcli-%08x%08x%08x%08x", random[0], random[1],
                random[2], random[3]);
    if (!make_own_access(&access))
        return failed(L"Making an access list", L"the pipe");
    own.lpSecurityDescriptor = &access.descriptor;
    *server_end = CreateNamedPipeW(
        name, PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE | FILE_FLAG_OVERLAPPED,
        PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, PIPE_BYTES, PIPE_BYTES, 0,
        &own);
    if (*server_end == INVALID_HANDLE_VALUE)
        return failed(L"CreateNamedPipe", name);
    *client_end =
        CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                    FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, NULL);
    if (*client_end == INVALID_HANDLE_VALUE)
        return failed(L"Opening the pipe", name);
    return S_OK;
}

static BOOL set_job_limit(HANDLE job, DWORD flags)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limit = {.BasicLimitInformation.LimitFlags = flags};

    return SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limit, sizeof(limit));
}

/* NULL: none can be had. */
static HANDLE make_job(void)
{
    HANDLE job = CreateJobObjectW(NULL, NULL);

    if (job && !set_job_limit(job, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)) {
        CloseHandle(job);
        job = NULL;
    }
    if (!job)
        log_line(LOG_WARNING,
                 L"Creating a job for the broker failed: Win32 error %lu; it starts without one",
                 GetLastError());
    return job;
}

/*
 * Under another account: CreateProcessAsUser wants a privilege that services have; what everybody
 * else may use takes no handle list, but passes the standard handles on. The desktop is the
 * service's own.
 */
static BOOL create_under_token(HANDLE token, const wchar_t *path, wchar_t command_line[LINE_CHARS],
                               DWORD flags, STARTUPINFOEXW *startup, PROCESS_INFORMATION *created)
{
    const struct auth_api *api = auth_identity_api();
    static wchar_t own_desktop[] = L"";

    startup->StartupInfo.lpDesktop = own_desktop;
    if (api->create_as_user(token, path, command_line, NULL, NULL, TRUE, flags, NULL, NULL,
                            &startup->StartupInfo, created))
        return TRUE;
    if (GetLastError() != ERROR_PRIVILEGE_NOT_HELD)
        return FALSE;
    startup->StartupInfo.cb = sizeof(startup->StartupInfo);
    return api->create_with_token(token, 0, path, command_line,
                                  flags & ~(DWORD)EXTENDED_STARTUPINFO_PRESENT, NULL, NULL,
                                  &startup->StartupInfo, created);
}

#define DAMAGED L" (not a program for this Windows). It is damaged: install the package again"

/* Sources: Microsoft Learn, "System Error Codes", AppLocker and App Control events. */
const wchar_t *broker_process_advice(DWORD error)
{
    static const struct
    {
        DWORD error;
        const wchar_t *advice;
    } known[] = {
        {ERROR_FILE_NOT_FOUND, L". It must be in the same folder as ntdsbcli.dll; security "
                               L"software may have removed it"},
        {ERROR_ACCESS_DENIED, L" (access denied). Check that the account may read and run it, and "
                              L"that no security software blocks it"},
        {ERROR_FILENAME_EXCED_RANGE,
         L" (its path is too long). Move the program to a folder with a "
         L"shorter one"},
        {ERROR_VIRUS_INFECTED, L" (an antivirus program calls it unwanted). Allow it there"},
        {ERROR_BAD_EXE_FORMAT, DAMAGED},
        {ERROR_EXE_MACHINE_TYPE_MISMATCH, DAMAGED},
        {ERROR_INVALID_IMAGE_HASH, L" (its signature is not accepted). Allow it in App Control "
                                   L"(WDAC), or install the package again if the file is damaged"},
        {ERROR_ACCESS_DISABLED_BY_POLICY, L" (blocked by AppLocker or a software restriction "
                                          L"policy). Allow it there; the AppLocker log has event "
                                          L"8004"},
        {ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION, L" (blocked by App Control (WDAC)). Allow it "
                                                  L"there; the CodeIntegrity log has event 3077"},
    };
    size_t i;

    for (i = 0; i < ARRAYSIZE(known); i++) {
        if (known[i].error == error)
            return known[i].advice;
    }
    return L"";
}

/* The program is named by path alone. */
static BOOL create_once(HANDLE token, const wchar_t *path, STARTUPINFOEXW *startup,
                        PROCESS_INFORMATION *created)
{
    DWORD flags = EXTENDED_STARTUPINFO_PRESENT | CREATE_NO_WINDOW;
    wchar_t command_line[LINE_CHARS];

    format_text(command_line, LINE_CHARS, L"ntdsbroker%d", bitness_of_system());
    if (token)
        return create_under_token(token, path, command_line, flags, startup, created);
    /* Outside the host's job where that is allowed: the job's end must not be ours. */
    if (CreateProcessW(path, command_line, NULL, NULL, TRUE, flags | CREATE_BREAKAWAY_FROM_JOB,
                       NULL, NULL, &startup->StartupInfo, created))
        return TRUE;
    return GetLastError() == ERROR_ACCESS_DENIED &&
           CreateProcessW(path, command_line, NULL, NULL, TRUE, flags, NULL, NULL,
                          &startup->StartupInfo, created);
}

/*
 * A system under load now and then fails to bring a process up, and says so by this error (seen
 * under Wine, once in some thousand starts). Nothing was started then, so it may be tried again.
 */
static BOOL create(HANDLE token, const wchar_t *path, STARTUPINFOEXW *startup,
                   PROCESS_INFORMATION *created)
{
    int attempt;

    for (attempt = 1; !create_once(token, path, startup, created); attempt++) {
        if (GetLastError() != ERROR_INTERNAL_ERROR || attempt == START_ATTEMPTS)
            return FALSE;
        log_line(LOG_WARNING, L"Starting the broker failed, attempt %d of %d: Win32 error %lu",
                 attempt, START_ATTEMPTS, GetLastError());
        startup->StartupInfo.cb = sizeof(*startup);
    }
    return TRUE;
}

/* *job is closed, and NULL, where this Windows starts no process in a job. */
static BOOL set_attributes(LPPROC_THREAD_ATTRIBUTE_LIST attributes, HANDLE *input, HANDLE *job)
{
    if (*job && !UpdateProcThreadAttribute(attributes, 0, PROC_THREAD_ATTRIBUTE_JOB_LIST, job,
                                           sizeof(*job), NULL, NULL)) {
        log_line(LOG_TRACE,
                 L"Assigning the broker to its job failed: Win32 error %lu; it goes on without one",
                 GetLastError());
        CloseHandle(*job);
        *job = NULL;
    }
    return UpdateProcThreadAttribute(attributes, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, input,
                                     sizeof(*input), NULL, NULL);
}

/* input becomes standard input, and is all that the broker inherits. */
static BOOL create_with_attributes(HANDLE token, const wchar_t *path, HANDLE input, HANDLE *job,
                                   PROCESS_INFORMATION *created)
{
    STARTUPINFOEXW startup = {.StartupInfo.cb = sizeof(startup),
                              .StartupInfo.dwFlags = STARTF_USESTDHANDLES,
                              .StartupInfo.hStdInput = input};
    SIZE_T list_bytes = 0;
    BOOL started = FALSE;
    DWORD error;

    InitializeProcThreadAttributeList(NULL, 2, 0, &list_bytes);
    startup.lpAttributeList = malloc(list_bytes);
    if (!startup.lpAttributeList) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return FALSE;
    }
    if (InitializeProcThreadAttributeList(startup.lpAttributeList, 2, 0, &list_bytes)) {
        started = set_attributes(startup.lpAttributeList, &input, job) &&
                  create(token, path, &startup, created);
        error = GetLastError();
        DeleteProcThreadAttributeList(startup.lpAttributeList);
        SetLastError(error);
    }
    free(startup.lpAttributeList);
    return started;
}

/*
 * A host whose own job has limits for windows, or allows no other job, may start a process in no
 * job but that one: the broker is not ours to end then, and sees by itself that the host is gone.
 */
static BOOL create_in_job_or_not(HANDLE token, const wchar_t *path, HANDLE input, HANDLE *job,
                                 PROCESS_INFORMATION *created)
{
    if (create_with_attributes(token, path, input, job, created))
        return TRUE;
    if (GetLastError() != ERROR_ACCESS_DENIED || !*job || token)
        return FALSE;
    log_line(LOG_INFO, L"The broker may not start in a job of its own; it starts without one");
    CloseHandle(*job);
    *job = NULL;
    return create_with_attributes(token, path, input, job, created);
}

static legacy_result create_with_input(HANDLE input, HANDLE *job, PROCESS_INFORMATION *created)
{
    HANDLE token = NULL;
    legacy_result hr = auth_identity_token(&token);
    wchar_t *path;
    DWORD error;

    if (hr != S_OK)
        return hr;
    path = broker_path();
    hr = path ? S_OK : ERROR_NOT_ENOUGH_MEMORY;
    if (path && !create_in_job_or_not(token, path, input, job, created)) {
        error = GetLastError();
        log_line(LOG_ERROR, L"Starting the broker (%ls) failed: Win32 error %lu%ls", path, error,
                 broker_process_advice(error));
        hr = error == ERROR_NOT_ENOUGH_MEMORY ? ERROR_NOT_ENOUGH_MEMORY : hrCommunicationError;
    }
    if (token)
        CloseHandle(token);
    free(path);
    return hr;
}

/* Puts the pipe's end and a handle of this process into the broker, and tells it their values. */
static legacy_result hand_over(HANDLE broker, HANDLE client_end, HANDLE output)
{
    HANDLE own = GetCurrentProcess();
    HANDLE pipe, host;
    uint64_t values[PROTOCOL_HANDOVER_BYTES / sizeof(uint64_t)];
    DWORD written;

    if (!DuplicateHandle(own, client_end, broker, &pipe, 0, FALSE, DUPLICATE_SAME_ACCESS) ||
        !DuplicateHandle(own, own, broker, &host, SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION,
                         FALSE, 0))
        return failed(L"DuplicateHandle", L"into the broker");
    values[0] = (uintptr_t)pipe;
    values[1] = (uintptr_t)host;
    return WriteFile(output, values, sizeof(values), &written, NULL)
               ? S_OK
               : failed(L"WriteFile", L"the broker's standard input");
}

static legacy_result launch(HANDLE client_end, HANDLE *job, HANDLE *process)
{
    PROCESS_INFORMATION created = {0};
    HANDLE input, output;
    legacy_result hr;

    if (!CreatePipe(&input, &output, NULL, 0))
        return failed(L"CreatePipe", L"the broker's standard input");
    hr = SetHandleInformation(input, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)
             ? create_with_input(input, job, &created)
             : failed(L"SetHandleInformation", L"the broker's standard input");
    CloseHandle(input);
    if (hr == S_OK) {
        CloseHandle(created.hThread);
        hr = hand_over(created.hProcess, client_end, output);
        if (hr == S_OK) {
            *process = created.hProcess;
        } else {
            TerminateProcess(created.hProcess, BROKER_EXIT_KILLED);
            CloseHandle(created.hProcess);
        }
    }
    CloseHandle(output);
    return hr;
}

legacy_result broker_process_start(struct broker_process *broker)
{
    HANDLE server_end = INVALID_HANDLE_VALUE;
    HANDLE client_end = INVALID_HANDLE_VALUE;
    HANDLE process = NULL;
    HANDLE job = make_job();
    legacy_result hr = make_pipe(&server_end, &client_end);

    if (hr == S_OK)
        hr = launch(client_end, &job, &process);
    if (client_end != INVALID_HANDLE_VALUE)
        CloseHandle(client_end);
    if (hr == S_OK) {
        broker->process = process;
        broker->pipe = server_end;
        broker->job = job;
        return S_OK;
    }
    if (server_end != INVALID_HANDLE_VALUE)
        CloseHandle(server_end);
    if (job)
        CloseHandle(job);
    return hr;
}

legacy_result broker_process_settle(struct broker_process *broker)
{
    if (broker->job && !set_job_limit(broker->job, 0))
        return failed(L"SetInformationJobObject", L"the broker's job");
    if (broker->job)
        CloseHandle(broker->job);
    broker->job = NULL;
    broker->settled = true;
    return S_OK;
}

void broker_process_kill(const struct broker_process *broker)
{
    TerminateProcess(broker->process, BROKER_EXIT_KILLED);
}

void broker_process_close(struct broker_process *broker)
{
    if (broker->pipe)
        CloseHandle(broker->pipe);
    if (broker->process && !broker->settled)
        broker_process_kill(broker);
    if (broker->process)
        CloseHandle(broker->process);
    if (broker->job)
        CloseHandle(broker->job);
    memset(broker, 0, sizeof(*broker));
}
