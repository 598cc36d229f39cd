/*
 * document.c - memory and lookup of the two VSS documents.
 *
 * Must not know XML, Windows or COM.
 */
#include "document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *doc_append(void *items, size_t *count, size_t item_bytes)
{
    bool full = (*count & (*count - 1)) == 0; /* room is for 1, 2, 4, 8 ... items */
    size_t capacity = *count ? *count * 2 : 1;
    char *array;

    memcpy(&array, items, sizeof(array));
    if (full) {
        array = capacity > SIZE_MAX / item_bytes ? NULL : realloc(array, capacity * item_bytes);
        if (!array)
            return NULL;
        memcpy(items, &array, sizeof(array));
    }
    return memset(array + (*count)++ * item_bytes, 0, item_bytes);
}

char *doc_strdup(const char *text)
{
    size_t bytes = text ? strlen(text) + 1 : 0;
    char *copy = text ? malloc(bytes) : NULL;

    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

bool doc_set_text(char **slot, const char *text)
{
    char *copy = doc_strdup(text);

    if (text && !copy)
        return false;
    free(*slot);
    *slot = copy;
    return true;
}

bool doc_files_add(struct doc_files *files, const char *path, const char *filespec,
                   const char *alternate_path, bool recursive, uint32_t backup_type_mask)
{
    struct doc_file *file = doc_append(&files->items, &files->count, sizeof(*file));

    if (!file)
        return false;
    file->recursive = recursive;
    file->backup_type_mask = backup_type_mask;
    return doc_set_text(&file->path, path) && doc_set_text(&file->filespec, filespec) &&
           doc_set_text(&file->alternate_path, alternate_path);
}

static void rest_fini(struct doc_rest *rest)
{
    free(rest->attributes);
    free(rest->elements);
}

static void files_fini(struct doc_files *files)
{
    size_t i;

    for (i = 0; i < files->count; i++) {
        free(files->items[i].path);
        free(files->items[i].filespec);
        free(files->items[i].alternate_path);
        rest_fini(&files->items[i].rest);
    }
    free(files->items);
    memset(files, 0, sizeof(*files));
}

static void wm_component_fini(struct doc_wm_component *component)
{
    size_t i;

    free(component->logical_path);
    free(component->name);
    free(component->caption);
    files_fini(&component->files);
    files_fini(&component->databases);
    files_fini(&component->logs);
    for (i = 0; i < component->dependency_count; i++) {
        free(component->dependencies[i].logical_path);
        free(component->dependencies[i].component_name);
    }
    free(component->dependencies);
}

void doc_writer_fini(struct doc_writer *writer)
{
    size_t i;

    for (i = 0; i < writer->component_count; i++)
        wm_component_fini(&writer->components[i]);
    free(writer->components);
    free(writer->name);
    free(writer->instance_name);
    free(writer->restore.service);
    free(writer->restore.user_procedure);
    files_fini(&writer->include_files);
    files_fini(&writer->exclude_files);
    files_fini(&writer->exclude_from_snapshot);
    files_fini(&writer->alternate_mappings);
    free(writer->read_from);
    memset(writer, 0, sizeof(*writer));
}

static void component_fini(struct doc_component *component)
{
    size_t i;

    files_fini(&component->new_targets);
    files_fini(&component->alternate_mappings);
    rest_fini(&component->rest);
    free(component->logical_path);
    free(component->name);
    for (i = 0; i < DOC_TEXT_COUNT; i++)
        free(component->texts[i]);
}

void doc_writer_components_fini(struct doc_writer_components *writer)
{
    size_t i;

    for (i = 0; i < writer->component_count; i++)
        component_fini(&writer->components[i]);
    free(writer->components);
    free(writer->instance_name);
    free(writer->writer_id_text);
    free(writer->instance_id_text);
    rest_fini(&writer->rest);
    memset(writer, 0, sizeof(*writer));
}

void doc_backup_fini(struct doc_backup *backup)
{
    size_t i;

    for (i = 0; i < backup->writer_count; i++)
        doc_writer_components_fini(&backup->writers[i]);
    free(backup->writers);
    free(backup->set_id_text);
    rest_fini(&backup->rest);
    free(backup->read_from);
    memset(backup, 0, sizeof(*backup));
}

static bool files_copy(struct doc_files *to, const struct doc_files *from)
{
    bool ok = true;
    size_t i;

    for (i = 0; ok && i < from->count; i++) {
        const struct doc_file *file = &from->items[i];

        ok = doc_files_add(to, file->path, file->filespec, file->alternate_path, file->recursive,
                           file->backup_type_mask);
    }
    return ok;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_name(const char *a, const char *b)
{
    size_t a_chars = strlen(a);
    size_t b_chars = strlen(b);
    bool same;
    size_t i;

    a_chars -= a_chars > 0 && a[a_chars - 1] == '\\';
    b_chars -= b_chars > 0 && b[b_chars - 1] == '\\';
    same = a_chars == b_chars;
    for (i = 0; same && i < a_chars; i++)
        same = lower(a[i]) == lower(b[i]);
    return same;
}

bool doc_files_have(const struct doc_files *files, const char *path, const char *filespec,
                    bool recursive)
{
    size_t i;

    for (i = 0; i < files->count; i++)
        if (files->items[i].recursive == recursive && same_name(files->items[i].path, path) &&
            same_name(files->items[i].filespec, filespec))
            return true;
    return false;
}

static bool component_copy(struct doc_component *to, const struct doc_component *from)
{
    bool ok;
    size_t i;

    to->type = from->type;
    to->backup_succeeded = from->backup_succeeded;
    to->selected_for_restore = from->selected_for_restore;
    to->additional_restores = from->additional_restores;
    to->file_restore_status = from->file_restore_status;
    ok = doc_set_text(&to->logical_path, from->logical_path) &&
         doc_set_text(&to->name, from->name) && files_copy(&to->new_targets, &from->new_targets) &&
         files_copy(&to->alternate_mappings, &from->alternate_mappings);
    for (i = 0; ok && i < DOC_TEXT_COUNT; i++)
        ok = doc_set_text(&to->texts[i], from->texts[i]);
    return ok;
}

bool doc_writer_components_copy(struct doc_writer_components *to,
                                const struct doc_writer_components *from)
{
    bool ok;
    size_t i;

    to->writer_id = from->writer_id;
    to->instance_id = from->instance_id;
    to->backup_schema = from->backup_schema;
    ok = doc_set_text(&to->instance_name, from->instance_name);
    for (i = 0; ok && i < from->component_count; i++) {
        struct doc_component *component =
            doc_append(&to->components, &to->component_count, sizeof(*component));

        ok = component && component_copy(component, &from->components[i]);
    }
    if (!ok)
        doc_writer_components_fini(to);
    return ok;
}

bool doc_guid_equal(const struct doc_guid *a, const struct doc_guid *b)
{
    return a->data1 == b->data1 && a->data2 == b->data2 && a->data3 == b->data3 &&
           memcmp(a->data4, b->data4, sizeof(a->data4)) == 0;
}

void doc_guid_format(const struct doc_guid *guid, char text[DOC_GUID_CHARS])
{
    const uint8_t *d = guid->data4;

    snprintf(text, DOC_GUID_CHARS, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             (unsigned int)guid->data1, guid->data2, guid->data3, d[0], d[1], d[2], d[3], d[4],
             d[5], d[6], d[7]);
}

bool doc_guid_parse(struct doc_guid *guid, const char *text)
{
    static const char pattern[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[16] = {0};
    size_t count = 0;
    size_t chars = strlen(text);
    const char *digit;
    size_t i;

    if (chars == sizeof(pattern) + 1 && text[0] == '{' && text[chars - 1] == '}') {
        text++;
        chars -= 2;
    }
    if (chars != sizeof(pattern) - 1)
        return false;
    for (i = 0; i < chars; i++) {
        digit = text[i] ? strchr(digits, lower(text[i])) : NULL;
        if (pattern[i] == '-' ? text[i] != '-' : !digit)
            return false;
        if (!digit)
            continue;
        bytes[count / 2] =
            (uint8_t)((unsigned int)bytes[count / 2] << 4 | (size_t)(digit - digits));
        count++;
    }
    guid->data1 =
        (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    guid->data2 = (uint16_t)(bytes[4] << 8 | bytes[5]);
    guid->data3 = (uint16_t)(bytes[6] << 8 | bytes[7]);
    memcpy(guid->data4, bytes + 8, 8);
    return true;
}

/* An unset path equals the empty one. */
static bool same_path(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

struct doc_component *doc_find_component(const struct doc_writer_components *writer, uint32_t type,
                                         const char *logical_path, const char *name)
{
    size_t i;

    for (i = 0; i < writer->component_count; i++) {
        struct doc_component *c = &writer->components[i];

        if (c->type == type && same_path(c->logical_path, logical_path) && same_path(c->name, name))
            return c;
    }
    return NULL;
}

struct doc_wm_component *doc_find_wm_component(const struct doc_writer *writer, uint32_t type,
                                               const char *logical_path, const char *name)
{
    size_t i;

    for (i = 0; i < writer->component_count; i++) {
        struct doc_wm_component *c = &writer->components[i];

        if (c->type == type && same_path(c->logical_path, logical_path) && same_path(c->name, name))
            return c;
    }
    return NULL;
}

struct doc_writer_components *doc_find_writer(const struct doc_backup *backup,
                                              const struct doc_guid *writer_id,
                                              const struct doc_guid *instance_id)
{
    size_t i;

    for (i = 0; i < backup->writer_count; i++) {
        struct doc_writer_components *w = &backup->writers[i];

        if (doc_guid_equal(&w->writer_id, writer_id) &&
            (!instance_id || doc_guid_equal(&w->instance_id, instance_id)))
            return w;
    }
    return NULL;
}
