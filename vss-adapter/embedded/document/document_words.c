/*
 * document_words.c - the texts that stand for enumeration values in the VSS documents.
 *
 * Those marked "seen" occur in documents of Windows; the others follow their pattern.
 * Must not know XML, Windows or COM.
 */
#include "document.h"

#include <string.h>

struct word
{
    uint32_t value;
    const char *name;
};

static const struct word usage_words[] = {
    {1, "BOOTABLE_SYSTEM_STATE"}, /* seen */
    {2, "SYSTEM_SERVICE"},
    {3, "USER_DATA"}, /* seen */
    {4, "OTHER"},
    {0, NULL},
};

static const struct word source_words[] = {
    {1, "TRANSACTION_DB"}, /* seen */
    {2, "NONTRANSACTIONAL_DB"},
    {3, "OTHER"}, /* seen */
    {0, NULL},
};

static const struct word restore_method_words[] = {
    {1, "RESTORE_IF_NONE_THERE"},
    {2, "RESTORE_IF_CAN_BE_REPLACED"}, /* seen */
    {3, "STOP_RESTART_SERVICE"},
    {4, "RESTORE_TO_ALTERNATE_LOCATION"},
    {5, "REPLACE_AT_REBOOT"},
    {6, "REPLACE_AT_REBOOT_IF_CANNOT_REPLACE"}, /* seen */
    {7, "CUSTOM"},
    {8, "RESTORE_STOP_START"},
    {0, NULL},
};

static const struct word writer_restore_words[] = {
    {1, "never"}, /* seen */
    {2, "ifReplaceFails"},
    {3, "always"}, /* seen */
    {0, NULL},
};

static const struct word backup_type_words[] = {
    {1, "full"}, /* seen */
    {2, "incremental"}, {3, "differential"}, {4, "log"}, {5, "copy"}, {6, "other"}, {0, NULL},
};

static const struct word restore_type_words[] = {
    {1, "bycopy"},
    {2, "import"},
    {3, "other"},
    {0, NULL},
};

static const struct word component_type_words[] = {
    {DOC_COMPONENT_DATABASE, "database"},
    {DOC_COMPONENT_FILEGROUP, "filegroup"}, /* seen */
    {0, NULL},
};

static const struct word file_restore_words[] = {
    {1, "none"},
    {2, "all"},
    {3, "failed"},
    {0, NULL},
};

static const struct word text_attribute_words[] = {
    {DOC_TEXT_BACKUP_STAMP, "backupStamp"}, /* seen */
    {DOC_TEXT_PREVIOUS_STAMP, "previousBackupStamp"}, {DOC_TEXT_BACKUP_OPTIONS, "backupOptions"},
    {DOC_TEXT_RESTORE_OPTIONS, "restoreOptions"},     {0, NULL},
};

static const struct word *const tables[DOC_WORDS_COUNT] = {
    [DOC_WORDS_USAGE] = usage_words,
    [DOC_WORDS_SOURCE] = source_words,
    [DOC_WORDS_RESTORE_METHOD] = restore_method_words,
    [DOC_WORDS_WRITER_RESTORE] = writer_restore_words,
    [DOC_WORDS_BACKUP_TYPE] = backup_type_words,
    [DOC_WORDS_RESTORE_TYPE] = restore_type_words,
    [DOC_WORDS_COMPONENT_TYPE] = component_type_words,
    [DOC_WORDS_FILE_RESTORE] = file_restore_words,
    [DOC_WORDS_TEXT_ATTRIBUTE] = text_attribute_words,
};

const char *doc_word_name(enum doc_words table, uint32_t value)
{
    const struct word *word;

    for (word = tables[table]; word->name; word++)
        if (word->value == value)
            return word->name;
    return NULL;
}

bool doc_word_value(enum doc_words table, const char *name, uint32_t *value)
{
    const struct word *word;

    for (word = tables[table]; word->name; word++) {
        if (strcmp(word->name, name) == 0) {
            *value = word->value;
            return true;
        }
    }
    return false;
}
