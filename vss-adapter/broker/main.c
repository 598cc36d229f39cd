/*
 * main.c - ntdsbroker: started by ntdsbcli.dll, one per backup context, with its end of a pipe as
 * standard input. Of no use to anybody else.
 *
 *     ntdsbroker64 HOST     HOST: an inherited handle of the host's process, in hexadecimal; 0:
 * none
 */
#include "server.h"
#include "hardening.h"

#include "common/log_file.h"

#include <ntdsvss.h>
#include <objbase.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <wchar.h>

#define EXIT_USAGE 2

/* Without it the pipe alone tells that the host has gone. */
static HANDLE parse_host(const wchar_t *text)
{
    HANDLE host = (HANDLE)(uintptr_t)wcstoull(text, NULL, 16);

    return host && GetProcessId(host) ? host : NULL;
}

/* The pipe must be the host's own: a broker serves who started it and nobody else. */
static bool is_pipe_of(HANDLE pipe, HANDLE host)
{
    ULONG owner = 0;

    return GetNamedPipeServerProcessId(pipe, &owner) && owner == GetProcessId(host);
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, wchar_t *command_line, int show)
{
    HANDLE pipe = GetStdHandle(STD_INPUT_HANDLE);
    HANDLE host = parse_host(command_line);
    HRESULT hr;
    int code;

    (void)instance;
    (void)previous;
    (void)show;
    if (GetFileType(pipe) != FILE_TYPE_PIPE || (host && !is_pipe_of(pipe, host)))
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
