/* vss-backup: the job of legacy-backup on ntdsvss.h. The program is the VSS requestor itself. */
#include <windows.h>
#include <objbase.h>
#include <ntdsvss.h>

#include "backup_frame.h"
#include "directory_option.h"
#include "program_main.h"
#include "requestor_session.h"
#include "stop.h"
#include "text.h"
#include "vss_copy.h"
#include "vss_failures.h"

/* One backup from its start to its end. */
struct session
{
    const struct options *options;
    struct directory_option target;
    struct ntdsvss_backup *backup;
    struct vss_copied copied;
};

static const wchar_t usage_text[] =
    L"Backs up the Active Directory database and logs of this domain controller, or those of\n"
    L"an AD LDS instance, through Volume Shadow Copy.\n"
    L"\n"
    L"  vss-backup SERVER FOLDER [--adlds INSTANCE] [--buffer BYTES]\n"
    L"\n"
    L"  SERVER            this computer's name, with or without leading backslashes\n"
    L"  FOLDER            where the backup goes; created if missing, must be empty\n"
    L"  --adlds INSTANCE  this AD LDS instance instead of Active Directory\n"
    L"  --buffer BYTES    bytes per read, 1 to 67108864; default 524288\n"
    L"  --help            this text\n"
    L"\n"
    L"FOLDER receives the files of the directory under their own names, the documents of VSS\n"
    L"and the writer (components.xml, writer.xml, metadata.txt) and the list of what belongs\n"
    L"to the backup (backup.txt). A restore needs all of them. Every file ends in .part until\n"
    L"the backup is complete, and backup.txt is renamed last: a folder without backup.txt is\n"
    L"not a backup. A backup that fails, or is stopped with Ctrl-C, deletes its files. Use a\n"
    L"new folder for each backup.\n"
    L"\n"
    L"Exit codes: 0 backup complete, 2 wrong usage, 3 no such directory here or it is not\n"
    L"online, 4 access denied, 5 Volume Shadow Copy could not provide the backup, 6 a file\n"
    L"could not be read or is damaged, 7 FOLDER cannot be written, 1 anything else.\n";

/* Makes the shadow copy. */
static enum exit_code start(struct session *session)
{
    struct ntdsvss_settings settings = requestor_session_settings();
    HRESULT hr = ntdsvss_backup_create_for(&settings, &session->target.directory, &session->backup);

    if (SUCCEEDED(hr))
        hr = ntdsvss_backup_start(session->backup);
    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_backup_start", session->target.name, hr,
                                   FAILURES_START);
    return EXIT_OK;
}

static enum exit_code copy_files(struct session *session, struct copy_in *copy)
{
    const struct ntdsvss_file *files;
    size_t database_count, log_count;
    enum exit_code code;
    HRESULT hr;

    ntdsvss_backup_databases(session->backup, &files, &database_count);
    code = vss_copy_list(copy, session->backup, 0, files, database_count, &session->copied);
    if (code != EXIT_OK)
        return code;
    hr = ntdsvss_backup_logs(session->backup, &files, &log_count);
    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_backup_logs", NULL, hr, FAILURES_READ);
    code = vss_copy_list(copy, session->backup, database_count, files, log_count, &session->copied);
    return code == EXIT_OK ? copy_in_finish(copy) : code;
}

/* Logs can be sound, each by itself, and recovery would refuse them: a restore does, too. */
static enum exit_code judge_set(struct file_set *set)
{
    struct ese_recovery_result result;
    const struct ese_recovery_finding *fault = &result.fault;

    if (!set->database_count || file_set_judge(set, set->databases, &result))
        return EXIT_OK;
    messages_error(
        L"recovery would refuse the logs of this backup: %hs (generations 0x%x to "
        L"0x%x).\n  Restart the directory service, which makes new logs, then make a new "
        L"backup.\n",
        ese_recovery_verdict_name(fault->verdict), fault->first, fault->last);
    return EXIT_READ;
}

