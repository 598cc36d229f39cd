/*
 * document_write.c - writes the two VSS documents as XML.
 *
 * Must not know Windows, COM or document_read.c.
 */
#include "document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WRITER_NAMESPACE "x-schema:#VssWriterMetadataInfo"
#define BACKUP_NAMESPACE "x-schema:#VssComponentMetadata"
#define SCHEMA_VERSION   "1.2"

/* Makes room for this many more bytes and a terminator. */
static bool make_room(struct doc_buffer *buffer, size_t bytes)
{
    size_t capacity = (buffer->bytes + bytes + 1) * 2;
    char *grown;

    if (bytes < buffer->capacity_bytes - buffer->bytes)
        return true;
    grown = realloc(buffer->text, capacity);
    if (!grown)
        return false;
    buffer->text = grown;
    buffer->capacity_bytes = capacity;
    return true;
}

static void put_bytes(struct doc_buffer *buffer, const char *text, size_t bytes)
{
    if (buffer->failed || !make_room(buffer, bytes)) {
        buffer->failed = true;
        return;
    }
    memcpy(buffer->text + buffer->bytes, text, bytes);
    buffer->bytes += bytes;
    buffer->text[buffer->bytes] = 0;
}

void doc_put(struct doc_buffer *buffer, const char *text)
{
    put_bytes(buffer, text, strlen(text));
}

/*
 * The escape of a character in an attribute value; NULL: it needs none. Line ends and tabs would
 * come back as spaces; XML 1.0 has no other control characters.
 */
static const char *replacement(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\t':
        return "&#9;";
    case '\n':
        return "&#10;";
    case '\r':
        return "&#13;";
    default:
        return c < 0x20 ? "?" : NULL;
    }
}

void doc_put_escaped(struct doc_buffer *buffer, const char *text)
{
    const char *start = text;
    const char *instead;

    for (; *text; text++) {
        instead = replacement((unsigned char)*text);
        if (!instead)
            continue;
        put_bytes(buffer, start, (size_t)(text - start));
        doc_put(buffer, instead);
        start = text + 1;
    }
    put_bytes(buffer, start, (size_t)(text - start));
}

static void put_start(struct doc_buffer *buffer, const char *element)
{
    doc_put(buffer, "<");
    doc_put(buffer, element);
}

void doc_put_attribute(struct doc_buffer *buffer, const char *name, const char *value)
{
    if (!value)
        return;
    doc_put(buffer, " ");
    doc_put(buffer, name);
    doc_put(buffer, "=\"");
    doc_put_escaped(buffer, value);
    doc_put(buffer, "\"");
}

static void put_number(struct doc_buffer *buffer, const char *name, uint32_t value)
{
    char text[16];

    snprintf(text, sizeof(text), "%lu", (unsigned long)value);
    doc_put_attribute(buffer, name, text);
}

static void put_bool(struct doc_buffer *buffer, const char *name, bool value)
{
    doc_put_attribute(buffer, name, value ? "yes" : "no");
}

static void put_word(struct doc_buffer *buffer, const char *name, enum doc_words table,
                     uint32_t value)
{
    doc_put_attribute(buffer, name, doc_word_name(table, value));
}

static void put_guid(struct doc_buffer *buffer, const char *name, const struct doc_guid *guid)
{
    char text[DOC_GUID_CHARS];

    doc_guid_format(guid, text);
    doc_put_attribute(buffer, name, text);
}

/* The spelling in which the id was read, if it is still that id. */
static void put_read_guid(struct doc_buffer *buffer, const char *name, const struct doc_guid *guid,
                          const char *text)
{
    struct doc_guid read;

    if (text && doc_guid_parse(&read, text) && doc_guid_equal(&read, guid))
        doc_put_attribute(buffer, name, text);
    else
        put_guid(buffer, name, guid);
}

static void put_rest(struct doc_buffer *buffer, const char *rest)
{
    if (rest)
        doc_put(buffer, rest);
}

static void put_files(struct doc_buffer *buffer, const char *element, const struct doc_files *files)
{
    size_t i;

    for (i = 0; i < files->count; i++) {
        const struct doc_file *file = &files->items[i];

        put_start(buffer, element);
        doc_put_attribute(buffer, "path", file->path);
        doc_put_attribute(buffer, "filespec", file->filespec);
        doc_put_attribute(buffer, "recursive", file->recursive ? "yes" : NULL);
        doc_put_attribute(buffer, "alternatePath", file->alternate_path);
        if (file->backup_type_mask)
            put_number(buffer, "filespecBackupType", file->backup_type_mask);
        put_rest(buffer, file->rest.attributes);
        doc_put(buffer, "/>");
    }
}

