/* Checks the files of a backup: each page and log segment, then all files together. */
#include "set_check.h"

#include <stdlib.h>
#include <wchar.h>

#include "console.h"
#include "progress.h"
#include "stop.h"
#include "text.h"

#define LOG_NAME_CHARS 20
#define REASON_CHARS   200

enum exit_code set_check_begin(struct set_check *check, const wchar_t *place, DWORD buffer_bytes)
{
    /* Reads must not cut a page. */
    buffer_bytes += FILE_PASS_UNIT_BYTES - 1;
    buffer_bytes -= buffer_bytes % FILE_PASS_UNIT_BYTES;
    *check = (struct set_check){.place = place,
                                .pass = calloc(1, sizeof(*check->pass)),
                                .buffer = malloc(buffer_bytes),
                                .buffer_bytes = buffer_bytes};
    return check->pass && check->buffer ? EXIT_OK : messages_no_buffer(buffer_bytes);
}

void set_check_begin_file(struct set_check *check, const wchar_t *name, bool is_database,
                          uint64_t bytes)
{
    /* The backup has corrected single bits: those that are wrong now came later. */
    const struct ese_stream_events events = {.keep_correctable = true};
    struct ese_name parsed = ese_name_classify_wide(name, ESE_NTDS_BASE_NAME);

    check->name = name;
    file_pass_fini(check->pass);
    file_pass_begin(check->pass, parsed, file_pass_expected(&parsed, is_database), bytes);
    ese_stream_set_recovery(&check->pass->stream);
    ese_stream_set_events(&check->pass->stream, &events);
}

static enum exit_code report(const struct set_check *check, const wchar_t *reason)
{
    messages_error(L"\"%ls\" in the %ls is damaged: %ls.\n  This backup cannot be restored. Use "
                   L"another one.\n",
                   check->name, check->place, reason);
    return EXIT_READ;
}

static enum exit_code report_fault(const struct set_check *check)
{
    const struct file_pass *pass = check->pass;
    const struct ese_fault *fault = ese_stream_fault(&pass->stream);
    bool is_log = ese_stream_kind(&pass->stream) == ESE_FILE_LOG;
    wchar_t reason[REASON_CHARS];
    enum ese_verdict verdict;
    uint64_t offset;

    if (pass->no_memory || !file_pass_fault(pass, &verdict, &offset))
        return messages_no_memory();
    if (fault && !fault->is_header)
        text_format(reason, REASON_CHARS, L"%ls %u at byte %I64u: %hs",
                    is_log ? L"segment" : L"page", fault->unit, offset, ese_verdict_name(verdict));
    else
        text_format(reason, REASON_CHARS, L"%ls at byte %I64u: %hs",
                    fault ? L"header" : L"checksum record", offset, ese_verdict_name(verdict));
    return report(check, reason);
}

/* A read may return less than was asked for, which could cut a page. */
static enum exit_code read_full(const struct set_check *check, HANDLE file, DWORD *read)
{
    DWORD got = 1;

    for (*read = 0; *read < check->buffer_bytes && got > 0; *read += got) {
        if (stop_requested())
            return EXIT_OTHER;
        if (!ReadFile(file, (char *)check->buffer + *read, check->buffer_bytes - *read, &got, NULL))
            return messages_file_failed(EXIT_READ, L"read", check->name, GetLastError(),
                                        check->place);
    }
    return EXIT_OK;
}

enum exit_code set_check_read(struct set_check *check, HANDLE file)
{
    struct file_pass *pass = check->pass;
    struct progress progress;
    enum exit_code code;
    DWORD read;

    progress_start(&progress, check->name, 1, 1, pass->bytes);
    do {
        code = read_full(check, file, &read);
        if (code == EXIT_OK && (!file_pass_piece(pass, check->buffer, read) || pass->no_memory))
            code = report_fault(check);
        progress_update(&progress, pass->done_bytes);
    } while (code == EXIT_OK && read == check->buffer_bytes);
    if (code == EXIT_OK && !file_pass_end(pass))
        code = report_fault(check);
    if (code == EXIT_OK && pass->done_bytes != pass->bytes)
        code = report(check, L"its size changed while it was read");
    if (code == EXIT_OK && !file_set_add(&check->set, pass))
        code = messages_no_memory();
    if (code == EXIT_OK)
        progress_finish(&progress, pass->done_bytes);
    return code;
}

