/*
 * document_read.c - reads the two VSS documents from XML.
 *
 * The text may come from a backup medium, so it is not trusted. Must not know Windows or COM.
 */
#include "document.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH      32u
#define MAX_ATTRIBUTES 64u
#define MAX_UNKNOWN    32u /* written back beside all known ones, they must not be too many */

/* The meaning of an open element for its children. The parser keeps a stack of these. */
enum place
{
    PLACE_NONE, /* outside the root */
    PLACE_SKIP, /* an unknown element, or one below it */
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
    const char **attributes; /* of the element that is entered: names and values */
    uint64_t known;          /* a bit for each attribute that was asked for */
    struct doc_rest *rest;   /* of the element that is entered; NULL: it keeps nothing */
    struct doc_buffer kept;  /* the unknown element that is being read */
    enum place stack[MAX_DEPTH];
    size_t depth;
    bool saw_root;
    bool saw_identification;
    enum doc_result result;
};

/* A string of these bytes. NULL: memory is out. */
static char *copy_bytes(const char *text, size_t bytes)
{
    char *copy = malloc(bytes + 1);

    if (!copy)
        return NULL;
    memcpy(copy, text, bytes);
    copy[bytes] = 0;
    return copy;
}

static void fail(struct reader *reader, enum doc_result result)
{
    if (reader->result == DOC_OK)
        reader->result = result;
    XML_StopParser(reader->parser, XML_FALSE);
}

/* Ends the parsing unless good. */
static bool expect(struct reader *reader, bool good)
{
    if (!good)
        fail(reader, DOC_INVALID);
    return good;
}

/* doc_append, whose failure ends the parsing. */
static void *append(struct reader *reader, void *items, size_t *count, size_t item_bytes)
{
    void *item = doc_append(items, count, item_bytes);

    if (!item)
        fail(reader, DOC_NO_MEMORY);
    return item;
}

/* --- attributes: each sets out only if the attribute is there ----------------------------- */

static const char *attribute(struct reader *reader, const char *name)
{
    size_t i;

    for (i = 0; reader->attributes[2 * i]; i++) {
        if (strcmp(reader->attributes[2 * i], name) == 0) {
            reader->known |= (uint64_t)1 << i;
            return reader->attributes[2 * i + 1];
        }
    }
    return NULL;
}

/* An attribute that is to be kept as if it were unknown. */
static void keep_attribute(struct reader *reader, const char *name)
{
    size_t i;

    for (i = 0; reader->attributes[2 * i]; i++)
        if (strcmp(reader->attributes[2 * i], name) == 0)
            reader->known &= ~((uint64_t)1 << i);
}

static void read_text(struct reader *reader, const char *name, char **out)
{
    const char *value = attribute(reader, name);

    if (value && !doc_set_text(out, value))
        fail(reader, DOC_NO_MEMORY);
}

static void read_bool(struct reader *reader, const char *name, bool *out)
{
    const char *value = attribute(reader, name);

    if (value && expect(reader, strcmp(value, "yes") == 0 || strcmp(value, "no") == 0))
        *out = value[0] == 'y';
}

static void read_number(struct reader *reader, const char *name, uint32_t *out)
{
    const char *value = attribute(reader, name);
    uint64_t number = 0;
    size_t i;

    if (!value)
        return;
    for (i = 0; value[i] >= '0' && value[i] <= '9' && number <= UINT32_MAX; i++)
        number = number * 10 + (uint64_t)(value[i] - '0');
    if (expect(reader, i && !value[i] && number <= UINT32_MAX))
        *out = (uint32_t)number;
}

static bool read_guid(struct reader *reader, const char *name, struct doc_guid *out)
{
    const char *value = attribute(reader, name);

    return value && expect(reader, doc_guid_parse(out, value));
}

static bool read_word(struct reader *reader, const char *name, enum doc_words table, uint32_t *out)
{
    const char *value = attribute(reader, name);

    return value && expect(reader, doc_word_value(table, value, out));
}

/* --- elements ----------------------------------------------------------------------------- */

static enum place read_file(struct reader *reader, struct doc_files *files)
{
    struct doc_file *file = append(reader, &files->items, &files->count, sizeof(*file));