static void put_wm_component(struct doc_buffer *buffer, const struct doc_wm_component *component)
{
    const char *element = component->type == DOC_COMPONENT_DATABASE ? "DATABASE" : "FILE_GROUP";
    size_t i;

    put_start(buffer, element);
    doc_put_attribute(buffer, "logicalPath", component->logical_path);
    doc_put_attribute(buffer, "componentName", component->name);
    doc_put_attribute(buffer, "caption", component->caption);
    put_bool(buffer, "restoreMetadata", component->restore_metadata);
    put_bool(buffer, "notifyOnBackupComplete", component->notify_on_backup_complete);
    put_bool(buffer, "selectable", component->selectable);
    put_bool(buffer, "selectableForRestore", component->selectable_for_restore);
    put_number(buffer, "componentFlags", component->flags);
    doc_put(buffer, ">");
    put_files(buffer, "DATABASE_FILES", &component->databases);
    put_files(buffer, "DATABASE_LOGFILES", &component->logs);
    put_files(buffer, "FILE_LIST", &component->files);
    for (i = 0; i < component->dependency_count; i++) {
        doc_put(buffer, "<DEPENDENCY");
        put_guid(buffer, "writerId", &component->dependencies[i].writer_id);
        doc_put_attribute(buffer, "logicalPath", component->dependencies[i].logical_path);
        doc_put_attribute(buffer, "componentName", component->dependencies[i].component_name);
        doc_put(buffer, "/>");
    }
    doc_put(buffer, "</");
    doc_put(buffer, element);
    doc_put(buffer, ">");
}

static void put_restore_method(struct doc_buffer *buffer, const struct doc_writer *writer)
{
    const struct doc_restore_method *restore = &writer->restore;

    if (!restore->method)
        return;
    doc_put(buffer, "<RESTORE_METHOD");
    put_word(buffer, "method", DOC_WORDS_RESTORE_METHOD, restore->method);
    doc_put_attribute(buffer, "service", restore->service);
    doc_put_attribute(buffer, "userProcedure", restore->user_procedure);
    put_word(buffer, "writerRestore", DOC_WORDS_WRITER_RESTORE, restore->writer_restore);
    put_bool(buffer, "rebootRequired", restore->reboot_required);
    doc_put(buffer, ">");
    put_files(buffer, "ALTERNATE_LOCATION_MAPPING", &writer->alternate_mappings);
    doc_put(buffer, "</RESTORE_METHOD>");
}

void doc_write_writer(struct doc_buffer *buffer, const struct doc_writer *writer)
{
    size_t i;

    doc_put(buffer,
            "<WRITER_METADATA xmlns=\"" WRITER_NAMESPACE "\" version=\"" SCHEMA_VERSION "\"");
    if (writer->backup_schema)
        put_number(buffer, "backupSchema", writer->backup_schema);
    doc_put(buffer, "><IDENTIFICATION");
    put_guid(buffer, "writerId", &writer->writer_id);
    put_guid(buffer, "instanceId", &writer->instance_id);
    doc_put_attribute(buffer, "instanceName", writer->instance_name);
    doc_put_attribute(buffer, "friendlyName", writer->name);
    put_word(buffer, "usage", DOC_WORDS_USAGE, writer->usage);
    put_word(buffer, "dataSource", DOC_WORDS_SOURCE, writer->source);
    put_number(buffer, "majorVersion", writer->major_version);
    put_number(buffer, "minorVersion", writer->minor_version);
    doc_put(buffer, "/>");
    put_restore_method(buffer, writer);
    doc_put(buffer, "<BACKUP_LOCATIONS>");
    for (i = 0; i < writer->component_count; i++)
        put_wm_component(buffer, &writer->components[i]);
    put_files(buffer, "INCLUDE_FILES", &writer->include_files);
    put_files(buffer, "EXCLUDE_FILES", &writer->exclude_files);
    put_files(buffer, "EXCLUDE_FILES_FROM_SNAPSHOT", &writer->exclude_from_snapshot);
    doc_put(buffer, "</BACKUP_LOCATIONS></WRITER_METADATA>");
}

