/* The main function of every program: command line, Ctrl-C, privilege, exit code. */
#include "program_main.h"

#include "console.h"
#include "stop.h"

/* If the account does not hold it, the call that needs it fails with a better message. */
static void enable_privilege(const wchar_t *name)
{
    TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 1};
    HANDLE token = NULL;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token))
        return;
    privileges.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    if (LookupPrivilegeValueW(NULL, name, &privileges.Privileges[0].Luid))
        (void)AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL);
    CloseHandle(token);
}

/* The C runtime calls it, but declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    struct options options;
    enum exit_code code;

    if (!options_parse(argc, argv, this_program.options, &options))
        return EXIT_USAGE;
    if (options.help) {
        console_print(CONSOLE_OUTPUT, L"%ls", this_program.usage);
        return EXIT_OK;
    }
    if (!stop_install())
        return EXIT_OTHER;
    enable_privilege(this_program.privilege);
    code = this_program.run(&options);
    stop_finished();
    return (int)code;
}