    if (!file)
        return PLACE_LEAF;
    read_text(reader, "path", &file->path);
    read_text(reader, "filespec", &file->filespec);
    read_text(reader, "alternatePath", &file->alternate_path);
    read_bool(reader, "recursive", &file->recursive);
    if (!file->recursive)
        keep_attribute(reader, "recursive");
    reader->rest = &file->rest;
    read_number(reader, "filespecBackupType", &file->backup_type_mask);
    expect(reader, file->path && file->filespec);
    return PLACE_LEAF;
}

static enum place read_identification(struct reader *reader)
{
    struct doc_writer *writer = reader->writer;

    expect(reader, read_guid(reader, "writerId", &writer->writer_id) &&
                       read_guid(reader, "instanceId", &writer->instance_id));
    read_text(reader, "friendlyName", &writer->name);
    read_text(reader, "instanceName", &writer->instance_name);
    read_word(reader, "usage", DOC_WORDS_USAGE, &writer->usage);
    read_word(reader, "dataSource", DOC_WORDS_SOURCE, &writer->source);
    read_number(reader, "majorVersion", &writer->major_version);
    read_number(reader, "minorVersion", &writer->minor_version);
    reader->saw_identification = true;
    return PLACE_LEAF;
}

static enum place read_restore_method(struct reader *reader)
{
    struct doc_restore_method *restore = &reader->writer->restore;

    expect(reader, read_word(reader, "method", DOC_WORDS_RESTORE_METHOD, &restore->method));
    read_text(reader, "service", &restore->service);
    read_text(reader, "userProcedure", &restore->user_procedure);
    read_word(reader, "writerRestore", DOC_WORDS_WRITER_RESTORE, &restore->writer_restore);
    read_bool(reader, "rebootRequired", &restore->reboot_required);
    return PLACE_RESTORE_METHOD;
}

static enum place read_wm_component(struct reader *reader, uint32_t type)
{
    struct doc_writer *writer = reader->writer;
    struct doc_wm_component *component =
        append(reader, &writer->components, &writer->component_count, sizeof(*component));

    if (!component)
        return PLACE_SKIP;
    component->type = type;
    read_text(reader, "logicalPath", &component->logical_path);
    read_text(reader, "componentName", &component->name);
    read_text(reader, "caption", &component->caption);
    read_bool(reader, "restoreMetadata", &component->restore_metadata);
    read_bool(reader, "notifyOnBackupComplete", &component->notify_on_backup_complete);
    read_bool(reader, "selectable", &component->selectable);
    read_bool(reader, "selectableForRestore", &component->selectable_for_restore);
    read_number(reader, "componentFlags", &component->flags);
    expect(reader, component->name);
    return PLACE_WM_COMPONENT;
}

static enum place read_dependency(struct reader *reader)
{
    struct doc_writer *writer = reader->writer;
    struct doc_wm_component *component = &writer->components[writer->component_count - 1];
    struct doc_dependency *dependency =
        append(reader, &component->dependencies, &component->dependency_count, sizeof(*dependency));

    if (!dependency)
        return PLACE_LEAF;
    expect(reader, read_guid(reader, "writerId", &dependency->writer_id));
    read_text(reader, "logicalPath", &dependency->logical_path);
    read_text(reader, "componentName", &dependency->component_name);
    return PLACE_LEAF;
}

static enum place enter_in_wm_component(struct reader *reader, const char *name)
{
    struct doc_writer *writer = reader->writer;
    struct doc_wm_component *component = &writer->components[writer->component_count - 1];

    if (strcmp(name, "DATABASE_FILES") == 0)
        return read_file(reader, &component->databases);
    if (strcmp(name, "DATABASE_LOGFILES") == 0)
        return read_file(reader, &component->logs);
    if (strcmp(name, "FILE_LIST") == 0)
        return read_file(reader, &component->files);
    if (strcmp(name, "DEPENDENCY") == 0)
        return read_dependency(reader);
    return PLACE_SKIP;
}

static enum place enter_in_locations(struct reader *reader, const char *name)
{
    struct doc_writer *writer = reader->writer;

