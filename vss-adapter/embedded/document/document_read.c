/*
 * Reads the two VSS documents from XML.
 *
 * Must not know: Windows, COM. The text may come from a backup medium, that is from anybody.
 */
#include "document.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 32u

/* What an open element means for its children. The parser keeps a stack of these. */
enum place
{
    PLACE_NONE, /* outside the root */
    PLACE_SKIP, /* an element that we do not know: so are its children */
    PLACE_ROOT, /* WRITER_METADATA or BACKUP_COMPONENTS */
    PLACE_LEAF,
    PLACE_RESTORE_METHOD,
    PLACE_LOCATIONS,
    PLACE_WM_COMPONENT,
    PLACE_WRITER_COMPONENTS,
    PLACE_COMPONENT
};

struct reader
{
    XML_Parser parser;
    struct doc_writer *writer; /* exactly one of the two is set */
    struct doc_backup *backup;
    enum place stack[MAX_DEPTH];
    size_t depth;
    bool saw_root;
    bool saw_identification;
    enum doc_result result;
};

static void fail(struct reader *reader, enum doc_result result)
{
    if (reader->result == DOC_OK)
        reader->result = result;
    XML_StopParser(reader->parser, XML_FALSE);
}

/* --- attributes: each sets `out` only when the attribute is there ------------------------- */

static const char *attribute(const char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return NULL;
}

static void read_text(struct reader *reader, const char **attributes, const char *name, char **out)
{
    const char *value = attribute(attributes, name);

    if (value && !doc_set_text(out, value))
        fail(reader, DOC_NO_MEMORY);
}

static void read_bool(struct reader *reader, const char **attributes, const char *name, bool *out)
{
    const char *value = attribute(attributes, name);

    if (!value)
        return;
    if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0) {
        fail(reader, DOC_INVALID);
        return;
    }
    *out = value[0] == 'y';
}

static void read_number(struct reader *reader, const char **attributes, const char *name,
                        uint32_t *out)
{
    const char *value = attribute(attributes, name);
    uint32_t number;
    size_t i;

    if (!value)
        return;
    number = 0;
    i = 0;
    for (; value[i] >= '0' && value[i] <= '9' && number <= (UINT32_MAX - 9) / 10; i++)
        number = number * 10 + (uint32_t)(value[i] - '0');
    if (i == 0 || value[i]) {
        fail(reader, DOC_INVALID);
        return;
    }
    *out = number;
}

static bool read_guid(struct reader *reader, const char **attributes, const char *name,
                      struct doc_guid *out)
{
    const char *value = attribute(attributes, name);

    if (!value)
        return false;
    if (!doc_guid_parse(out, value)) {
        fail(reader, DOC_INVALID);
        return false;
    }
    return true;
}

static bool read_word(struct reader *reader, const char **attributes, const char *name,
                      enum doc_words table, uint32_t *out)
{
    const char *value = attribute(attributes, name);

    if (!value)
        return false;
    if (!doc_word_value(table, value, out)) {
        fail(reader, DOC_INVALID);
        return false;
    }
    return true;
}

/* --- elements ----------------------------------------------------------------------------- */

static enum place read_file(struct reader *reader, const char **attributes, struct doc_files *files)
{
    struct doc_file *file = doc_append(&files->items, &files->count, sizeof(*file));

    if (!file) {
        fail(reader, DOC_NO_MEMORY);
        return PLACE_LEAF;
    }
    read_text(reader, attributes, "path", &file->path);
    read_text(reader, attributes, "filespec", &file->filespec);
    read_text(reader, attributes, "alternatePath", &file->alternate_path);
    read_bool(reader, attributes, "recursive", &file->recursive);
    read_number(reader, attributes, "filespecBackupType", &file->backup_type_mask);
    if (!file->path || !file->filespec)
        fail(reader, DOC_INVALID);
    return PLACE_LEAF;
}

static enum place read_identification(struct reader *reader, const char **attributes)
{
    struct doc_writer *writer = reader->writer;

    if (!read_guid(reader, attributes, "writerId", &writer->writer_id) ||
        !read_guid(reader, attributes, "instanceId", &writer->instance_id))
        fail(reader, DOC_INVALID);
    read_text(reader, attributes, "friendlyName", &writer->name);
    read_text(reader, attributes, "instanceName", &writer->instance_name);
    read_word(reader, attributes, "usage", DOC_WORDS_USAGE, &writer->usage);
    read_word(reader, attributes, "dataSource", DOC_WORDS_SOURCE, &writer->source);
    read_number(reader, attributes, "majorVersion", &writer->major_version);
    read_number(reader, attributes, "minorVersion", &writer->minor_version);
    reader->saw_identification = true;
    return PLACE_LEAF;
}

