/* Checks each page and log segment while it is copied, as ntdsbcli.dll does in DsBackupRead. */
#include "verify_copy.h"

#include "ese/ese_names.h"

enum exit_code verify_copy_begin(struct verify_copy *verify, enum ntdsvss_file_kind kind,
                                 const wchar_t *name, uint64_t bytes)
{
    struct ese_name parsed = ese_name_classify_wide(name, ESE_NTDS_BASE_NAME);

    file_pass_begin(&verify->pass, parsed,
                    file_pass_expected(&parsed, kind == NTDSVSS_FILE_DATABASE), bytes);
    ese_stream_set_recovery(&verify->pass.stream);
    verify->name = name;
    return file_digest_begin(&verify->digest, &verify->pass, name, false);
}

static enum exit_code report_damage(const struct verify_copy *verify)
{
    enum ese_verdict verdict;
    uint64_t offset;

    if (verify->pass.no_memory || !file_pass_fault(&verify->pass, &verdict, &offset))
        return messages_no_memory();
    messages_error(L"\"%ls\" is damaged: %hs at byte %I64u.\n  Keep your earlier backups, then "
                   L"check the disk, and the database with \"esentutl /k\".\n",
                   verify->name, ese_verdict_name(verdict), offset);
    return EXIT_READ;
}

enum exit_code verify_copy_piece(struct verify_copy *verify, void *data, DWORD bytes)
{
    if (!file_pass_piece(&verify->pass, data, bytes) || verify->pass.no_memory)
        return report_damage(verify);
    return EXIT_OK;
}

enum exit_code verify_copy_end(struct verify_copy *verify, enum exit_code code,
                               struct file_digest_text *text, struct file_set *set)
{
    if (code == EXIT_OK && !file_pass_end(&verify->pass))
        code = report_damage(verify);
    if (code == EXIT_OK)
        code = file_digest_text(&verify->digest, text);
    if (code == EXIT_OK && !file_set_add(set, &verify->pass))
        code = messages_no_memory();
    file_digest_end(&verify->digest);
    file_pass_fini(&verify->pass);
    return code;
}
