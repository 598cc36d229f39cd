/*
 * fault_refusals.c - fault-refusals.exe old|job|names [FOLDER]: a backup, or a restore of the one
 * in FOLDER, where the system refuses what another Windows allows (inject.h).
 *
 * old    what Windows Server 2008 refuses without updates
 * job    any job but the host's own
 * names  normalised paths of open files
 *
 * A 32-bit program cannot make the 64-bit broker's calls fail: there the DLL's alone do.
 */
#include "cases.h"
#include "inject.h"
#include "restore_walk.h"

#include <string.h>
#include <wchar.h>

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

/* Where something is refused. */
struct mode
{
    const wchar_t *name;
    enum inject_refusal refusal;
    bool in_dll, in_broker;
};

static const struct mode *find_mode(const wchar_t *name)
{
    static const struct mode modes[] = {
        {L"old", INJECT_OLD_WINDOWS, true, true},
        {L"job", INJECT_OTHER_JOBS, true, false},
        {L"names", INJECT_NORMAL_NAMES, false, true},
    };
    size_t i;

    for (i = 0; i < ARRAYSIZE(modes); i++) {
        if (wcscmp(modes[i].name, name) == 0)
            return &modes[i];
    }
    return NULL;
}

static void note_refusals(struct cases *cases, const wchar_t *mode, const char *what,
                          const char *where, enum inject_place place)
{
    cases_note(cases, inject_refusals(place) > 0 || cases_wrong(cases, "nothing was refused"),
               "%ls_%s__%s__was_refused_something", mode, what, where);
}

int wmain(int argc, wchar_t **argv)
{
    const bool is_restore = argc == 3;
    const struct mode *mode = argc > 1 ? find_mode(argv[1]) : NULL;
    const char *what = is_restore ? "restore" : "backup";
    struct walk_result result = {0};
    struct cases cases = {0};

    if (!mode || !aftermath_begin() || !inject_host(GetModuleHandleW(L"ntdsbcli.dll")) ||
        (is_restore && !restore_walk_begin(argv[2])))
        return 1;
    inject_refuse(mode->refusal);
    (is_restore ? restore_walk : walk)(NULL, NULL, &result);
    cases_note(&cases,
               result.hr == S_OK ||
                   cases_wrong(&cases, "%s: 0x%08lx", result.failed_call, (unsigned long)result.hr),
               "%ls_%s__succeeds", argv[1], what);
    if (mode->in_dll)
        note_refusals(&cases, argv[1], what, "dll", INJECT_HOST);
    if (mode->in_broker && sizeof(void *) == 8)
        note_refusals(&cases, argv[1], what, "broker", INJECT_BROKER);
    if (is_restore)
        restore_walk_forget();
    return cases_end(&cases);
}