static void name_log(const struct ese_recovery_finding *finding, uint32_t generation, wchar_t *name)
{
    bool is_current = finding->log ? finding->log->name.kind == ESE_NAME_CURRENT_LOG
                                   : finding->verdict == ESE_RECOVERY_NO_CURRENT;
    int digits = generation > 0xFFFFF ? 8 : 5;

    if (finding->log)
        digits = finding->log->name.hex_digits;
    if (is_current)
        wcscpy(name, L"edb.log");
    else
        text_format(name, LOG_NAME_CHARS, L"edb%0*X.log", digits,
                    finding->log ? finding->log->name.generation : generation);
}

static enum exit_code report_finding(const struct set_check *check,
                                     const struct ese_recovery_finding *finding)
{
    wchar_t first[LOG_NAME_CHARS], last[LOG_NAME_CHARS];
    bool is_range = !finding->log && finding->first != finding->last;

    name_log(finding, finding->first, first);
    name_log(finding, finding->last, last);
    messages_error(L"the directory could not start with the files in the %ls: %hs", check->place,
                   ese_recovery_verdict_name(finding->verdict));
    if (finding->log || finding->first)
        console_print(CONSOLE_ERROR, L": %ls%ls%ls", first, is_range ? L" to " : L"",
                      is_range ? last : L"");
    console_print(CONSOLE_ERROR, L".\n  Find the right file, or use another backup.\n");
    return EXIT_READ;
}

enum exit_code set_check_end(struct set_check *check)
{
    struct ese_recovery_result result;

    if (check->set.database_count != 1) {
        messages_error(L"the files in the %ls are not those of one database.\n  Use another "
                       L"backup.\n",
                       check->place);
        return EXIT_READ;
    }
    if (file_set_judge(&check->set, check->set.databases, &result))
        return EXIT_OK;
    return report_finding(check, &result.fault);
}

/* "C:\folder" of "\\SERVER\C$\folder": plans have either form. On the heap. */
static wchar_t *local_path(const wchar_t *path)
{
    const wchar_t *share = wcsncmp(path, L"\\\\", 2) == 0 ? wcschr(path + 2, L'\\') : NULL;
    bool is_drive = share && share[1] && wcsncmp(share + 2, L"$\\", 2) == 0;
    wchar_t *local = _wcsdup(is_drive ? share + 1 : path);

    if (local && is_drive)
        local[1] = L':';
    return local;
}

static enum exit_code compare_places(const wchar_t *then, const wchar_t *now)
{
    if (paths_equal(then, now))
        return EXIT_OK;
    messages_error(L"the database of the backup was not shut down cleanly: recovery looks for it "
                   L"in \"%ls\", where it was.\n  This directory keeps it in \"%ls\". Set its "
                   L"registry value \"DSA Database file\" to the old path, then restore again; or "
                   L"use a backup that was made since it moved.\n",
                   then, now);
    return EXIT_READ;
}

enum exit_code set_check_place(const struct set_check *check, const struct plan *plan)
{
    const struct ese_database_header *database = &check->set.databases->header;
    wchar_t *then, *now;
    enum exit_code code;

    if (database->state == ESE_DBSTATE_CLEAN)
        return EXIT_OK;
    then = local_path(plan->database_item->old_path);
    now = local_path(plan->database_item->new_path);
    code = then && now ? compare_places(then, now) : messages_no_memory();
    free(now);
    free(then);
    return code;
}

void set_check_free(struct set_check *check)
{
    if (check->pass)
        file_pass_fini(check->pass);
    free(check->pass);
    free(check->buffer);
    file_set_fini(&check->set);
}
