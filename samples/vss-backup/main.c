/* vss-backup: what legacy-backup does, on ntdsvss.h: the program is the VSS requestor itself. */
#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>

#include <windows.h>
#include <objbase.h>
#include <ntdsvss.h>

#include "console.h"
#include "vss_copy.h"
#include "vss_failures.h"
#include "program_main.h"
#include "progress.h"
#include "stop.h"
#include "text.h"
#include "directory_option.h"
#include "verify_copy.h"
#include "requestor_session.h"

/* One backup from its start to its end. */
struct session
{
    const struct options *options;
    const struct directory_option *target;
    struct copy_in copy;
    struct ntdsvss_backup *backup;
    struct manifest manifest;
};

static const wchar_t usage_text[] =
    L"Backs up the Active Directory database and logs of this domain controller, or those of an\n"
    L"AD LDS instance, through Volume Shadow Copy.\n"
    L"\n"
    L"  vss-backup SERVER FOLDER [--adlds INSTANCE] [--buffer BYTES]\n"
    L"\n"
    L"  SERVER            this computer's name, with or without leading backslashes\n"
    L"  FOLDER            where the backup goes; created if missing, must be empty\n"
    L"  --adlds INSTANCE  the AD LDS instance of this name instead of Active Directory\n"
    L"  --buffer BYTES    bytes per read, 1 to 67108864; default 524288\n"
    L"  --help            this text\n"
    L"\n"
    L"FOLDER receives the files of the directory under their own names, components.xml, "
    L"writer.xml\n"
    L"and metadata.txt (what VSS and the writer said) and backup.txt (what belongs to the backup). "
    L"A\n"
    L"restore needs all of them. While the backup runs every file ends in .part; the names are "
    L"changed\n"
    L"when everything is complete, backup.txt last: a folder without backup.txt is not a backup. "
    L"A\n"
    L"backup that fails or is stopped with Ctrl-C takes its files away again. A folder that is "
    L"not\n"
    L"empty is never written to, so an older backup is safe: use a new folder for each.\n"
    L"\n"
    L"Exit codes: 0 backup complete, 2 wrong usage, 3 no such directory here or it is not online,\n"
    L"4 access denied, 5 Volume Shadow Copy could not provide the backup, 6 a file could not be "
    L"read\n"
    L"or is damaged, 7 FOLDER cannot be written, 1 anything else.\n";

/* An AD LDS instance that is not there is found missing by VSS, which knows those that are. */
static enum exit_code check_online(const struct directory_option *target)
{
    if (target->state == NTDSVSS_STATE_ONLINE ||
        (target->state == NTDSVSS_STATE_ABSENT && target->directory.instance))
        return EXIT_OK;
    if (target->state == NTDSVSS_STATE_ABSENT)
        messages_error(L"\"%ls\" is not a domain controller.\n", target->name);
    else
        messages_error(L"the directory of %ls is not online.\n  Start its service (%ls). "
                       L"In Directory Services Restore Mode there is nothing to back up: restart "
                       L"the computer normally.\n",
                       target->name, target->service);
    return EXIT_DIRECTORY;
}

/* The shadow copy is made. */
static enum exit_code start(struct session *session)
{
    struct ntdsvss_settings settings = requestor_session_settings();
    HRESULT hr =
        ntdsvss_backup_create_for(&settings, &session->target->directory, &session->backup);

    if (SUCCEEDED(hr))
        hr = ntdsvss_backup_start(session->backup);
    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_backup_start", session->target->name, hr,
                                   FAILURES_START);
    return EXIT_OK;
}

static enum exit_code copy_files(struct session *session)
{
    const struct ntdsvss_file *files;
    size_t database_count, log_count;
    enum exit_code code;
    HRESULT hr;

    ntdsvss_backup_databases(session->backup, &files, &database_count);
    code = vss_copy_list(&session->copy, session->backup, 0, files, database_count,
                         &session->manifest);
    if (code != EXIT_OK)
        return code;
    hr = ntdsvss_backup_logs(session->backup, &files, &log_count);
    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_backup_logs", NULL, hr, FAILURES_READ);
    return vss_copy_list(&session->copy, session->backup, database_count, files, log_count,
                         &session->manifest);
}