static enum place read_restore_method(struct reader *reader, const char **attributes)
{
    struct doc_restore_method *restore = &reader->writer->restore;

    if (!read_word(reader, attributes, "method", DOC_WORDS_RESTORE_METHOD, &restore->method))
        fail(reader, DOC_INVALID);
    read_text(reader, attributes, "service", &restore->service);
    read_text(reader, attributes, "userProcedure", &restore->user_procedure);
    read_word(reader, attributes, "writerRestore", DOC_WORDS_WRITER_RESTORE,
              &restore->writer_restore);
    read_bool(reader, attributes, "rebootRequired", &restore->reboot_required);
    return PLACE_RESTORE_METHOD;
}

static enum place read_wm_component(struct reader *reader, const char **attributes, uint32_t type)
{
    struct doc_writer *writer = reader->writer;
    struct doc_wm_component *component =
        doc_append(&writer->components, &writer->component_count, sizeof(*component));

    if (!component) {
        fail(reader, DOC_NO_MEMORY);
        return PLACE_SKIP;
    }
    component->type = type;
    read_text(reader, attributes, "logicalPath", &component->logical_path);
    read_text(reader, attributes, "componentName", &component->name);
    read_text(reader, attributes, "caption", &component->caption);
    read_bool(reader, attributes, "restoreMetadata", &component->restore_metadata);
    read_bool(reader, attributes, "notifyOnBackupComplete", &component->notify_on_backup_complete);
    read_bool(reader, attributes, "selectable", &component->selectable);
    read_bool(reader, attributes, "selectableForRestore", &component->selectable_for_restore);
    read_number(reader, attributes, "componentFlags", &component->flags);
    if (!component->name)
        fail(reader, DOC_INVALID);
    return PLACE_WM_COMPONENT;
}

static enum place read_dependency(struct reader *reader, const char **attributes)
{
    struct doc_writer *writer = reader->writer;
    struct doc_wm_component *component = &writer->components[writer->component_count - 1];
    struct doc_dependency *dependency =
        doc_append(&component->dependencies, &component->dependency_count, sizeof(*dependency));

    if (!dependency) {
        fail(reader, DOC_NO_MEMORY);
        return PLACE_LEAF;
    }
    if (!read_guid(reader, attributes, "writerId", &dependency->writer_id))
        fail(reader, DOC_INVALID);
    read_text(reader, attributes, "logicalPath", &dependency->logical_path);
    read_text(reader, attributes, "componentName", &dependency->component_name);
    return PLACE_LEAF;
}

static enum place enter_in_wm_component(struct reader *reader, const char *name,
                                        const char **attributes)
{
    struct doc_writer *writer = reader->writer;
    struct doc_wm_component *component = &writer->components[writer->component_count - 1];

    if (strcmp(name, "DATABASE_FILES") == 0)
        return read_file(reader, attributes, &component->databases);
    if (strcmp(name, "DATABASE_LOGFILES") == 0)
        return read_file(reader, attributes, &component->logs);
    if (strcmp(name, "FILE_LIST") == 0)
        return read_file(reader, attributes, &component->files);
    if (strcmp(name, "DEPENDENCY") == 0)
        return read_dependency(reader, attributes);
    return PLACE_SKIP;
}

static enum place enter_in_locations(struct reader *reader, const char *name,
                                     const char **attributes)
{
    struct doc_writer *writer = reader->writer;

    if (strcmp(name, "DATABASE") == 0)
        return read_wm_component(reader, attributes, DOC_COMPONENT_DATABASE);
    if (strcmp(name, "FILE_GROUP") == 0)
        return read_wm_component(reader, attributes, DOC_COMPONENT_FILEGROUP);
    if (strcmp(name, "INCLUDE_FILES") == 0)
        return read_file(reader, attributes, &writer->include_files);
    if (strcmp(name, "EXCLUDE_FILES") == 0)
        return read_file(reader, attributes, &writer->exclude_files);
    if (strcmp(name, "EXCLUDE_FILES_FROM_SNAPSHOT") == 0)
        return read_file(reader, attributes, &writer->exclude_from_snapshot);
    return PLACE_SKIP;
}

static enum place read_writer_components(struct reader *reader, const char **attributes)
{
    struct doc_backup *backup = reader->backup;
    struct doc_writer_components *writer =
        doc_append(&backup->writers, &backup->writer_count, sizeof(*writer));

    if (!writer) {
        fail(reader, DOC_NO_MEMORY);
        return PLACE_SKIP;
    }
    if (!read_guid(reader, attributes, "writerId", &writer->writer_id) ||
        !read_guid(reader, attributes, "instanceId", &writer->instance_id))
        fail(reader, DOC_INVALID);
    read_text(reader, attributes, "instanceName", &writer->instance_name);
    read_number(reader, attributes, "backupSchema", &writer->backup_schema);
    return PLACE_WRITER_COMPONENTS;
}