    if (strcmp(name, "DATABASE") == 0)
        return read_wm_component(reader, DOC_COMPONENT_DATABASE);
    if (strcmp(name, "FILE_GROUP") == 0)
        return read_wm_component(reader, DOC_COMPONENT_FILEGROUP);
    if (strcmp(name, "INCLUDE_FILES") == 0)
        return read_file(reader, &writer->include_files);
    if (strcmp(name, "EXCLUDE_FILES") == 0)
        return read_file(reader, &writer->exclude_files);
    if (strcmp(name, "EXCLUDE_FILES_FROM_SNAPSHOT") == 0)
        return read_file(reader, &writer->exclude_from_snapshot);
    return PLACE_SKIP;
}

static enum place read_writer_components(struct reader *reader)
{
    struct doc_backup *backup = reader->backup;
    struct doc_writer_components *writer =
        append(reader, &backup->writers, &backup->writer_count, sizeof(*writer));

    if (!writer)
        return PLACE_SKIP;
    expect(reader, read_guid(reader, "writerId", &writer->writer_id) &&
                       read_guid(reader, "instanceId", &writer->instance_id));
    read_text(reader, "writerId", &writer->writer_id_text);
    read_text(reader, "instanceId", &writer->instance_id_text);
    read_text(reader, "instanceName", &writer->instance_name);
    read_number(reader, "backupSchema", &writer->backup_schema);
    reader->rest = &writer->rest;
    return PLACE_WRITER_COMPONENTS;
}

static enum place read_component(struct reader *reader)
{
    struct doc_backup *backup = reader->backup;
    struct doc_writer_components *writer = &backup->writers[backup->writer_count - 1];
    struct doc_component *component =
        append(reader, &writer->components, &writer->component_count, sizeof(*component));
    bool succeeded = false;
    const char *name;
    uint32_t i;

    if (!component)
        return PLACE_SKIP;
    read_text(reader, "logicalPath", &component->logical_path);
    read_text(reader, "componentName", &component->name);
    expect(reader, read_word(reader, "componentType", DOC_WORDS_COMPONENT_TYPE, &component->type) &&
                       component->name);
    read_bool(reader, "backupSucceeded", &succeeded);
    if (attribute(reader, "backupSucceeded"))
        component->backup_succeeded = succeeded ? DOC_YES : DOC_NO;
    read_bool(reader, "selectedForRestore", &component->selected_for_restore);
    read_bool(reader, "additionalRestores", &component->additional_restores);
    read_word(reader, "fileRestoreStatus", DOC_WORDS_FILE_RESTORE, &component->file_restore_status);
    for (i = 0; i < DOC_TEXT_COUNT; i++) {
        name = doc_word_name(DOC_WORDS_TEXT_ATTRIBUTE, i);
        if (name)
            read_text(reader, name, &component->texts[i]);
    }
    reader->rest = &component->rest;
    return PLACE_COMPONENT;
}

static enum place enter_in_component(struct reader *reader, const char *name)
{
    struct doc_backup *backup = reader->backup;
    struct doc_writer_components *writer = &backup->writers[backup->writer_count - 1];
    struct doc_component *component = &writer->components[writer->component_count - 1];

    if (strcmp(name, "BACKUP_METADATA") == 0)
        read_text(reader, "metadata", &component->texts[DOC_TEXT_BACKUP_METADATA]);
    else if (strcmp(name, "RESTORE_METADATA") == 0)
        read_text(reader, "metadata", &component->texts[DOC_TEXT_RESTORE_METADATA]);
    else if (strcmp(name, "ALTERNATE_LOCATION_MAPPING") == 0)
        return read_file(reader, &component->alternate_mappings);
    else if (strcmp(name, "NEW_TARGET") == 0)
        return read_file(reader, &component->new_targets);
    else
        return PLACE_SKIP;
    return PLACE_LEAF;
}

static enum place enter_root(struct reader *reader, const char *name)
{
    const char *wanted = reader->writer ? "WRITER_METADATA" : "BACKUP_COMPONENTS";
    struct doc_backup *backup = reader->backup;

    if (!expect(reader, strcmp(name, wanted) == 0))
        return PLACE_SKIP;
    reader->saw_root = true;
    if (reader->writer) {
        read_number(reader, "backupSchema", &reader->writer->backup_schema);
        return PLACE_ROOT;
    }
    read_bool(reader, "bootableSystemStateBackup", &backup->bootable_system_state);
    read_bool(reader, "selectComponents", &backup->select_components);
    read_bool(reader, "partialFileSupport", &backup->partial_file_support);
    read_word(reader, "backupType", DOC_WORDS_BACKUP_TYPE, &backup->backup_type);
    read_word(reader, "restoreType", DOC_WORDS_RESTORE_TYPE, &backup->restore_type);
    backup->has_set_id = read_guid(reader, "snapshotSetId", &backup->set_id);
    read_text(reader, "snapshotSetId", &backup->set_id_text);
    /* The writer's own. */
    attribute(reader, "xmlns");
    attribute(reader, "version");
    reader->rest = &backup->rest;
    return PLACE_ROOT;
}

