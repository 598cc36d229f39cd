/*
 * main.c - ntdsbroker: started by ntdsbcli.dll, one per backup context. On its standard input come
 * the values of two handles that the DLL has put into it (PROTOCOL_HANDOVER_BYTES). Of no use to
 * anybody else.
 */
#include "server.h"
#include "hardening.h"
#include "protocol.h"

#include "common/log_file.h"

#include <ntdsvss.h>
#include <objbase.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define EXIT_USAGE 2

/* The end of a DLL that dies before it has written them ends the wait. */
static bool take_handles(HANDLE input, HANDLE *pipe, HANDLE *host)
{
    uint64_t values[PROTOCOL_HANDOVER_BYTES / sizeof(uint64_t)];
    DWORD got = 0;

    if (GetFileType(input) != FILE_TYPE_PIPE ||
        !ReadFile(input, values, sizeof(values), &got, NULL) || got != sizeof(values))
        return false;
    *pipe = (HANDLE)(uintptr_t)values[0];
    *host = (HANDLE)(uintptr_t)values[1];
    return GetFileType(*pipe) == FILE_TYPE_PIPE;
}

/* The pipe must be the host's own: a broker serves who started it and nobody else. */
static bool is_pipe_of(HANDLE pipe, HANDLE host)
{
    ULONG owner = 0;

    return GetNamedPipeServerProcessId(pipe, &owner) && owner == GetProcessId(host);
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, wchar_t *command_line, int show)
{
    HANDLE pipe, host;
    HRESULT hr;
    int code;

    (void)instance;
    (void)previous;
    (void)command_line;
    (void)show;
    if (!take_handles(GetStdHandle(STD_INPUT_HANDLE), &pipe, &host) || !is_pipe_of(pipe, host))
        return EXIT_USAGE;
    hardening_trust_system_only();
    /* Nobody is to hear of a crash through a message box: the DLL sees the process end. */
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    /* Files are opened past their access lists; whether VSS lets us in VSS judges itself. */
    hardening_enable_privilege(L"SeBackupPrivilege");
    hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (SUCCEEDED(hr))
        hr = ntdsvss_com_security();
    if (FAILED(hr))
        return EXIT_FAILURE;
    code = server_run(pipe, host);
    log_line(LOG_TRACE, L"Broker ends with code %d", code);
    /* With a thread that hangs in a call there is no orderly way out. */
    if (code)
        TerminateProcess(GetCurrentProcess(), (UINT)code);
    CoUninitialize();
    return code;
}