/* Saves what a restore needs besides the files. */
static enum exit_code save_records(struct session *session, struct folder *folder)
{
    struct manifest *manifest = &session->copied.manifest;
    struct ntdsvss_documents documents;
    enum exit_code code;

    ntdsvss_backup_documents(session->backup, &documents);
    code = manifest_set_expiry(manifest, documents.backup_metadata);
    if (code == EXIT_OK)
        code = manifest_save_record(manifest, folder, COMPONENTS_FILE, documents.components);
    if (code == EXIT_OK)
        code = manifest_save_record(manifest, folder, WRITER_FILE, documents.writer);
    if (code == EXIT_OK)
        code = manifest_save_record(manifest, folder, METADATA_FILE, documents.backup_metadata);
    return code;
}

/* Records whose backup it is, and gives it an id. */
static enum exit_code name_backup(struct session *session)
{
    struct manifest *manifest = &session->copied.manifest;
    DWORD chars = ARRAYSIZE(manifest->computer);

    if (!GetComputerNameExW(ComputerNameNetBIOS, manifest->computer, &chars) ||
        !digest_new_id(manifest->id))
        return vss_failures_report(L"GetComputerNameEx", NULL, HRESULT_FROM_WIN32(GetLastError()),
                                   FAILURES_START);
    if (session->options->adlds && !text_format(manifest->instance, ARRAYSIZE(manifest->instance),
                                                L"%ls", session->options->adlds))
        return vss_failures_report(L"--adlds", session->options->adlds, E_INVALIDARG,
                                   FAILURES_START);
    return EXIT_OK;
}

/* Tells the writer that all files are saved. Only then the folder gets what makes it a backup. */
static enum exit_code complete(struct session *session, struct folder *folder)
{
    HRESULT hr;

    if (stop_requested())
        return EXIT_OTHER;
    hr = ntdsvss_backup_complete(session->backup);
    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_backup_complete", session->target.name, hr,
                                   FAILURES_END);
    return manifest_save(&session->copied.manifest, folder);
}

/* Runs in COM. */
static enum exit_code run_session(struct session *session, struct copy_in *copy)
{
    enum exit_code code = name_backup(session);

    if (code == EXIT_OK)
        code = start(session);
    if (code == EXIT_OK)
        code = copy_files(session, copy);
    if (code == EXIT_OK)
        code = judge_set(&session->copied.set);
    if (code == EXIT_OK)
        code = save_records(session, copy->folder);
    if (code == EXIT_OK)
        code = complete(session, copy->folder);
    ntdsvss_backup_close(session->backup);
    return code;
}

static enum exit_code back_up(void *context, struct copy_in *copy)
{
    struct session *session = context;
    enum exit_code code = requestor_session_enter();

    if (code != EXIT_OK)
        return code;
    manifest_init(&session->copied.manifest);
    code = run_session(session, copy);
    file_set_fini(&session->copied.set);
    manifest_free(&session->copied.manifest);
    CoUninitialize();
    return code;
}

/* Reads must not cut a page. */
static DWORD whole_pages(DWORD bytes)
{
    return (bytes + FILE_PASS_UNIT_BYTES - 1) / FILE_PASS_UNIT_BYTES * FILE_PASS_UNIT_BYTES;
}

static enum exit_code run(const struct options *options)
{
    struct session session = {.options = options};
    const struct backup_frame frame = {
        .name = session.target.name,
        .marker = MANIFEST_FILE,
        .buffer_bytes = whole_pages(options->buffer_bytes),
        .back_up = back_up,
        .context = &session,
    };
    enum exit_code code = directory_option_find(&session.target, options);

    if (code != EXIT_OK)
        return code;
    if (!directory_option_may_be(&session.target, NTDSVSS_STATE_ONLINE))
        return backup_frame_report_offline(session.target.name, options);
    return backup_frame_run(&frame, options);
}

const struct program this_program = {
    .name = L"vss-backup",
    .usage = usage_text,
    .privilege = SE_BACKUP_NAME,
    .options = OPTIONS_ADLDS,
    .run = run,
};
