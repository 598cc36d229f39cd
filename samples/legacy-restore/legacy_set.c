/* A backup, as legacy-backup left it. It must not know what is in the files but the lists. */
#include "legacy_set.h"

#include <stdlib.h>

static enum exit_code read_list(const struct legacy_set *backup, const wchar_t *name,
                                bool may_be_empty, struct name_list *list)
{
    struct name_cursor cursor = {0};
    struct name_entry entry;
    bool valid = false;
    enum exit_code code = source_read(&backup->source, name, &list->data, &list->bytes);

    if (code != EXIT_OK)
        return code;
    list->ansi = name_list_looks_ansi(list->data, list->bytes);
    while (name_list_next(list, &cursor, &entry, &valid)) {
        if (!valid)
            return source_report_useless(name, L"names something that is not a file");
    }
    if (cursor.offset_bytes == 0 && !may_be_empty)
        return source_report_useless(name, L"is no list of files");
    return EXIT_OK;
}

enum exit_code legacy_set_open(struct legacy_set *backup, const wchar_t *shown)
{
    enum exit_code code;

    *backup = (struct legacy_set){0};
    code = source_open(&backup->source, shown, L"token.bin", L"legacy-backup");
    if (code == EXIT_OK)
        code = source_read(&backup->source, L"token.bin", &backup->token, &backup->token_bytes);
    if (code == EXIT_OK)
        code = read_list(backup, L"names.bin", false, &backup->databases);
    if (code == EXIT_OK)
        code = read_list(backup, L"logs.bin", true, &backup->logs);
    if (code == EXIT_OK)
        code = read_list(backup, L"locations.bin", false, &backup->locations);
    return code;
}

void legacy_set_close(struct legacy_set *backup)
{
    free(backup->locations.data);
    free(backup->logs.data);
    free(backup->databases.data);
    free(backup->token);
    source_close(&backup->source);
    *backup = (struct legacy_set){0};
}
