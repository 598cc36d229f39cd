/*
 * check_backup.c - could this backup be restored? As DsRestoreRegisterComplete judges the restored
 * files, but where the backup is kept, without a broker and without changing anything.
 */
#include "checks.h"

#include "backup_set.h"
#include "common/format.h"
#include "common/volumes.h"
#include "host/clock.h"
#include "host/server_name.h"
#include "host/settings.h"
#include "limited.h"
#include "host/directory.h"
#include "log_watch.h"
#include "record/result_text.h"
#include "session/names.h"
#include "session/restore_check.h"
#include "session/restore_token.h"
#include "token/expiry.h"
#include "token/token.h"

#include <ntdsbmsg.h>
#include <stdlib.h>
#include <wchar.h>

#define NEXT_OTHER                                                                                 \
    L"Use another backup, or copy the files again from where this one was kept. If there is no "   \
    L"good one, make a new backup."
#define NEXT_WARNING L"Recovery does without it. Use another backup if you want a complete one."
#define NEXT_RECORD  L"Run ntdsdoctor elevated. If it still cannot be read, it is damaged."
#define NEXT_MAKER                                                                                 \
    L"Run this check on the computer that made the backup: it keeps the record until 30 days "     \
    L"after the backup expires."

/* --- whose, and until when ------------------------------------------------------------------- */

static uint64_t sum_bytes(const struct backup_set *set)
{
    WIN32_FILE_ATTRIBUTE_DATA facts;
    uint64_t bytes = 0;
    size_t i;

    for (i = 0; i < set->file_count; i++) {
        if (GetFileAttributesExW(set->files[i].path, GetFileExInfoStandard, &facts))
            bytes += (uint64_t)facts.nFileSizeHigh << 32 | facts.nFileSizeLow;
    }
    return bytes;
}

static uint64_t expires_here(const struct token_fields *fields)
{
    struct settings settings;

    settings_read(&settings);
    return expiry_at_restore(fields, settings.expiry_days);
}

static void take_token(struct backup_entry *entry, const struct token_fields *fields)
{
    wchar_t *computer = token_text_copy(fields->computer);

    hash_format(fields->backup_id, TOKEN_ID_BYTES, entry->id);
    if (computer)
        format_text(entry->computer, BACKUP_RECORD_NAME_CHARS, L"%ls", computer);
    entry->made = fields->created;
    entry->expires = expires_here(fields);
    free(computer);
}

/* What the backup itself says. */
static void take_set(struct backup_entry *entry, const struct backup_set *set)
{
    if (set->token) {
        take_token(entry, &set->fields);
    } else {
        wcscpy(entry->id, set->manifest.record.id);
        wcscpy(entry->computer, set->manifest.record.computer);
        wcscpy(entry->program, L"vss-backup");
        entry->expires = set->manifest.record.expires;
    }
    entry->bytes = sum_bytes(set);
    entry->file_count = set->file_count;
}

static void report_origin(struct findings *findings, const struct backup_set *set,
                          const struct backup_entry *entry)
{
    wchar_t made[CLOCK_TEXT_CHARS];

    clock_format(set->token ? entry->made : set->manifest.written, made);
    if (set->token && entry->program[0])
        findings_add(findings, AREA_BACKUP, FINDING_OK, L"backup.origin", NULL,
                     L"Backup %ls of computer %ls, made by %ls, complete at %ls.", entry->id,
                     entry->computer, entry->program, made);
    else if (set->token)
        findings_add(findings, AREA_BACKUP, FINDING_OK, L"backup.origin", NULL,
                     L"Backup %ls of computer %ls, made at %ls; the token does not name the "
                     L"program.",
                     entry->id, entry->computer, made);
    else
        findings_add(findings, AREA_BACKUP, FINDING_OK, L"backup.origin", NULL,
                     L"Backup %ls of computer %ls%ls%ls, made by vss-backup; "
                     L"its " VSS_MANIFEST_NAME L" was written at %ls.",
                     entry->id, entry->computer,
                     set->manifest.instance[0] ? L", AD LDS instance " : L"",
                     set->manifest.instance, made);
}