/* What a restore wants beside the files. */
static enum exit_code save_records(struct session *session)
{
    struct manifest *manifest = &session->manifest;
    struct folder *folder = session->copy.folder;
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

/* Who it is of, and its own name. */
static enum exit_code name_backup(struct session *session)
{
    struct manifest *manifest = &session->manifest;
    DWORD chars = ARRAYSIZE(manifest->computer);

    if (!GetComputerNameExW(ComputerNameNetBIOS, manifest->computer, &chars) ||
        !digest_new_id(manifest->id))
        return vss_failures_report(L"GetComputerNameEx", NULL, E_FAIL, FAILURES_START);
    if (session->options->adlds && !text_format(manifest->instance, ARRAYSIZE(manifest->instance),
                                                L"%ls", session->options->adlds))
        return vss_failures_report(L"--adlds", session->options->adlds, E_INVALIDARG,
                                   FAILURES_START);
    return EXIT_OK;
}

/* Tells the writer that all is saved, and only then calls it a backup. */
static enum exit_code complete(struct session *session)
{
    HRESULT hr;

    if (stop_requested())
        return EXIT_OTHER;
    hr = ntdsvss_backup_complete(session->backup);
    if (FAILED(hr))
        return vss_failures_report(L"ntdsvss_backup_complete", session->target->name, hr,
                                   FAILURES_END);
    return manifest_save(&session->manifest, session->copy.folder);
}

static enum exit_code back_up(struct session *session)
{
    enum exit_code code = name_backup(session);

    if (code == EXIT_OK)
        code = start(session);
    if (code == EXIT_OK)
        code = copy_files(session);
    if (code == EXIT_OK)
        code = save_records(session);
    if (code == EXIT_OK)
        code = complete(session);
    ntdsvss_backup_close(session->backup);
    if (code == EXIT_OK && stop_requested())
        code = EXIT_OTHER;
    if (code == EXIT_OK)
        code = folder_publish(session->copy.folder);
    return code;
}

/* Whole pages at a time. */
static DWORD buffer_bytes(const struct options *options)
{
    return (options->buffer_bytes + VERIFY_UNIT_BYTES - 1) / VERIFY_UNIT_BYTES * VERIFY_UNIT_BYTES;
}

static enum exit_code run_session(const struct options *options,
                                  const struct directory_option *target, struct folder *folder)
{
    struct session session = {
        .options = options,
        .target = target,
        .copy = {.folder = folder, .buffer_bytes = buffer_bytes(options)},
    };
    uint64_t started_ms = GetTickCount64();
    enum exit_code code;

    session.copy.buffer = malloc(session.copy.buffer_bytes);
    if (!session.copy.buffer)
        return messages_no_buffer(session.copy.buffer_bytes);
    manifest_init(&session.manifest);
    console_print(CONSOLE_OUTPUT, L"Preparing the backup of %ls ...\n", target->name);
    code = requestor_session_enter();
    if (code == EXIT_OK) {
        code = back_up(&session);
        CoUninitialize();
    }
    if (code == EXIT_OK)
        progress_print_summary(L"Backup", session.copy.file_count, session.copy.total_bytes,
                               GetTickCount64() - started_ms);
    manifest_free(&session.manifest);
    free(session.copy.buffer);
    return code;
}

static enum exit_code run(const struct options *options)
{
    struct folder folder = {0};
    struct directory_option target;
    enum exit_code code;

    code = directory_option_find(&target, options);
    if (code == EXIT_OK)
        code = check_online(&target);
    if (code != EXIT_OK)
        return code;
    code = folder_open(&folder, options->folder, MANIFEST_FILE);
    if (code == EXIT_OK)
        code = run_session(options, &target, &folder);
    if (code != EXIT_OK) {
        folder_discard(&folder);
        console_print(CONSOLE_ERROR, stop_requested()
                                         ? L"vss-backup: stopped; no backup was made.\n"
                                         : L"vss-backup: failed; no backup was made.\n");
    }
    folder_close(&folder);
    return code;
}

const struct program this_program = {
    .name = L"vss-backup",
    .usage = usage_text,
    .privilege = SE_BACKUP_NAME,
    .options = OPTIONS_ADLDS,
    .run = run,
};