/* The component that was opened last; there is one wherever this is called. */
static struct doc_component *last_component(struct reader *reader)
{
    struct doc_backup *backup = reader->backup;
    struct doc_writer_components *writer = &backup->writers[backup->writer_count - 1];

    return &writer->components[writer->component_count - 1];
}

static enum place read_component(struct reader *reader, const char **attributes)
{
    struct doc_backup *backup = reader->backup;
    struct doc_writer_components *writer = &backup->writers[backup->writer_count - 1];
    struct doc_component *component;
    uint32_t i;

    if (doc_append(&writer->components, &writer->component_count, sizeof(*writer->components)) ==
        NULL) {
        fail(reader, DOC_NO_MEMORY);
        return PLACE_SKIP;
    }
    component = last_component(reader);
    read_text(reader, attributes, "logicalPath", &component->logical_path);
    read_text(reader, attributes, "componentName", &component->name);
    if (!read_word(reader, attributes, "componentType", DOC_WORDS_COMPONENT_TYPE,
                   &component->type) ||
        !component->name)
        fail(reader, DOC_INVALID);
    if (attribute(attributes, "backupSucceeded")) {
        bool succeeded = false;

        read_bool(reader, attributes, "backupSucceeded", &succeeded);
        component->backup_succeeded = succeeded ? DOC_YES : DOC_NO;
    }
    read_bool(reader, attributes, "selectedForRestore", &component->selected_for_restore);
    read_bool(reader, attributes, "additionalRestores", &component->additional_restores);
    read_bool(reader, attributes, "authoritativeRestore", &component->authoritative_restore);
    read_word(reader, attributes, "rollForwardType", DOC_WORDS_ROLL_FORWARD,
              &component->roll_forward);
    read_word(reader, attributes, "fileRestoreStatus", DOC_WORDS_FILE_RESTORE,
              &component->file_restore_status);
    for (i = 0; i < DOC_TEXT_COUNT; i++) {
        const char *name = doc_word_name(DOC_WORDS_TEXT_ATTRIBUTE, i);

        if (name)
            read_text(reader, attributes, name, &component->texts[i]);
    }
    return PLACE_COMPONENT;
}

static enum place read_subcomponent(struct reader *reader, const char **attributes,
                                    struct doc_component *component)
{
    bool repair = false;
    const char *name = attribute(attributes, "componentName");

    read_bool(reader, attributes, "repair", &repair);
    if (!name)
        fail(reader, DOC_INVALID);
    else if (!doc_add_subcomponent(component, attribute(attributes, "logicalPath"), name, repair))
        fail(reader, DOC_NO_MEMORY);
    return PLACE_LEAF;
}

static enum place enter_in_component(struct reader *reader, const char *name,
                                     const char **attributes)
{
    struct doc_component *component = last_component(reader);

    if (strcmp(name, "BACKUP_METADATA") == 0)
        read_text(reader, attributes, "metadata", &component->texts[DOC_TEXT_BACKUP_METADATA]);
    else if (strcmp(name, "RESTORE_METADATA") == 0)
        read_text(reader, attributes, "metadata", &component->texts[DOC_TEXT_RESTORE_METADATA]);
    else if (strcmp(name, "ALTERNATE_LOCATION_MAPPING") == 0)
        return read_file(reader, attributes, &component->alternate_mappings);
    else if (strcmp(name, "NEW_TARGET") == 0)
        return read_file(reader, attributes, &component->new_targets);
    else if (strcmp(name, "RESTORE_SUBCOMPONENT") == 0)
        return read_subcomponent(reader, attributes, component);
    else
        return PLACE_SKIP;
    return PLACE_LEAF;
}

static enum place enter_root(struct reader *reader, const char *name, const char **attributes)
{
    const char *wanted = reader->writer ? "WRITER_METADATA" : "BACKUP_COMPONENTS";
    struct doc_backup *backup;

    if (strcmp(name, wanted) != 0) {
        fail(reader, DOC_INVALID);
        return PLACE_SKIP;
    }
    reader->saw_root = true;
    if (reader->writer) {
        read_number(reader, attributes, "backupSchema", &reader->writer->backup_schema);
        return PLACE_ROOT;
    }
    backup = reader->backup;
    read_bool(reader, attributes, "bootableSystemStateBackup", &backup->bootable_system_state);
    read_bool(reader, attributes, "selectComponents", &backup->select_components);
    read_bool(reader, attributes, "partialFileSupport", &backup->partial_file_support);
    read_word(reader, attributes, "backupType", DOC_WORDS_BACKUP_TYPE, &backup->backup_type);
    read_word(reader, attributes, "restoreType", DOC_WORDS_RESTORE_TYPE, &backup->restore_type);
    backup->has_set_id = read_guid(reader, attributes, "snapshotSetId", &backup->set_id);
    return PLACE_ROOT;
}