static enum place enter_in_root(struct reader *reader, const char *name)
{
    if (!reader->writer)
        return strcmp(name, "WRITER_COMPONENTS") == 0 ? read_writer_components(reader) : PLACE_SKIP;
    if (strcmp(name, "IDENTIFICATION") == 0)
        return read_identification(reader);
    if (strcmp(name, "RESTORE_METHOD") == 0)
        return read_restore_method(reader);
    if (strcmp(name, "BACKUP_LOCATIONS") == 0)
        return PLACE_LOCATIONS;
    return PLACE_SKIP;
}

static enum place enter(struct reader *reader, enum place parent, const char *name)
{
    switch (parent) {
    case PLACE_NONE:
        return enter_root(reader, name);
    case PLACE_ROOT:
        return enter_in_root(reader, name);
    case PLACE_RESTORE_METHOD:
        if (strcmp(name, "ALTERNATE_LOCATION_MAPPING") == 0)
            return read_file(reader, &reader->writer->alternate_mappings);
        return PLACE_SKIP;
    case PLACE_LOCATIONS:
        return enter_in_locations(reader, name);
    case PLACE_WM_COMPONENT:
        return enter_in_wm_component(reader, name);
    case PLACE_WRITER_COMPONENTS:
        if (strcmp(name, "COMPONENT") == 0)
            return read_component(reader);
        return PLACE_SKIP;
    case PLACE_COMPONENT:
        return enter_in_component(reader, name);
    case PLACE_SKIP:
    case PLACE_LEAF:
        break;
    }
    return PLACE_SKIP;
}

/* --- what is not known ---------------------------------------------------------------------- */

/* What belongs to the innermost element that keeps unknown ones; NULL: it does not. */
static struct doc_rest *open_rest(const struct reader *reader)
{
    struct doc_backup *backup = reader->backup;
    struct doc_writer_components *writer;

    if (!backup || !reader->depth)
        return NULL;
    writer = backup->writer_count ? &backup->writers[backup->writer_count - 1] : NULL;
    switch (reader->stack[reader->depth - 1]) {
    case PLACE_ROOT:
        return &backup->rest;
    case PLACE_WRITER_COMPONENTS:
        return &writer->rest;
    case PLACE_COMPONENT:
        return &writer->components[writer->component_count - 1].rest;
    default:
        return NULL;
    }
}

/* Appends the text to what is kept. */
static void append_kept(struct reader *reader, char **kept, char *text)
{
    struct doc_buffer joined = {0};

    if (text) {
        doc_put(&joined, *kept ? *kept : "");
        doc_put(&joined, text);
        free(*kept);
        *kept = doc_buffer_take(&joined);
    }
    if (!text || !*kept)
        fail(reader, DOC_NO_MEMORY);
    free(text);
}

static void keep_attributes(struct reader *reader)
{
    struct doc_buffer text = {0};
    size_t unknown = 0;
    size_t i;

    for (i = 0; reader->attributes[2 * i]; i++) {
        if (reader->known & (uint64_t)1 << i)
            continue;
        doc_put_attribute(&text, reader->attributes[2 * i], reader->attributes[2 * i + 1]);
        unknown++;
    }
    expect(reader, unknown <= MAX_UNKNOWN);
    if (text.text || text.failed)
        append_kept(reader, &reader->rest->attributes, doc_buffer_take(&text));
}

static void keep_start(struct reader *reader, const char *name)
{
    size_t i;

    doc_put(&reader->kept, "<");
    doc_put(&reader->kept, name);
    for (i = 0; reader->attributes[i]; i += 2)
        doc_put_attribute(&reader->kept, reader->attributes[i], reader->attributes[i + 1]);
    doc_put(&reader->kept, ">");
}

