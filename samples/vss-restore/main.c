/* vss-restore: the job of legacy-restore on ntdsvss.h. The program is the VSS requestor itself. */
#include <stdlib.h>
#include <wchar.h>

#include <windows.h>
#include <objbase.h>
#include <ntdsvss.h>

#include "console.h"
#include "directory_option.h"
#include "manifest_check.h"
#include "program_main.h"
#include "requestor_session.h"
#include "restore_frame.h"
#include "text.h"
#include "vss_failures.h"

#define DAY (24ull * 60 * 60 * 10000000)

/* One restore from its start to its end. */
struct session
{
    struct restore_frame frame;
    struct directory_option target;
    struct manifest manifest;
    struct ntdsvss_restore *restore;
};

static const wchar_t usage_text[] =
    L"Restores the Active Directory database and logs of this domain controller, or those of\n"
    L"an AD LDS instance, from a backup of vss-backup.\n"
    L"\n"
    L"  vss-restore SERVER FOLDER [--adlds INSTANCE] [--dry-run] [--delete-old]\n"
    L"              [--other-computer] [--buffer BYTES]\n"
    L"\n"
    L"  SERVER            this computer's name, with or without leading backslashes\n"
    L"  FOLDER            a complete backup of vss-backup\n"
    L"  --adlds INSTANCE  this AD LDS instance, from a backup of the same instance\n"
    L"  --dry-run         check everything and print what would go where; change nothing\n"
    L"  --delete-old      delete the directory's old files first, which makes room for the\n"
    L"                    backup; otherwise they are put back if the restore fails\n"
    L"  --other-computer  the backup was made on a computer of another name: this one, before\n"
    L"                    it was renamed. The database of another server must not be restored\n"
    L"  --buffer BYTES    bytes per read, 1 to 67108864; default 524288\n"
    L"  --help            this text\n"
    L"\n"
    L"The directory must be stopped, in Directory Services Restore Mode or with \"net stop\n"
    L"ntds\"; an AD LDS instance, by stopping its service. The backup is checked before\n"
    L"anything is changed. Then the directory's database, logs and checkpoint are moved into a\n"
    L"folder ntdsbcli-old-N beside them, and those of the backup take their place; other files\n"
    L"in the same folders stay. The restored files are read back and compared, and the old ones\n"
    L"deleted. Do not start the directory until this program says \"Restore complete\". A restore\n"
    L"that failed, or was stopped with Ctrl-C, can be repeated, also with another backup.\n"
    L"\n"
    L"Exit codes: 0 restore complete (--dry-run: it could be done), 2 wrong usage, 3 no such\n"
    L"directory here or it is not stopped, 4 access denied, 5 Volume Shadow Copy could not do\n"
    L"its part, or another restore is running, 6 the backup cannot be read, is damaged, has\n"
    L"expired or is of another computer, 7 the directory's folders cannot be written,\n"
    L"1 anything else.\n";

/* A backup belongs to one directory. */
static enum exit_code check_directory(const struct session *session)
{
    const wchar_t *wanted = session->frame.options->adlds ? session->frame.options->adlds : L"";
    const wchar_t *instance = options_instance(session->manifest.instance);

    if (_wcsicmp(wanted, instance) == 0)
        return EXIT_OK;
    messages_error(L"\"%ls\" is a backup of %ls%ls.\n  It can only be restored there: run this "
                   L"program %ls%ls.\n",
                   session->frame.source.shown,
                   instance[0] ? L"AD LDS instance " : L"Active Directory", instance,
                   instance[0] ? L"with --adlds " : L"without --adlds", instance);
    return EXIT_USAGE;
}

/* The secrets in a database, and its place among the domain controllers, are one server's. */
static enum exit_code check_computer(const struct session *session)
{
    const wchar_t *then = session->manifest.computer;
    wchar_t now[ARRAYSIZE(session->manifest.computer)];
    DWORD chars = ARRAYSIZE(now);

