/*
 * waiting_caller.c - a program of somebody else that loads the old API by the name of its DLL.
 *
 *   waiting_caller DLL       exits 0 if DsIsNTDSOnlineW says that this computer's directory is
 * online waiting_caller DLL wait  the same, then says "ready" and goes on until its input ends
 *   waiting_caller FILE map  maps FILE for its resources, as what shows Event Log entries does
 *   waiting_caller FILE hold opens FILE so that it can be read, and not renamed
 *   waiting_caller FILE lock opens FILE and shares it with nobody
 *
 * The last three say "ready", too, and go on until their input ends.
 */
#include <windows.h>
#include <stdio.h>
#include <string.h>

typedef HRESULT(__stdcall *is_online_function)(const wchar_t *, BOOL *);

static int ask(const char *name)
{
    HMODULE dll = LoadLibraryA(name);
    is_online_function is_online =
        dll ? (is_online_function)(void (*)(void))GetProcAddress(dll, "DsIsNTDSOnlineW") : NULL;
    wchar_t computer[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD length = MAX_COMPUTERNAME_LENGTH + 1;
    BOOL online = FALSE;

    if (!is_online || !GetComputerNameW(computer, &length))
        return 3;
    return is_online(computer, &online) == S_OK && online ? 0 : 4;
}

static int map(const char *name)
{
    return LoadLibraryExA(name, NULL, LOAD_LIBRARY_AS_DATAFILE | LOAD_LIBRARY_AS_IMAGE_RESOURCE)
               ? 0
               : 3;
}

static int hold(const char *name, DWORD share)
{
    HANDLE file = CreateFileA(name, GENERIC_READ, share, NULL, OPEN_EXISTING, 0, NULL);

    return file != INVALID_HANDLE_VALUE ? 0 : 3;
}

int main(int argc, char **argv)
{
    const char *how = argc > 2 ? argv[2] : "";
    const char *name = argc > 1 ? argv[1] : "";
    int code;

    if (strcmp(how, "map") == 0)
        code = map(name);
    else if (strcmp(how, "hold") == 0)
        code = hold(name, FILE_SHARE_READ);
    else if (strcmp(how, "lock") == 0)
        code = hold(name, 0);
    else
        code = ask(name);
    if (code != 0 || !how[0])
        return code;
    puts("ready");
    fflush(stdout);
    while (getchar() != EOF)
        continue;
    return 0;
}
