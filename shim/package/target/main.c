/*
 * main.c - setup-target: does for the installer what must not be left half done.
 *
 *   setup-target install RESULT BROUGHT PROGRAM [alias] [replace]
 *   setup-target remove RESULT FOLDER [keeplog]
 *
 * Writes the INI file RESULT, section [target]: Program, Name, Folder, Architecture (x86, x64), Key
 * (a name made from the folder), Foreign (a file that replace would rename), Notes (what did not
 * work, and did not stop it), Message (what is wrong, if the exit code is not 0). The exit codes
 * are the installer's. The entry among the installed programs is the installer's own.
 */
#include "owner.h"
#include "setup_entries.h"
#include "setup_events.h"
#include "setup_files.h"
#include "setup_log.h"

static struct setup_target target;

static bool has_word(wchar_t **words, const wchar_t *wanted)
{
    for (; *words; words++) {
        if (wcscmp(*words, wanted) == 0)
            return true;
    }
    return false;
}

static void tell_target(void)
{
    setup_result_tell(L"Folder", target.folder);
    setup_result_tell(L"Key", target.key);
    if (target.architecture)
        setup_result_tell(L"Architecture", target.architecture);
}

static enum setup_exit install(const wchar_t *brought, const wchar_t *program, wchar_t **words)
{
    enum setup_exit code = setup_program_judge(program, &target);

    if (code != SETUP_GOOD)
        return code;
    tell_target();
    if (owner_is_running(target.program))
        return setup_result_refuse(SETUP_RUNNING, L"%ls is running. End it first.", target.program);
    code = setup_files_recover(&target);
    if (code == SETUP_GOOD)
        code = setup_files_install(&target, brought, has_word(words, L"alias"),
                                   has_word(words, L"replace"));
    if (code != SETUP_GOOD)
        return code;
    setup_log_make_folder();
    setup_events_register(target.folder);
    return SETUP_GOOD;
}

static enum setup_exit remove_from(const wchar_t *folder, wchar_t **words)
{
    struct setup_entry entry;
    enum setup_exit code = setup_program_folder(folder, &target);

    if (code != SETUP_GOOD)
        return code;
    tell_target();
    code = setup_files_recover(&target);
    if (code == SETUP_GOOD)
        code = setup_files_remove(&target);
    setup_result_tell(L"Key", target.key);
    if (code != SETUP_GOOD)
        return code;
    setup_events_release(target.folder, target.key);
    if (!has_word(words, L"keeplog") && setup_entries_read(target.key, &entry))
        setup_log_delete(&entry);
    return SETUP_GOOD;
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    enum setup_exit code = SETUP_USAGE;

    if (argc < 4 || !setup_result_begin(argv[2]))
        return SETUP_USAGE;
    if (wcscmp(argv[1], L"install") == 0 && argc > 4)
        code = install(argv[3], argv[4], argv + 5);
    else if (wcscmp(argv[1], L"remove") == 0)
        code = remove_from(argv[3], argv + 4);
    return (int)code;
}