/* By the rule of a restore: of DsRestorePrepare if there is a token, else of vss-restore. */
static legacy_result check_expiry(const struct backup_set *set, const struct backup_entry *entry)
{
    struct settings settings;

    if (!set->token && clock_now() + CLOCK_DAY < set->manifest.written)
        return ERROR_TIME_SKEW;
    if (!set->token)
        return clock_now() < entry->expires ? S_OK : hrContentsExpired;
    settings_read(&settings);
    return token_check_expiry(&set->fields, clock_now(), settings.expiry_days);
}

static void report_expiry(struct findings *findings, const struct backup_set *set,
                          const struct backup_entry *entry)
{
    legacy_result hr = check_expiry(set, entry);
    wchar_t expires[CLOCK_TEXT_CHARS], present[CLOCK_TEXT_CHARS];

    clock_format(entry->expires, expires);
    clock_format(clock_now(), present);
    if (hr == ERROR_TIME_SKEW)
        findings_add(
            findings, AREA_BACKUP, FINDING_ERROR, L"backup.expiry",
            L"Check the clock. If it is right, it was ahead when the backup was made: use "
            L"another backup.",
            L"The clock of this computer says %ls, which is more than a day before the backup "
            L"was made: a restore refuses it.",
            present);
    else if (hr != S_OK)
        findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.expiry",
                     L"Use a newer backup: an expired one would bring deleted objects back.",
                     L"The backup has expired: it could be restored until %ls.", expires);
    else
        findings_add(findings, AREA_BACKUP, FINDING_OK, L"backup.expiry", NULL,
                     L"The backup can be restored until %ls.", expires);
}

/* vss-restore goes by the name alone. */
static void compare_computer(struct findings *findings, const wchar_t *computer)
{
    wchar_t here[SERVER_NAME_CHARS];

    if (!server_name_own(here))
        return;
    if (names_compare(computer, here) == 0)
        findings_add(findings, AREA_BACKUP, FINDING_OK, L"backup.installation", NULL,
                     L"A restore of it is not refused on this computer.");
    else
        findings_add(findings, AREA_BACKUP, FINDING_WARNING, L"backup.installation",
                     L"Restore it on the computer that made it. Only if this computer had that "
                     L"name then, use vss-restore --other-computer.",
                     L"The backup was made on computer %ls; this is %ls: vss-restore refuses it.",
                     computer, here);
}

/* On a domain controller: whether it would restore this backup. A backup may be checked anywhere.
 */
static void compare_installation(struct findings *findings, const void *subject)
{
    const struct backup_set *set = subject;
    struct log_watch watch = {.findings = findings,
                              .area = AREA_BACKUP,
                              .id = L"backup.installation",
                              .next = L"Restore it on the computer that made it, after its system "
                                      L"state if Windows was installed again.",
                              .warning_as = FINDING_NOTE,
                              .error_as = FINDING_WARNING};
    struct installation here;
    struct settings settings;
    enum ntdsvss_state state;

    findings->late_as = FINDING_WARNING;
    directory_query_state(&state);
    if (state == NTDSVSS_STATE_ABSENT)
        return;
    if (!set->token) {
        compare_computer(findings, set->manifest.record.computer);
        return;
    }
    settings_read(&settings);
    installation_read(&here);
    log_watch_begin(&watch);
    if (restore_token_installation(&set->fields, &here, &settings) == S_OK)
        findings_add(findings, AREA_BACKUP, FINDING_OK, L"backup.installation", NULL,
                     L"A restore of it is not refused on this computer.");
    log_watch_end();
    installation_fini(&here);
}

/* False: it may go on, and read the set. */
static bool report_installation(struct findings *findings, const struct backup_set *set)
{
    static const struct limited_check of_installation = {
        .run_for = compare_installation,
        .area = AREA_BACKUP,
        .late_id = L"backup.installation",
        .asked = L"Windows, asked for the installation,",
        .next = L"Run this check again when the computer is less busy.",
        .step_count = 1};
    bool in_time = limited_run(findings, &of_installation, set, limited_step_ms());

    if (!in_time)
        log_watch_end();
    return in_time;
}

