/*
 * restore_rights.c - says each fault once, however many logs have it.
 */
#include "restore_rights.h"

#include "common/format.h"

#include <wchar.h>

#define TEXT_CHARS 600u

/* Source: Microsoft Learn, "icacls". SIDs, because the names of accounts are translated. */
#define ONLY_SYSTEM L"/inheritance:r /grant:r *S-1-5-18:F *S-1-5-32-544:F"
#define ONLY_SYSTEM_INHERITED                                                                      \
    L"/inheritance:r /grant:r \"*S-1-5-18:(OI)(CI)F\" \"*S-1-5-32-544:(OI)(CI)F\""

/* --- noting --------------------------------------------------------------------------------- */

static void add(struct restore_rights_fault *fault, const wchar_t *path)
{
    if (!fault->count++)
        fault->first = path;
}

static void note(struct restore_rights_group *group, const wchar_t *path, HANDLE file)
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
    if (rights.readers[0]) {
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
        note(&rights->database, from->path, file);
    else if (from->kind == NTDSVSS_FILE_LOG)
        note(&rights->logs, from->path, file);
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

/* For icacls: the database, or all logs of its folder. */
static void name_target(wchar_t text[TEXT_CHARS], const wchar_t *path, bool is_database)
{
    if (is_database)
        format_text(text, TEXT_CHARS, L"%ls", path);
    else
        format_text(text, TEXT_CHARS, L"%.*ls\\edb*", (int)folder_chars(path), path);
}

static void report_files(const struct restore_rights_group *group, bool is_database,
                         struct restore_record *record)
{
    const struct file_rights *rights = &group->first_readable;
    const wchar_t *lead = rights->reader_sids[0] ? L" /remove" : L"";
    wchar_t target[TEXT_CHARS], files[TEXT_CHARS];

    if (!group->path)
        return;
    name_target(target, group->path, is_database);
    if (group->unwritable.count) {
        name_files(files, &group->unwritable);
        restore_record_line(
            record, LOG_WARNING,
            L"SYSTEM cannot read and write %ls: the directory service runs as "
            L"SYSTEM and will not start. Run: icacls \"%ls\" " ONLY_SYSTEM L"%ls%ls",
            files, target, lead, rights->reader_sids);
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
static void report_folder(const struct restore_rights_group *group, struct restore_record *record)
{
    size_t chars = folder_chars(group->path);
    wchar_t folder[TEXT_CHARS];
    struct file_rights rights;
    legacy_result hr;

    if (chars <= 2 || !format_text(folder, TEXT_CHARS, L"%.*ls", (int)chars, group->path))
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
                            L"start. Run: icacls \"%ls\" " ONLY_SYSTEM_INHERITED,
                            folder, folder);
    else if (group->is_inherited)
        restore_record_line(record, LOG_WARNING,
                            L"New files in %ls will have the same readers. Run: icacls "
                            L"\"%ls\" " ONLY_SYSTEM_INHERITED,
                            folder, folder);
}

static bool is_same_folder(const wchar_t *a, const wchar_t *b)
{
    size_t chars = folder_chars(a);

    return chars == folder_chars(b) && _wcsnicmp(a, b, chars) == 0;
}

void restore_rights_report(const struct restore_rights *rights, struct restore_record *record)
{
    const struct restore_rights_group *database = &rights->database, *logs = &rights->logs;

    report_files(database, true, record);
    report_files(logs, false, record);
    if (database->path)
        report_folder(database, record);
    if (logs->path && !(database->path && is_same_folder(database->path, logs->path)))
        report_folder(logs, record);
}
