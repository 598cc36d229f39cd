/*
 * document.h - the two documents of VSS as plain memory: a writer's description of itself (writer
 * metadata), and the components of a backup (backup components).
 *
 * Portable: no Windows type, no COM, no file. All strings are UTF-8. Each document has one owner;
 * the functions are not thread-safe by themselves.
 */
#ifndef NTDSBCLI_EMBEDDED_DOCUMENT_H
#define NTDSBCLI_EMBEDDED_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Has the layout of a Windows GUID, so that it can be copied byte by byte. */
struct doc_guid
{
    uint32_t data1;
    uint16_t data2;
    uint16_t data3;
    uint8_t data4[8];
};

#define DOC_GUID_CHARS 37 /* lower case, no braces, with the terminating NUL */

/*
 * The values of the enumerations are those of vss.h and vswriter.h (pinned by static asserts in
 * metadata.c); a document's XML has texts for them.
 */
enum doc_component_type
{
    DOC_COMPONENT_DATABASE = 1,
    DOC_COMPONENT_FILEGROUP = 2
};

enum doc_answer
{
    DOC_UNSET = 0,
    DOC_YES = 1,
    DOC_NO = 2
};

/*
 * What an element of a backup components document has that is not known here, as XML. It is written
 * back. All NULL: nothing.
 */
struct doc_rest
{
    char *attributes; /* each with a space before it */
    char *elements;
};

struct doc_file
{
    char *path;
    char *filespec;
    char *alternate_path; /* NULL: none */
    bool recursive;
    uint32_t backup_type_mask;
    struct doc_rest rest; /* also recursive="no", which is the default */
};

struct doc_files
{
    struct doc_file *items;
    size_t count;
};

struct doc_dependency
{
    struct doc_guid writer_id;
    char *logical_path;
    char *component_name;
};

/* A component as its writer describes it. */
struct doc_wm_component
{
    uint32_t type;      /* enum doc_component_type */
    char *logical_path; /* NULL: none */
    char *name;
    char *caption; /* NULL: none */
    bool restore_metadata;
    bool notify_on_backup_complete;
    bool selectable;
    bool selectable_for_restore;
    uint32_t flags;
    struct doc_files files;
    struct doc_files databases;
    struct doc_files logs;
    struct doc_dependency *dependencies;
    size_t dependency_count;
};

struct doc_restore_method
{
    uint32_t method; /* VSS_RESTOREMETHOD_ENUM; 0: the writer set none */
    char *service;
    char *user_procedure;
    uint32_t writer_restore; /* VSS_WRITERRESTORE_ENUM */
    bool reboot_required;
};

/* Writer metadata document. */
struct doc_writer
{
    struct doc_guid writer_id;
    struct doc_guid instance_id;
    char *name;
    char *instance_name; /* NULL: none */
    uint32_t usage;      /* VSS_USAGE_TYPE */
    uint32_t source;     /* VSS_SOURCE_TYPE */
    uint32_t major_version;
    uint32_t minor_version;
    uint32_t backup_schema;
    struct doc_restore_method restore;
    struct doc_wm_component *components;
    size_t component_count;
    struct doc_files include_files;
    struct doc_files exclude_files;
    struct doc_files exclude_from_snapshot;
    struct doc_files alternate_mappings;
    char *read_from; /* the text; NULL: it was not read */
};

/* The strings that a backup components document keeps for a component. */
enum doc_text
{
    DOC_TEXT_BACKUP_METADATA,
    DOC_TEXT_RESTORE_METADATA,
    DOC_TEXT_BACKUP_STAMP,
    DOC_TEXT_PREVIOUS_STAMP,
    DOC_TEXT_BACKUP_OPTIONS,
    DOC_TEXT_RESTORE_OPTIONS,
    DOC_TEXT_COUNT
};

/* A component in a backup or restore. */
struct doc_component
{
    uint32_t type;      /* enum doc_component_type */
    char *logical_path; /* NULL: none */
    char *name;
    enum doc_answer backup_succeeded;
    bool selected_for_restore;
    bool additional_restores;
    uint32_t file_restore_status; /* VSS_FILE_RESTORE_STATUS */
    char *texts[DOC_TEXT_COUNT];  /* NULL: not set */
    struct doc_files new_targets;
    struct doc_files alternate_mappings;
    struct doc_rest rest;
};

struct doc_writer_components
{
    struct doc_guid writer_id;
    struct doc_guid instance_id;
    char *instance_name; /* NULL: none */
    uint32_t backup_schema;
    struct doc_component *components;
    size_t component_count;
    /* The ids as they were read; NULL: they were not. Another spelling of the same is kept. */
    char *writer_id_text;
    char *instance_id_text;
    struct doc_rest rest;
};

/* Backup components document. */
struct doc_backup
{
    bool select_components;
    bool bootable_system_state;
    bool partial_file_support;
    uint32_t backup_type;  /* VSS_BACKUP_TYPE */
    uint32_t restore_type; /* VSS_RESTORE_TYPE */
    bool has_set_id;
    struct doc_guid set_id;
    struct doc_writer_components *writers;
    size_t writer_count;
    char *set_id_text; /* as above */
    struct doc_rest rest;
    char *read_from; /* as in struct doc_writer */
};

