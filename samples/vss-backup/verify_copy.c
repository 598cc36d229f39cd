/* Checks each page and log segment while it is copied, as ntdsbcli.dll does in DsBackupRead. */
#include "verify_copy.h"

#include <stdlib.h>
#include <string.h>

#include "ese/ese_names.h"

/* Any file in a log folder may be called *.log: only the names of the engine promise a log. */
static enum ese_file_kind expected_kind(enum ntdsvss_file_kind kind, const wchar_t *name)
{
    struct ese_name parsed = ese_name_classify_wide(name, ESE_NTDS_BASE_NAME);

    if (kind == NTDSVSS_FILE_DATABASE)
        return ESE_FILE_DATABASE;
    return ese_name_is_backed_up_log(&parsed) ? ESE_FILE_LOG : ESE_FILE_UNKNOWN;
}

void verify_copy_begin(struct verify_copy *verify, enum ntdsvss_file_kind kind, const wchar_t *name,
                       uint64_t bytes)
{
    ese_stream_init(&verify->stream, expected_kind(kind, name));
    ese_stream_set_total(&verify->stream, bytes);
    verify->name = name;
    verify->whole = NULL;
    verify->bytes = bytes;
    verify->done_bytes = 0;
}

static enum exit_code report_damage(const struct verify_copy *verify, enum ese_verdict verdict,
                                    uint64_t offset)
{
    messages_error(L"\"%ls\" is damaged: %hs at byte %I64u.\n  Keep your earlier backups, then "
                   L"check the disk, and the database with \"esentutl /k\".\n",
                   verify->name, ese_verdict_name(verdict), offset);
    return EXIT_READ;
}

static enum exit_code report_fault(const struct verify_copy *verify)
{
    const struct ese_fault *fault = ese_stream_fault(&verify->stream);

    return report_damage(verify, fault->report.verdict, fault->offset);
}

static bool is_old_log(const struct verify_copy *verify)
{
    const struct ese_log_header *log = ese_stream_log(&verify->stream);

    return log && log->major < ESE_LOG_VERSION_SEGMENTED && log->file_bytes == verify->bytes &&
           verify->bytes <= ESE_LOG7_BYTES_MAX;
}

static enum exit_code keep_old_log(struct verify_copy *verify, const void *data, DWORD bytes)
{
    if (verify->done_bytes == 0 && is_old_log(verify)) {
        verify->whole = malloc((size_t)verify->bytes);
        if (!verify->whole)
            return messages_no_memory();
    }
    if (verify->whole && bytes <= verify->bytes - verify->done_bytes)
        memcpy(verify->whole + verify->done_bytes, data, bytes);
    return EXIT_OK;
}

enum exit_code verify_copy_piece(struct verify_copy *verify, void *data, DWORD bytes)
{
    enum exit_code code;

    if (!ese_stream_feed_writable(&verify->stream, data, bytes))
        return report_fault(verify);
    code = keep_old_log(verify, data, bytes);
    verify->done_bytes += bytes;
    return code;
}

enum exit_code verify_copy_end(struct verify_copy *verify, enum exit_code code)
{
    struct ese_log7_fault fault = {0};
    enum ese_verdict verdict;

    if (code == EXIT_OK && !ese_stream_finish(&verify->stream))
        code = report_fault(verify);
    if (code == EXIT_OK && verify->whole) {
        verdict = ese_log7_verify(verify->whole, (size_t)verify->bytes, NULL, &fault);
        if (verdict != ESE_GOOD)
            code = report_damage(verify, verdict, fault.offset);
    }
    free(verify->whole);
    verify->whole = NULL;
    return code;
}
