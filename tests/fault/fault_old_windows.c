/*
 * fault_old_windows.c - fault-old-windows.exe [FOLDER]: a backup, or a restore of the one in
 * FOLDER, where the system refuses what Windows Server 2008 refuses without updates (inject.h).
 *
 * A 32-bit program cannot make the 64-bit broker's calls fail: there the DLL's alone do.
 */
#include "cases.h"
#include "inject.h"
#include "restore_walk.h"

#include <wchar.h>

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    const bool is_restore = argc == 2;
    const char *what = is_restore ? "restore" : "backup";
    struct walk_result result = {0};
    struct cases cases = {0};

    if (!aftermath_begin() || !inject_host(GetModuleHandleW(L"ntdsbcli.dll")) ||
        (is_restore && !restore_walk_begin(argv[1])))
        return 1;
    inject_old_windows();
    (is_restore ? restore_walk : walk)(NULL, NULL, &result);
    cases_note(&cases,
               result.hr == S_OK ||
                   cases_wrong(&cases, "%s: 0x%08lx", result.failed_call, (unsigned long)result.hr),
               "old_windows_%s__succeeds", what);
    cases_note(&cases,
               inject_old_refusals(INJECT_HOST) > 0 || cases_wrong(&cases, "nothing was refused"),
               "old_windows_%s__dll__was_refused_something", what);
    if (sizeof(void *) == 8)
        cases_note(&cases,
                   inject_old_refusals(INJECT_BROKER) > 0 ||
                       cases_wrong(&cases, "nothing was refused"),
                   "old_windows_%s__broker__was_refused_something", what);
    if (is_restore)
        restore_walk_forget();
    return cases_end(&cases);
}