/* The element has been taken from the stack. */
static void keep_end(struct reader *reader, const char *name)
{
    struct doc_rest *rest = open_rest(reader);

    doc_put(&reader->kept, "</");
    doc_put(&reader->kept, name);
    doc_put(&reader->kept, ">");
    if (reader->depth && reader->stack[reader->depth - 1] == PLACE_SKIP)
        return;
    if (rest)
        append_kept(reader, &rest->elements, doc_buffer_take(&reader->kept));
    else
        free(doc_buffer_take(&reader->kept));
}

static bool few_attributes(const char **attributes)
{
    size_t i;

    for (i = 0; attributes[2 * i]; i++)
        if (i == MAX_ATTRIBUTES)
            return false;
    return true;
}

/* --- the parser's calls --------------------------------------------------------------------- */

static void XMLCALL on_start(void *context, const char *name, const char **attributes)
{
    struct reader *reader = context;
    enum place parent = reader->depth ? reader->stack[reader->depth - 1] : PLACE_NONE;
    enum place place;

    if (reader->result != DOC_OK ||
        !expect(reader, reader->depth < MAX_DEPTH && few_attributes(attributes)))
        return;
    reader->attributes = attributes;
    reader->known = 0;
    reader->rest = NULL;
    place = enter(reader, parent, name);
    reader->stack[reader->depth++] = place;
    if (place == PLACE_SKIP)
        keep_start(reader, name);
    else if (reader->backup && reader->rest && reader->result == DOC_OK)
        keep_attributes(reader);
}

static void XMLCALL on_end(void *context, const char *name)
{
    struct reader *reader = context;

    if (reader->result != DOC_OK || !reader->depth)
        return;
    if (reader->stack[--reader->depth] == PLACE_SKIP)
        keep_end(reader, name);
}

static void XMLCALL on_text(void *context, const char *text, int bytes)
{
    struct reader *reader = context;
    char *copy;

    if (!reader->depth || reader->stack[reader->depth - 1] != PLACE_SKIP)
        return;
    copy = copy_bytes(text, (size_t)bytes);
    if (copy)
        doc_put_escaped(&reader->kept, copy);
    else
        fail(reader, DOC_NO_MEMORY);
    free(copy);
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

    if (!bytes || bytes > DOC_MAX_BYTES)
        return DOC_INVALID;
    /* It came through a wide string, so it is UTF-8 whatever its prolog says. */
    reader->parser = XML_ParserCreate("UTF-8");
    if (!reader->parser)
        return DOC_NO_MEMORY;
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_start, on_end);
    XML_SetCharacterDataHandler(reader->parser, on_text);
    XML_SetStartDoctypeDeclHandler(reader->parser, on_doctype);
    status = XML_Parse(reader->parser, text, (int)bytes, XML_TRUE);
    if (status != XML_STATUS_OK && reader->result == DOC_OK)
        reader->result =
            XML_GetErrorCode(reader->parser) == XML_ERROR_NO_MEMORY ? DOC_NO_MEMORY : DOC_INVALID;
    XML_ParserFree(reader->parser);
    free(doc_buffer_take(&reader->kept));
    if (reader->result == DOC_OK && !reader->saw_root)
        reader->result = DOC_INVALID;
    return reader->result;
}

static enum doc_result keep_source(char **source, const char *text, size_t bytes)
{
    *source = copy_bytes(text, bytes);
    return *source ? DOC_OK : DOC_NO_MEMORY;
}

enum doc_result doc_read_writer(struct doc_writer *writer, const char *text, size_t bytes)
{
    struct reader reader = {.writer = writer, .result = DOC_OK};
    enum doc_result result = parse(&reader, text, bytes);

    if (result == DOC_OK && !reader.saw_identification)
        result = DOC_INVALID;
    if (result == DOC_OK)
        result = keep_source(&writer->read_from, text, bytes);
    if (result != DOC_OK)
        doc_writer_fini(writer);
    return result;
}

enum doc_result doc_read_backup(struct doc_backup *backup, const char *text, size_t bytes)
{
    struct reader reader = {.backup = backup, .result = DOC_OK};
    enum doc_result result = parse(&reader, text, bytes);

    if (result == DOC_OK)
        result = keep_source(&backup->read_from, text, bytes);
    if (result != DOC_OK)
        doc_backup_fini(backup);
    return result;
}
