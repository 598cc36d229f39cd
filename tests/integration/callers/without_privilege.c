/* without-privilege.exe NAME PROGRAM ARGUMENTS...: runs a program from which the privilege NAME
 * (say SeBackupPrivilege) was taken, and returns its exit code; 99 when it cannot. */
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

#define EXIT_CANNOT 99

static int cannot(const char *what)
{
    fprintf(stderr, "without-privilege: %s: %lu\n", what, (unsigned long)GetLastError());
    return EXIT_CANNOT;
}

/* Children inherit the token as it is then. */
static BOOL remove_privilege(const wchar_t *name)
{
    TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 1};
    HANDLE token = NULL;
    BOOL removed;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token))
        return FALSE;
    privileges.Privileges[0].Attributes = SE_PRIVILEGE_REMOVED;
    removed = LookupPrivilegeValueW(NULL, name, &privileges.Privileges[0].Luid) &&
              AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL) &&
              GetLastError() == ERROR_SUCCESS;
    CloseHandle(token);
    return removed;
}

/* The command line behind the first two words, quotes and all. */
static wchar_t *rest_of_command_line(void)
{
    wchar_t *at = GetCommandLineW();
    int words;

    for (words = 0; words < 2; words++) {
        BOOL quoted = FALSE;

        for (; *at && (quoted || *at != L' '); at++) {
            if (*at == L'"')
                quoted = !quoted;
        }
        at += wcsspn(at, L" ");
    }
    return at;
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process;
    DWORD exit_code = EXIT_CANNOT;

    if (argc < 3) {
        fprintf(stderr, "usage: without-privilege NAME PROGRAM ARGUMENTS...\n");
        return EXIT_CANNOT;
    }
    if (!remove_privilege(argv[1]))
        return cannot("remove the privilege");
    if (!CreateProcessW(NULL, rest_of_command_line(), NULL, NULL, TRUE, 0, NULL, NULL, &startup,
                        &process))
        return cannot("start the program");
    WaitForSingleObject(process.hProcess, INFINITE);
    if (!GetExitCodeProcess(process.hProcess, &exit_code))
        return cannot("get its exit code");
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return (int)exit_code;
}