/* --- the record ------------------------------------------------------------------------------ */

static legacy_result load_record(struct backup_record *record, const wchar_t *id)
{
    struct settings settings;

    settings_read(&settings);
    return backup_record_load(record, settings.log_folder, id);
}

static void report_record(struct findings *findings, const struct backup_record *record,
                          legacy_result hr)
{
    if (hr == S_OK && record->verified)
        findings_add(findings, AREA_BACKUP, FINDING_OK, L"backup.record", NULL,
                     L"The files are compared with the record of this backup. Every page was "
                     L"verified when it was backed up.");
    else if (hr == S_OK)
        findings_add(findings, AREA_BACKUP, FINDING_WARNING, L"backup.record",
                     L"Set Verify to 'full' for the next backup.",
                     L"The record says that the pages were not verified when they were backed up: "
                     L"pages that were blanked since cannot be detected.");
    else if (hr == ERROR_FILE_NOT_FOUND || hr == ERROR_PATH_NOT_FOUND)
        findings_add(findings, AREA_BACKUP, FINDING_WARNING, L"backup.record", NEXT_MAKER,
                     L"There is no record of this backup on this computer: pages that were blanked "
                     L"or exchanged for older ones since the backup cannot be detected.");
    else
        findings_add(findings, AREA_BACKUP, FINDING_WARNING, L"backup.record", NEXT_RECORD,
                     L"The record of this backup cannot be read (Win32 error %ld): pages that were "
                     L"blanked or exchanged for older ones since the backup cannot be detected.",
                     hr);
}

/* --- the files ------------------------------------------------------------------------------- */

struct judge
{
    struct findings *findings;
    const struct backup_set *set;
};

static legacy_result open_file(void *context, uint32_t index, HANDLE *file, uint64_t *bytes)
{
    const struct judge *judge = context;
    LARGE_INTEGER size;
    legacy_result hr;
    HANDLE opened = CreateFileW(judge->set->files[index].path, GENERIC_READ, FILE_SHARE_READ, NULL,
                                OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);

    if (opened == INVALID_HANDLE_VALUE)
        return result_last_error();
    if (!GetFileSizeEx(opened, &size)) {
        hr = result_last_error();
        CloseHandle(opened);
        return hr;
    }
    *file = opened;
    *bytes = (uint64_t)size.QuadPart;
    return S_OK;
}

static legacy_result note_checkpoint(void *context, uint32_t index)
{
    const struct judge *judge = context;

    findings_add(judge->findings, AREA_BACKUP, FINDING_NOTE, L"backup.check", NULL,
                 L"%ls is not the checkpoint of this backup. A restore does without it: recovery "
                 L"begins with the oldest log.",
                 judge->set->files[index].path);
    return S_OK;
}

static void take_line(void *context, enum log_level level, const wchar_t *line)
{
    if (level == LOG_ERROR)
        findings_add(context, AREA_BACKUP, FINDING_ERROR, L"backup.check", NEXT_OTHER, L"%ls",
                     line);
    else if (level == LOG_WARNING)
        findings_add(context, AREA_BACKUP, FINDING_WARNING, L"backup.check", NEXT_WARNING, L"%ls",
                     line);
    else
        findings_add(context, AREA_BACKUP, FINDING_OK, L"backup.check", NULL, L"%ls", line);
}

static void check_files(struct findings *findings, const struct backup_set *set,
                        const struct backup_record *backup)
{
    struct judge judge = {.findings = findings, .set = set};
    const struct restore_source source = {&judge, open_file, note_checkpoint};
    struct restore_record record = {.watch = take_line, .watch_context = findings};
    const struct restore_check check = {.source = &source,
                                        .files = set->files,
                                        .file_count = set->file_count,
                                        .token = set->token ? &set->fields : NULL,
                                        .backup = backup,
                                        .is_kept = true,
                                        .record = &record};
    wchar_t name[RESULT_NAME_CHARS];
    legacy_result hr = restore_check(&check);

    restore_record_fini(&record);
    if (hr == S_OK)
        return;
    result_name(hr, name);
    findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.check", NEXT_OTHER,
                 L"The check of the files failed: %ls.", name);
}