    if (!GetComputerNameExW(ComputerNameNetBIOS, now, &chars))
        return vss_failures_report(L"GetComputerNameEx", NULL, HRESULT_FROM_WIN32(GetLastError()),
                                   FAILURES_START);
    if (_wcsicmp(then, now) == 0)
        return EXIT_OK;
    if (session->frame.options->other_computer) {
        console_print(CONSOLE_OUTPUT, L"Note: the backup was made on computer %ls; this is %ls.\n",
                      then, now);
        return EXIT_OK;
    }
    messages_error(L"\"%ls\" is a backup of computer %ls; this is %ls.\n  Use a backup of this "
                   L"computer. If it had the other name when the backup was made, add "
                   L"--other-computer.\n",
                   session->frame.source.shown, then, now);
    return EXIT_READ;
}

/* MS docs: a backup older than the directory keeps deleted objects would bring them back. */
static enum exit_code check_expiry(const struct session *session)
{
    if (!manifest_has_expired(&session->manifest))
        return EXIT_OK;
    messages_error(L"the backup expired at %ls.\n  It is older than the time for which the "
                   L"directory keeps deleted objects: a restore would bring them back. Use a newer "
                   L"backup, or replicate from another server.\n",
                   session->manifest.expires);
    return EXIT_READ;
}

static uint64_t number_of(FILETIME time)
{
    return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

/* With a clock that is years behind nothing expires, and in Directory Services Restore Mode only
 * its battery keeps it right. */
static enum exit_code check_clock(const struct session *session)
{
    wchar_t *path = paths_join(session->frame.source.path, MANIFEST_FILE);
    WIN32_FILE_ATTRIBUTE_DATA facts;
    enum exit_code code = EXIT_OK;
    FILETIME now;

    if (!path)
        return messages_no_memory();
    GetSystemTimeAsFileTime(&now);
    if (!GetFileAttributesExW(path, GetFileExInfoStandard, &facts)) {
        code = messages_file_failed(EXIT_READ, L"read the time of", MANIFEST_FILE, GetLastError(),
                                    MESSAGES_BACKUP_FOLDER);
    } else if (number_of(facts.ftLastWriteTime) > number_of(now) + DAY) {
        messages_error(
            L"the clock of this computer says a time more than a day before "
            L"\"" MANIFEST_FILE L"\" was written, so nothing is known of the age of the "
            L"backup.\n  Set the clock, then restore again. If it is right, it was ahead "
            L"when the backup was made: use another backup.\n");
        code = EXIT_READ;
    }
    free(path);
    return code;
}

static enum exit_code open_backup(struct session *session)
{
    enum exit_code code = source_open(&session->frame.source, session->frame.options->folder,
                                      MANIFEST_FILE, MANIFEST_PROGRAM);

    if (code == EXIT_OK)
        code = manifest_read(&session->manifest, &session->frame.source);
    if (code == EXIT_OK)
        code = check_directory(session);
    if (code == EXIT_OK)
        code = check_computer(session);
    if (code == EXIT_OK)
        code = check_expiry(session);
    if (code == EXIT_OK)
        code = check_clock(session);
    return code;
}

/* --- the plan --------------------------------------------------------------------------------- */

static enum exit_code add_files(struct session *session)
{
    const struct manifest_entry *entry;
    struct plan *plan = &session->frame.plan;
    enum exit_code code = EXIT_OK;

    if (!plan->database || !plan->log_folder || !plan->checkpoint_folder)
        return messages_no_memory();
    for (entry = session->manifest.entries; entry && code == EXIT_OK; entry = entry->next) {
        if (entry->kind != MANIFEST_RECORD)
            code = plan_add(plan, &session->frame.source, entry->name,
                            entry->kind == NTDSVSS_FILE_DATABASE, _wcsdup(entry->path));
    }
    return code == EXIT_OK ? plan_check(plan) : code;
}

/* Plans for the places of today. */
static enum exit_code make_plan(struct session *session)
{
    struct ntdsvss_locations locations;
    HRESULT hr = ntdsvss_restore_locations(session->restore, &locations);

    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_restore_locations", session->target.name, hr,
                                   FAILURES_RESTORE);
    session->frame.plan.database = _wcsdup(locations.database);
    session->frame.plan.log_folder = _wcsdup(locations.log_folder);
    session->frame.plan.checkpoint_folder = _wcsdup(locations.checkpoint_folder);
    return add_files(session);
}