static enum place enter_in_root(struct reader *reader, const char *name, const char **attributes)
{
    if (!reader->writer)
        return strcmp(name, "WRITER_COMPONENTS") == 0 ? read_writer_components(reader, attributes)
                                                      : PLACE_SKIP;
    if (strcmp(name, "IDENTIFICATION") == 0)
        return read_identification(reader, attributes);
    if (strcmp(name, "RESTORE_METHOD") == 0)
        return read_restore_method(reader, attributes);
    if (strcmp(name, "BACKUP_LOCATIONS") == 0)
        return PLACE_LOCATIONS;
    return PLACE_SKIP;
}

static enum place enter(struct reader *reader, enum place parent, const char *name,
                        const char **attributes)
{
    switch (parent) {
    case PLACE_NONE:
        return enter_root(reader, name, attributes);
    case PLACE_ROOT:
        return enter_in_root(reader, name, attributes);
    case PLACE_RESTORE_METHOD:
        if (strcmp(name, "ALTERNATE_LOCATION_MAPPING") == 0)
            return read_file(reader, attributes, &reader->writer->alternate_mappings);
        return PLACE_SKIP;
    case PLACE_LOCATIONS:
        return enter_in_locations(reader, name, attributes);
    case PLACE_WM_COMPONENT:
        return enter_in_wm_component(reader, name, attributes);
    case PLACE_WRITER_COMPONENTS:
        if (strcmp(name, "COMPONENT") == 0)
            return read_component(reader, attributes);
        return PLACE_SKIP;
    case PLACE_COMPONENT:
        return enter_in_component(reader, name, attributes);
    case PLACE_SKIP:
    case PLACE_LEAF:
        break;
    }
    return PLACE_SKIP;
}

static void XMLCALL on_start(void *context, const char *name, const char **attributes)
{
    struct reader *reader = context;
    enum place parent;

    if (reader->result != DOC_OK)
        return;
    parent = reader->depth == 0 ? PLACE_NONE : reader->stack[reader->depth - 1];
    if (reader->depth == MAX_DEPTH) {
        fail(reader, DOC_INVALID);
        return;
    }
    reader->stack[reader->depth++] = enter(reader, parent, name, attributes);
}

static void XMLCALL on_end(void *context, const char *name)
{
    struct reader *reader = context;

    (void)name;
    if (reader->depth > 0)
        reader->depth--;
}

/* The documents have no DTD; entities would only serve an attack. */
static void XMLCALL on_doctype(void *context, const char *name, const char *system_id,
                               const char *public_id, int has_internal_subset)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    fail(context, DOC_INVALID);
}

static enum doc_result parse(struct reader *reader, const char *text, size_t bytes)
{
    enum XML_Status status;

    if (bytes == 0 || bytes > DOC_MAX_BYTES)
        return DOC_INVALID;
    /* The text is UTF-8 whatever its prolog says: it came through a wide string. */
    reader->parser = XML_ParserCreate("UTF-8");
    if (!reader->parser)
        return DOC_NO_MEMORY;
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_start, on_end);
    XML_SetStartDoctypeDeclHandler(reader->parser, on_doctype);
    status = XML_Parse(reader->parser, text, (int)bytes, XML_TRUE);
    if (status != XML_STATUS_OK && reader->result == DOC_OK)
        reader->result =
            XML_GetErrorCode(reader->parser) == XML_ERROR_NO_MEMORY ? DOC_NO_MEMORY : DOC_INVALID;
    XML_ParserFree(reader->parser);
    if (reader->result == DOC_OK && !reader->saw_root)
        reader->result = DOC_INVALID;
    return reader->result;
}

enum doc_result doc_read_writer(struct doc_writer *writer, const char *text, size_t bytes)
{
    struct reader reader = {.writer = writer, .result = DOC_OK};
    enum doc_result result = parse(&reader, text, bytes);

    if (result == DOC_OK && !reader.saw_identification)
        result = DOC_INVALID;
    if (result != DOC_OK)
        doc_writer_fini(writer);
    return result;
}

enum doc_result doc_read_backup(struct doc_backup *backup, const char *text, size_t bytes)
{
    struct reader reader = {.backup = backup, .result = DOC_OK};
    enum doc_result result = parse(&reader, text, bytes);

    if (result != DOC_OK)
        doc_backup_fini(backup);
    return result;
}