/* --- backup.txt ------------------------------------------------------------------------------ */

static void compare_one(struct findings *findings, const wchar_t *folder,
                        const struct backup_record_file *file)
{
    wchar_t *path = path_join(folder, vss_manifest_file_name(file));
    legacy_result hr = path ? vss_manifest_compare(file, path) : ERROR_NOT_ENOUGH_MEMORY;

    /* One that is missing was named before. */
    if (hr == ERROR_INVALID_DATA)
        findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.check", NEXT_OTHER,
                     L"%ls is not what was backed up: its size or SHA-256 is not that "
                     L"in " VSS_MANIFEST_NAME L".",
                     path);
    else if (hr != S_OK && hr != ERROR_FILE_NOT_FOUND)
        findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.check", NEXT_OTHER,
                     L"%ls cannot be read to its end: Win32 error %ld.", path ? path : folder, hr);
    free(path);
}

/* The files whose digest is of all bytes; the others are compared while they are read. */
static void compare_bytes(struct findings *findings, const struct backup_set *set)
{
    const struct backup_record *record = &set->manifest.record;
    size_t i;

    findings_add(findings, AREA_BACKUP, FINDING_NOTE, L"backup.token", NULL,
                 L"A backup of vss-backup has no expiry token: signatures, dbtime and generations "
                 L"are not compared with those at the time of the backup. All files are compared "
                 L"with " VSS_MANIFEST_NAME L" instead.");
    for (i = 0; i < record->file_count; i++) {
        if (record->files[i].digest_of == BACKUP_RECORD_OF_BYTES)
            compare_one(findings, set->folder, &record->files[i]);
    }
}

/* -------------------------------------------------------------------------------------------- */

static void check_set(struct findings *findings, struct backup_list *backups,
                      const struct backup_set *set)
{
    struct backup_record loaded = {0};
    struct backup_entry entry = {.id = L""};
    legacy_result hr = ERROR_FILE_NOT_FOUND;

    take_set(&entry, set);
    if (set->token)
        hr = load_record(&loaded, entry.id);
    if (hr == S_OK) {
        backup_list_take_record(&entry, &loaded);
        entry.expires = expires_here(&set->fields); /* the one that a restore goes by */
    }
    report_origin(findings, set, &entry);
    report_expiry(findings, set, &entry);
    if (set->token)
        report_record(findings, &loaded, hr);
    else
        compare_bytes(findings, set);
    if (!backup_set_has_database(set))
        findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.files", NEXT_OTHER,
                     L"There is no database among the files.");
    else if (set->token)
        check_files(findings, set, hr == S_OK ? &loaded : NULL);
    else
        check_files(findings, set, &set->manifest.record); /* a record that the backup brings */
    findings->is_incomplete |= !backup_list_add(backups, &entry);
    backup_record_fini(&loaded);
}

static void report_result(struct findings *findings)
{
    if (findings_has_error(findings, AREA_BACKUP))
        findings_add(findings, AREA_BACKUP, FINDING_ERROR, L"backup.result", NEXT_OTHER,
                     L"This backup cannot be restored as it is.");
    else
        findings_add(findings, AREA_BACKUP, FINDING_OK, L"backup.result", NULL,
                     L"This backup can be restored.");
}

void check_backup(struct findings *findings, struct backup_list *backups, const wchar_t *token_file,
                  wchar_t **paths, size_t path_count)
{
    static struct backup_set set; /* a check that is late may go on to read it */
    bool is_free = true;

    backups->is_wanted = true;
    if (backup_set_open(&set, findings, token_file, paths, path_count)) {
        is_free = report_installation(findings, &set);
        check_set(findings, backups, &set);
        report_result(findings);
    }
    if (is_free)
        backup_set_fini(&set);
}
