/* The lists and the token that legacy-backup saves with the files of a backup. */
#include "legacy_set.h"

#include <stdlib.h>

static enum exit_code read_list(const struct source *source, const wchar_t *name, bool may_be_empty,
                                struct name_list *list)
{
    struct name_cursor cursor = {0};
    struct name_entry entry;
    bool valid = false;
    enum exit_code code = source_read(source, name, &list->data, &list->bytes);

    if (code != EXIT_OK)
        return code;
    list->ansi = name_list_looks_ansi(list->data, list->bytes);
    while (name_list_next(list, &cursor, &entry, &valid)) {
        if (!valid)
            return source_report_useless(name, L"lists something that is not a file");
    }
    if ((cursor.offset_bytes == 0 && !may_be_empty) || !name_list_is_whole(list, &cursor))
        return source_report_useless(name, L"is not a list of files");
    return EXIT_OK;
}

enum exit_code legacy_set_read(struct legacy_set *backup, struct source *source,
                               const wchar_t *shown)
{
    enum exit_code code;

    *backup = (struct legacy_set){0};
    code = source_open(source, shown, L"token.bin", L"legacy-backup");
    if (code == EXIT_OK)
        code = source_read(source, L"token.bin", &backup->token, &backup->token_bytes);
    if (code == EXIT_OK)
        code = read_list(source, L"names.bin", false, &backup->databases);
    if (code == EXIT_OK)
        code = read_list(source, L"logs.bin", true, &backup->logs);
    if (code == EXIT_OK)
        code = read_list(source, L"locations.bin", false, &backup->locations);
    return code;
}

void legacy_set_free(struct legacy_set *backup)
{
    free(backup->locations.data);
    free(backup->logs.data);
    free(backup->databases.data);
    free(backup->token);
    *backup = (struct legacy_set){0};
}