/* A directory that runs does not tell its places: a dry run shows those of the backup. */
static void print_plan_of_backup(const struct session *session)
{
    const struct manifest_entry *entry;

    console_print(CONSOLE_OUTPUT, L"Places at the time of the backup:\n");
    for (entry = session->manifest.entries; entry; entry = entry->next) {
        if (entry->kind != MANIFEST_RECORD)
            console_print(CONSOLE_OUTPUT, L"  %ls\n", entry->path);
    }
}

/* --- the session ------------------------------------------------------------------------------ */

static enum exit_code start(struct session *session)
{
    struct ntdsvss_settings settings = requestor_session_settings();
    wchar_t *components = NULL;
    wchar_t *writer = NULL;
    bool has_writer;
    HRESULT hr;
    enum exit_code code = manifest_read_record(&session->manifest, &session->frame.source,
                                               COMPONENTS_FILE, &components);

    if (code == EXIT_OK)
        code =
            manifest_read_record(&session->manifest, &session->frame.source, WRITER_FILE, &writer);
    if (code == EXIT_OK) {
        hr = ntdsvss_restore_create_for(&settings, &session->target.directory, &session->restore);
        if (SUCCEEDED(hr))
            hr = ntdsvss_restore_start(session->restore, components, writer, &has_writer);
        if (FAILED(hr))
            code = vss_failures_report(L"ntdsvss_restore_start", session->target.name, hr,
                                       FAILURES_RESTORE);
    }
    free(writer);
    free(components);
    return code;
}

/* The directory can start while a backup is checked or copied. */
static void ask_for_state(struct session *session)
{
    struct directory_option *target = &session->target;

    target->failure = ntdsvss_directory_state(&target->directory, &target->state);
    if (FAILED(target->failure) ||
        (target->state != NTDSVSS_STATE_OFFLINE && target->state != NTDSVSS_STATE_ABSENT))
        session->frame.may_run = true;
}

static enum exit_code check_still_stopped(struct session *session)
{
    struct directory_option *target = &session->target;

    ask_for_state(session);
    if (FAILED(target->failure))
        return directory_option_report_unknown(target);
    if (target->state == NTDSVSS_STATE_OFFLINE)
        return EXIT_OK;
    return restore_frame_report_running(target->name, session->frame.options);
}

static enum exit_code register_restore(struct session *session)
{
    const struct plan *plan = &session->frame.plan;
    wchar_t *map =
        text_new(L"%ls>%ls", plan->database_item->old_path, plan->database_item->new_path);
    const struct ntdsvss_registration registration = {
        .checkpoint_folder = plan->checkpoint_folder,
        .log_folder = plan->log_folder,
        .backup_log_folder = plan->log_folder,
        .map = map,
        .backup_id = session->manifest.id,
        .generation_low = plan->generation_low,
        .generation_high = plan->generation_high,
    };
    bool taken_over;
    HRESULT hr;

    if (!map)
        return messages_no_memory();
    hr = ntdsvss_restore_register(session->restore, &registration, &taken_over);
    free(map);
    /* ntdsvss.h: who cancels may have copied files, so the interlock stays. Here none was touched.
     */
    if (hr == HRESULT_FROM_WIN32(ERROR_CANCELLED)) {
        session->frame.state = RESTORE_INCOMPLETE;
        session->frame.old_is_back = true;
    }
    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_restore_register", session->target.name, hr,
                                   FAILURES_END);
    session->frame.state = RESTORE_INCOMPLETE;
    return EXIT_OK;
}

