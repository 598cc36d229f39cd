/*
 * waiting_caller.c - a program of somebody else that loads the old API by the name of its DLL.
 *
 *   waiting_caller DLL       exits 0 if DsIsNTDSOnlineW says that this computer's directory is
 * online waiting_caller DLL wait  the same, then says "ready" and goes on until its input ends
 */
#include <windows.h>
#include <stdio.h>

typedef HRESULT(__stdcall *is_online_function)(const wchar_t *, BOOL *);

int main(int argc, char **argv)
{
    HMODULE dll = LoadLibraryA(argc > 1 ? argv[1] : "");
    is_online_function is_online =
        dll ? (is_online_function)(void (*)(void))GetProcAddress(dll, "DsIsNTDSOnlineW") : NULL;
    wchar_t computer[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD length = MAX_COMPUTERNAME_LENGTH + 1;
    BOOL online = FALSE;

    if (!is_online || !GetComputerNameW(computer, &length))
        return 3;
    if (is_online(computer, &online) != S_OK || !online)
        return 4;
    if (argc > 2) {
        puts("ready");
        fflush(stdout);
        while (getchar() != EOF)
            continue;
    }
    return 0;
}
