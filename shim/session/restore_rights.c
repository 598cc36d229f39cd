/*
 * restore_rights.c - says each fault once, however many logs have it.
 */
#include "restore_rights.h"

#include "names.h"
#include "common/format.h"

#include <wchar.h>

#define TEXT_CHARS 600u

/* Source: Microsoft Learn, "icacls". SIDs, because the names of accounts are translated. */
#define ONLY_SYSTEM L"/inheritance:r /grant:r *S-1-5-18:F *S-1-5-32-544:F"
/* What SYSTEM is denied, by whatever of its groups, comes before all that it is granted. */
#define NOT_DENIED L" /remove:d *S-1-5-18 *S-1-5-32-544 *S-1-5-11 *S-1-1-0"
#define ONLY_SYSTEM_INHERITED                                                                      \
    L"/inheritance:r /grant:r \"*S-1-5-18:(OI)(CI)F\" \"*S-1-5-32-544:(OI)(CI)F\""

/* --- noting --------------------------------------------------------------------------------- */

static void add(struct restore_rights_fault *fault, const wchar_t *path)
{
    if (!fault->count++)
        fault->first = path;
}

static void note(struct restore_rights_group *group, const wchar_t *path, HANDLE file,
                 bool has_secrets)
{
    struct file_rights rights;
    legacy_result hr = file_rights_read(file, &rights);

    group->path = path;
    if (hr != S_OK) {
        group->error = group->unknown.count ? group->error : hr;
        add(&group->unknown, path);
        return;
    }
    if (!rights.system_can_write)
        add(&group->unwritable, path);
    if (has_secrets && rights.readers[0]) {
        if (!group->readable.count)
            group->first_readable = rights;
        group->is_inherited = group->is_inherited || rights.is_inherited;
        add(&group->readable, path);
    }
}

void restore_rights_note(struct restore_rights *rights, const struct ntdsvss_file *from,
                         HANDLE file)
{
    if (from->kind == NTDSVSS_FILE_DATABASE)
        note(&rights->database, from->path, file, true);
    else if (from->kind == NTDSVSS_FILE_LOG)
        note(&rights->logs, from->path, file, true);
    else
        note(&rights->checkpoint, from->path, file, false);
}

/* --- reporting ------------------------------------------------------------------------------ */

/* 2, of the drive, for a file in its root. */
static size_t folder_chars(const wchar_t *path)
{
    const wchar_t *name = wcsrchr(path, L'\\');

    return name ? (size_t)(name - path) : 0;
}

/* "PATH", or "PATH and 3 more logs". */
static void name_files(wchar_t text[TEXT_CHARS], const struct restore_rights_fault *fault)
{
    if (fault->count > 1)
        format_text(text, TEXT_CHARS, L"%ls and %u more log(s)", fault->first, fault->count - 1);
    else
        format_text(text, TEXT_CHARS, L"%ls", fault->first);
}

/* For icacls: a file, or all logs of its folder. */
static void name_target(wchar_t text[TEXT_CHARS], const wchar_t *path, bool is_of_logs)
{
    if (is_of_logs)
        format_text(text, TEXT_CHARS, L"%.*ls\\edb*", (int)folder_chars(path), path);
    else
        format_text(text, TEXT_CHARS, L"%ls", path);
}

static void report_files(const struct restore_rights_group *group, bool is_of_logs,
                         struct restore_record *record)
{
    const struct file_rights *rights = &group->first_readable;
    const wchar_t *lead = rights->reader_sids[0] ? L" /remove" : L"";
    wchar_t target[TEXT_CHARS], files[TEXT_CHARS];

    if (!group->path)
        return;
    name_target(target, group->path, is_of_logs);
    if (group->unwritable.count) {
        name_files(files, &group->unwritable);
        restore_record_line(
            record, LOG_WARNING,
            L"SYSTEM cannot read and write %ls: the directory service runs as "
            L"SYSTEM and will not start. Run: icacls \"%ls\" " ONLY_SYSTEM NOT_DENIED,
            files, target);
    }
    if (group->readable.count) {
        name_files(files, &group->readable);
        restore_record_line(record, LOG_WARNING,
                            L"%ls can read %ls, where the domain's password hashes are. Run: "
                            L"icacls \"%ls\" " ONLY_SYSTEM L"%ls%ls",
                            rights->readers, files, target, lead, rights->reader_sids);
    }
    if (group->unknown.count) {
        name_files(files, &group->unknown);
        restore_record_line(record, LOG_WARNING,
                            L"It is not known who can read %ls, nor whether SYSTEM can write it: "
                            L"Win32 error %ld. Only SYSTEM and Administrators should: icacls "
                            L"\"%ls\" shows the rights",
                            files, group->error, target);
    }
}

static legacy_result read_folder(const wchar_t *folder, struct file_rights *rights)
{
    HANDLE file =
        CreateFileW(folder, READ_CONTROL, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    legacy_result hr;

    if (file == INVALID_HANDLE_VALUE)
        return result_last_error();
    hr = file_rights_read(file, rights);
    CloseHandle(file);
    return hr;
}

/* The engine creates files there, as SYSTEM. What else is in a drive's root is not touched. */
static void report_folder(const wchar_t *folder, bool is_inherited, struct restore_record *record)
{
    struct file_rights rights;
    legacy_result hr;

    if (folder[wcslen(folder) - 1] == L'\\')
        return;
    hr = read_folder(folder, &rights);
    if (hr != S_OK)
        restore_record_line(record, LOG_WARNING,
                            L"It is not known whether SYSTEM can create files in %ls: Win32 error "
                            L"%ld. icacls \"%ls\" shows the rights",
                            folder, hr, folder);
    else if (!rights.system_can_write)
        restore_record_line(record, LOG_WARNING,
                            L"SYSTEM cannot create files in %ls: the directory service will not "
                            L"start. Run: icacls \"%ls\" " ONLY_SYSTEM_INHERITED NOT_DENIED,
                            folder, folder);
    else if (is_inherited)
        restore_record_line(record, LOG_WARNING,
                            L"New files in %ls will have the same readers. Run: icacls "
                            L"\"%ls\" " ONLY_SYSTEM_INHERITED,
                            folder, folder);
}

void restore_rights_report(const struct restore_rights *rights,
                           const struct restore_folders *folders, struct restore_record *record)
{
    bool inherited[RESTORE_FOLDER_COUNT] = {rights->database.is_inherited,
                                            rights->logs.is_inherited};
    int first, next;

    report_files(&rights->database, false, record);
    report_files(&rights->logs, true, record);
    report_files(&rights->checkpoint, false, record);
    for (next = RESTORE_FOLDER_COUNT - 1; next >= 0; next--) {
        for (first = 0; names_compare(folders->paths[first], folders->paths[next]) != 0; first++)
            continue;
        if (first == next)
            report_folder(folders->paths[next], inherited[next], record);
        else
            inherited[first] = inherited[first] || inherited[next];
    }
}