static enum exit_code copy_and_check(struct session *session)
{
    struct restore_frame *frame = &session->frame;
    HRESULT failure; /* reported already */
    enum exit_code code = restore_frame_replace_files(frame, &failure);

    if (code != EXIT_OK)
        return code;
    console_print(CONSOLE_OUTPUT, L"Checking what was restored ...\n");
    code = manifest_check_restored(&session->manifest, &frame->plan, session->restore,
                                   frame->options->buffer_bytes);
    return code == EXIT_OK ? check_still_stopped(session) : code;
}

/* Tells the writer how the copy ended. */
static enum exit_code complete(struct session *session, enum exit_code code)
{
    HRESULT hr = ntdsvss_restore_complete(session->restore, code == EXIT_OK);

    /* The first failure has been reported; this one follows from it. */
    if (code != EXIT_OK)
        return code;
    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_restore_complete", session->target.name, hr,
                                   FAILURES_END);
    session->frame.state = RESTORE_DONE;
    return EXIT_OK;
}

/* From register to complete, which is called even if a step between them fails. */
static enum exit_code replace_files(struct session *session)
{
    enum exit_code code = check_still_stopped(session);

    if (code == EXIT_OK)
        code = register_restore(session);
    if (code != EXIT_OK)
        return code;
    code = complete(session, copy_and_check(session));
    if (code != EXIT_OK)
        ask_for_state(session); /* its start can be what made the copy fail */
    restore_frame_settle(&session->frame);
    return code;
}

static enum exit_code restore(struct session *session)
{
    struct restore_frame *frame = &session->frame;
    enum exit_code code = start(session);

    if (code == EXIT_OK)
        code = make_plan(session);
    if (code == EXIT_OK)
        code = destination_open(&frame->destination, &frame->plan, &frame->source,
                                frame->options->delete_old);
    if (code == EXIT_OK) {
        console_print(CONSOLE_OUTPUT, L"Checking the backup ...\n");
        code = manifest_check_backup(&session->manifest, &frame->plan, &frame->source,
                                     frame->options->buffer_bytes);
    }
    if (code == EXIT_OK && frame->options->dry_run)
        restore_frame_print_plan(frame);
    else if (code == EXIT_OK)
        code = replace_files(session);
    return code;
}

static enum exit_code run_session(struct session *session)
{
    enum exit_code code = requestor_session_enter();

    if (code != EXIT_OK)
        return code;
    console_print(CONSOLE_OUTPUT, L"Preparing the restore of %ls ...\n", session->target.name);
    code = restore(session);
    ntdsvss_restore_close(session->restore);
    CoUninitialize();
    return code;
}

static enum exit_code open_and_run(struct session *session)
{
    const struct options *options = session->frame.options;
    enum exit_code stopped = EXIT_OK;
    enum exit_code code;

    if (session->target.state == NTDSVSS_STATE_UNKNOWN)
        stopped = directory_option_report_unknown(&session->target);
    else if (!directory_option_may_be(&session->target, NTDSVSS_STATE_OFFLINE))
        stopped = restore_frame_report_running(session->target.name, options);

    if (stopped != EXIT_OK && !options->dry_run)
        return stopped;
    code = open_backup(session);
    if (code != EXIT_OK)
        return code;
    if (stopped == EXIT_OK)
        return run_session(session);
    print_plan_of_backup(session);
    return stopped;
}

static enum exit_code run(const struct options *options)
{
    struct session session = {0};
    enum exit_code code = directory_option_find(&session.target, options);

    restore_frame_begin(&session.frame, options);
    manifest_init(&session.manifest);
    if (code == EXIT_OK)
        code = open_and_run(&session);
    restore_frame_end(&session.frame, code);
    manifest_free(&session.manifest);
    return code;
}

const struct program this_program = {
    .name = L"vss-restore",
    .usage = usage_text,
    .privilege = SE_RESTORE_NAME,
    .options = OPTIONS_ADLDS | OPTIONS_RESTORE | OPTIONS_OTHER_COMPUTER,
    .run = run,
};