/*
 * A growing text, all zero at first. After an allocation failure, failed stays set: nothing more is
 * appended, and doc_buffer_take returns NULL.
 */
struct doc_buffer
{
    char *text;
    size_t bytes;
    size_t capacity_bytes;
    bool failed;
};

/* --- memory ------------------------------------------------------------------------------- */

/*
 * Grows an array by one zeroed item. items is the address of the pointer to the first item. Returns
 * the new item, or NULL if memory is out; the array is unchanged then.
 */
void *doc_append(void *items, size_t *count, size_t item_bytes);

/* Copy of a string (free with free); NULL for NULL and if memory is out. */
char *doc_strdup(const char *text);

/* Replaces *slot by a copy of text; NULL clears it. False: memory is out, *slot is unchanged. */
bool doc_set_text(char **slot, const char *text);

/*
 * Adds a file description; the strings are copied, alternate_path may be NULL. False: memory is
 * out, the list may end with an incomplete item and can only be freed.
 */
bool doc_files_add(struct doc_files *files, const char *path, const char *filespec,
                   const char *alternate_path, bool recursive, uint32_t backup_type_mask);

/*
 * Whether a list has this entry. The case of ASCII letters and a backslash at the end do not
 * matter.
 */
bool doc_files_have(const struct doc_files *files, const char *path, const char *filespec,
                    bool recursive);

/* Each frees what the structure owns and zeroes it; an all-zero structure is allowed. */
void doc_writer_fini(struct doc_writer *writer);
void doc_backup_fini(struct doc_backup *backup);
void doc_writer_components_fini(struct doc_writer_components *writer);

/* Deep copy into an all-zero structure. False: memory is out, *to is all zero again. */
bool doc_writer_components_copy(struct doc_writer_components *to,
                                const struct doc_writer_components *from);

/* --- lookup ------------------------------------------------------------------------------- */

bool doc_guid_equal(const struct doc_guid *a, const struct doc_guid *b);
void doc_guid_format(const struct doc_guid *guid, char text[DOC_GUID_CHARS]);
/* Accepts upper and lower case, with or without braces. */
bool doc_guid_parse(struct doc_guid *guid, const char *text);

/* A NULL logical path equals the empty one. NULL: there is no such component. */
struct doc_component *doc_find_component(const struct doc_writer_components *writer, uint32_t type,
                                         const char *logical_path, const char *name);
struct doc_wm_component *doc_find_wm_component(const struct doc_writer *writer, uint32_t type,
                                               const char *logical_path, const char *name);
/* instance_id NULL: any instance. */
struct doc_writer_components *doc_find_writer(const struct doc_backup *backup,
                                              const struct doc_guid *writer_id,
                                              const struct doc_guid *instance_id);

/* --- text form ---------------------------------------------------------------------------- */

/* Append to a text: as it is; with escapes; an attribute with a space before it, NULL: nothing. */
void doc_put(struct doc_buffer *buffer, const char *text);
void doc_put_escaped(struct doc_buffer *buffer, const char *text);
void doc_put_attribute(struct doc_buffer *buffer, const char *name, const char *value);

/* Appends the document as XML; doc_buffer_take tells a failure. */
void doc_write_writer(struct doc_buffer *buffer, const struct doc_writer *writer);
void doc_write_backup(struct doc_buffer *buffer, const struct doc_backup *backup);
/* The same, but a document that was read and has not changed since is the text it was read from. */
void doc_save_writer(struct doc_buffer *buffer, const struct doc_writer *writer);
void doc_save_backup(struct doc_buffer *buffer, const struct doc_backup *backup);
/* The finished text, NUL-terminated (free with free), or NULL; the buffer is all zero again. */
char *doc_buffer_take(struct doc_buffer *buffer);

enum doc_result
{
    DOC_OK,
    DOC_INVALID, /* not XML, another document, or a value that the schema does not know */
    DOC_NO_MEMORY
};

/*
 * Reads a document of at most DOC_MAX_BYTES into an all-zero structure, which is all zero again on
 * failure. Unknown elements and attributes, which later versions of the schema may have, are no
 * error; a backup components document keeps them.
 */
#define DOC_MAX_BYTES (16u * 1024 * 1024)
enum doc_result doc_read_writer(struct doc_writer *writer, const char *text, size_t bytes);
enum doc_result doc_read_backup(struct doc_backup *backup, const char *text, size_t bytes);

/* The texts of the enumerations, for reading and writing. */
enum doc_words
{
    DOC_WORDS_USAGE,
    DOC_WORDS_SOURCE,
    DOC_WORDS_RESTORE_METHOD,
    DOC_WORDS_WRITER_RESTORE,
    DOC_WORDS_BACKUP_TYPE,
    DOC_WORDS_RESTORE_TYPE,
    DOC_WORDS_COMPONENT_TYPE,
    DOC_WORDS_FILE_RESTORE,
    DOC_WORDS_TEXT_ATTRIBUTE, /* enum doc_text, without the two that are elements */
    DOC_WORDS_COUNT
};
/* NULL: the value has no text. */
const char *doc_word_name(enum doc_words table, uint32_t value);
bool doc_word_value(enum doc_words table, const char *name, uint32_t *value);

#endif
