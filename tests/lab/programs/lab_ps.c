/*
 * lab-ps.exe [NAME]: lists the processes of this prefix as Windows sees them.
 *
 * A container keeps killed Wine processes as zombies, so the host's ps cannot say whether
 * something is left. Knows no names of its own. That none is left must be known: an exit code
 * other than 0 always says that it is not.
 */
#include <windows.h>
#include <tlhelp32.h>
#include <stdio.h>

#define EXIT_USAGE 2
#define EXIT_ERROR 3

/* No header of mingw-w64 declares it. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    PROCESSENTRY32W process = {.dwSize = sizeof(process)};

    if (argc > 2) {
        fwprintf(stderr, L"usage: lab-ps [IMAGE-NAME]\n");
        return EXIT_USAGE;
    }
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (snapshot == INVALID_HANDLE_VALUE) {
        fwprintf(stderr, L"lab-ps: no list of processes: error %lu\n", GetLastError());
        return EXIT_ERROR;
    }
    for (BOOL more = Process32FirstW(snapshot, &process); more;
         more = Process32NextW(snapshot, &process)) {
        if (argc == 2 && _wcsicmp(process.szExeFile, argv[1]) != 0)
            continue;
        wprintf(L"%lu %lu %ls\n", process.th32ProcessID, process.th32ParentProcessID,
                process.szExeFile);
    }
    CloseHandle(snapshot);
    return 0;
}