static void put_metadata(struct doc_buffer *buffer, const char *element, const char *text)
{
    if (!text)
        return;
    put_start(buffer, element);
    doc_put_attribute(buffer, "metadata", text);
    doc_put(buffer, "/>");
}

static void put_component(struct doc_buffer *buffer, const struct doc_component *component)
{
    uint32_t i;

    doc_put(buffer, "<COMPONENT");
    doc_put_attribute(buffer, "logicalPath", component->logical_path);
    doc_put_attribute(buffer, "componentName", component->name);
    put_word(buffer, "componentType", DOC_WORDS_COMPONENT_TYPE, component->type);
    if (component->backup_succeeded != DOC_UNSET)
        put_bool(buffer, "backupSucceeded", component->backup_succeeded == DOC_YES);
    doc_put_attribute(buffer, "selectedForRestore", component->selected_for_restore ? "yes" : NULL);
    doc_put_attribute(buffer, "additionalRestores", component->additional_restores ? "yes" : NULL);
    put_word(buffer, "fileRestoreStatus", DOC_WORDS_FILE_RESTORE, component->file_restore_status);
    for (i = 0; i < DOC_TEXT_COUNT; i++) {
        const char *name = doc_word_name(DOC_WORDS_TEXT_ATTRIBUTE, i);

        if (name)
            doc_put_attribute(buffer, name, component->texts[i]);
    }
    put_rest(buffer, component->rest.attributes);
    doc_put(buffer, ">");
    put_metadata(buffer, "BACKUP_METADATA", component->texts[DOC_TEXT_BACKUP_METADATA]);
    put_metadata(buffer, "RESTORE_METADATA", component->texts[DOC_TEXT_RESTORE_METADATA]);
    put_files(buffer, "ALTERNATE_LOCATION_MAPPING", &component->alternate_mappings);
    put_files(buffer, "NEW_TARGET", &component->new_targets);
    put_rest(buffer, component->rest.elements);
    doc_put(buffer, "</COMPONENT>");
}

static void put_writer_components(struct doc_buffer *buffer,
                                  const struct doc_writer_components *writer)
{
    size_t i;

    doc_put(buffer, "<WRITER_COMPONENTS");
    put_read_guid(buffer, "instanceId", &writer->instance_id, writer->instance_id_text);
    put_read_guid(buffer, "writerId", &writer->writer_id, writer->writer_id_text);
    doc_put_attribute(buffer, "instanceName", writer->instance_name);
    put_number(buffer, "backupSchema", writer->backup_schema);
    put_rest(buffer, writer->rest.attributes);
    doc_put(buffer, ">");
    for (i = 0; i < writer->component_count; i++)
        put_component(buffer, &writer->components[i]);
    put_rest(buffer, writer->rest.elements);
    doc_put(buffer, "</WRITER_COMPONENTS>");
}

void doc_write_backup(struct doc_buffer *buffer, const struct doc_backup *backup)
{
    size_t i;

    doc_put(buffer,
            "<BACKUP_COMPONENTS xmlns=\"" BACKUP_NAMESPACE "\" version=\"" SCHEMA_VERSION "\"");
    put_bool(buffer, "bootableSystemStateBackup", backup->bootable_system_state);
    put_bool(buffer, "selectComponents", backup->select_components);
    put_word(buffer, "backupType", DOC_WORDS_BACKUP_TYPE, backup->backup_type);
    put_word(buffer, "restoreType", DOC_WORDS_RESTORE_TYPE, backup->restore_type);
    put_bool(buffer, "partialFileSupport", backup->partial_file_support);
    if (backup->has_set_id)
        put_read_guid(buffer, "snapshotSetId", &backup->set_id, backup->set_id_text);
    put_rest(buffer, backup->rest.attributes);
    doc_put(buffer, ">");
    for (i = 0; i < backup->writer_count; i++)
        put_writer_components(buffer, &backup->writers[i]);
    put_rest(buffer, backup->rest.elements);
    doc_put(buffer, "</BACKUP_COMPONENTS>");
}

char *doc_buffer_take(struct doc_buffer *buffer)
{
    char *text = buffer->text;

    if (buffer->failed) {
        free(text);
        text = NULL;
    }
    memset(buffer, 0, sizeof(*buffer));
    return text;
}
