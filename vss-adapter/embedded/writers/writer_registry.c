/*
 * writer_registry.c - a writer that the registry describes.
 *
 * The values of its key describe it, and each subkey of Components is a component (README.md). Must
 * not know the session.
 */
#include "session_writer.h"
#include "common/format.h"
#include "common/registry_text.h"
#include "embedded/base/embedded_settings.h"
#include "embedded/base/wide.h"
#include "writer_volumes.h"

#include <stdlib.h>
#include <string.h>
#include <vswriter.h>
#include <wchar.h>

#define PATH_CHARS  32768 /* the longest path that Windows knows, with its terminator */
#define FIELD_COUNT 5
#define MAX_DEPTH   64

static bool registry_is_present(const struct writer_source *source)
{
    wchar_t service[256];
    wchar_t id[WIDE_GUID_CHARS + 1];
    HRESULT hr;

    if (embedded_settings_string(source->key, L"WriterId", NULL, id, ARRAYSIZE(id)) != S_OK)
        return false;
    hr = embedded_settings_string(source->key, L"Service", NULL, service, ARRAYSIZE(service));
    return hr == S_FALSE || (hr == S_OK && writer_service_runs(service));
}

/* --- reading --------------------------------------------------------------------------------- */

/* Copies a text of the key into the document, if there is one. */
static bool read_text(const wchar_t *key, const wchar_t *name, char **out)
{
    wchar_t *wide = NULL;
    LSTATUS status = registry_read_text(HKEY_LOCAL_MACHINE, key, name, &wide);
    char *text = wide && *wide ? wide_to_utf8(wide) : NULL;
    bool ok = wide && *wide ? text && doc_set_text(out, text) : status != ERROR_NOT_ENOUGH_MEMORY;

    free(text);
    free(wide);
    return ok;
}

/* Cuts "a|b|c" in place; missing fields are empty. */
static void cut(char *line, char *fields[FIELD_COUNT])
{
    size_t i;

    for (i = 0; i < FIELD_COUNT; i++) {
        fields[i] = line;
        line += strcspn(line, "|");
        if (*line == '|')
            *line++ = 0;
    }
}

/* "path|file specification|r if recursive|alternate path|backup type mask" */
static bool add_file(void *context, char *line)
{
    uint32_t mask = VSS_FSBT_ALL_BACKUP_REQUIRED | VSS_FSBT_ALL_SNAPSHOT_REQUIRED;
    char *fields[FIELD_COUNT];
    bool recursive;

    cut(line, fields);
    if (fields[4][0])
        mask = (uint32_t)strtoul(fields[4], NULL, 0);
    recursive = fields[2][0] == 'r' || fields[2][0] == 'R';
    return doc_files_add(context, fields[0], fields[1][0] ? fields[1] : "*",
                         fields[3][0] ? fields[3] : NULL, recursive, mask);
}

/* "{writer}|logical path|component"; left out if the writer is not an id. */
static bool add_dependency(void *context, char *line)
{
    struct doc_wm_component *component = context;
    struct doc_dependency *dependency;
    char *fields[FIELD_COUNT];
    struct doc_guid id;

    cut(line, fields);
    if (!doc_guid_parse(&id, fields[0]))
        return true;
    dependency =
        doc_append(&component->dependencies, &component->dependency_count, sizeof(*dependency));
    if (!dependency)
        return false;
    dependency->writer_id = id;
    return (!fields[1][0] || doc_set_text(&dependency->logical_path, fields[1])) &&
           doc_set_text(&dependency->component_name, fields[2]);
}

/* Every line of a REG_MULTI_SZ. */
static bool read_lines(const wchar_t *key, const wchar_t *name, bool (*add)(void *, char *),
                       void *context)
{
    wchar_t *list = embedded_settings_list(key, name);
    const wchar_t *line;
    bool ok = true;
    char *text;

    for (line = list; ok && line && *line; line += wcslen(line) + 1) {
        text = wide_to_utf8(line);
        ok = text && add(context, text);
        free(text);
    }
    free(list);
    return ok;
}

static HRESULT read_component(const wchar_t *key, const wchar_t *name, void *context)
{
    struct doc_writer *document = context;
    struct doc_wm_component *component =
        doc_append(&document->components, &document->component_count, sizeof(*component));
    wchar_t type[32];
    bool ok;

    if (!component)
        return E_OUTOFMEMORY;
    embedded_settings_string(key, L"Type", NULL, type, ARRAYSIZE(type));
    component->type =
        _wcsicmp(type, L"database") == 0 ? DOC_COMPONENT_DATABASE : DOC_COMPONENT_FILEGROUP;
    component->selectable = embedded_settings_number(key, L"Selectable", 1);
    component->selectable_for_restore = embedded_settings_number(key, L"SelectableForRestore", 0);
    component->restore_metadata = embedded_settings_number(key, L"RestoreMetadata", 0);
    component->notify_on_backup_complete =
        embedded_settings_number(key, L"NotifyOnBackupComplete", 0);
    component->flags = embedded_settings_number(key, L"Flags", 0);
    component->name = wide_to_utf8(name);
    ok = component->name && read_text(key, L"Name", &component->name) &&
         read_text(key, L"LogicalPath", &component->logical_path) &&
         read_text(key, L"Caption", &component->caption) &&
         read_lines(key, L"Files", add_file, &component->files) &&
         read_lines(key, L"DatabaseFiles", add_file, &component->databases) &&
         read_lines(key, L"LogFiles", add_file, &component->logs) &&
         read_lines(key, L"Dependencies", add_dependency, component);
    return ok ? S_OK : E_OUTOFMEMORY;
}

static HRESULT registry_describe(const struct writer_source *source, struct doc_writer *document)
{
    const wchar_t *key = source->key;
    wchar_t components[SETTINGS_KEY_CHARS];
    wchar_t text[WIDE_GUID_CHARS + 1];
    GUID instance;
    bool ok;

    document->writer_id = wide_doc_guid(&source->id);
    if (embedded_settings_string(key, L"InstanceId", NULL, text, ARRAYSIZE(text)) == S_OK &&
        wide_guid_parse(text, &instance))
        document->instance_id = wide_doc_guid(&instance);
    document->usage = embedded_settings_number(key, L"UsageType", VSS_UT_USERDATA);
    document->source = embedded_settings_number(key, L"SourceType", VSS_ST_OTHER);
    document->backup_schema = embedded_settings_number(key, L"BackupSchema", 0);
    document->major_version = embedded_settings_number(key, L"MajorVersion", 0);
    document->minor_version = embedded_settings_number(key, L"MinorVersion", 0);
    document->restore.method = embedded_settings_number(key, L"RestoreMethod", 0);
    document->restore.writer_restore =
        embedded_settings_number(key, L"WriterRestore", VSS_WRE_NEVER);
    document->restore.reboot_required = embedded_settings_number(key, L"RebootRequired", 0);
    document->name = wide_to_utf8(wcsrchr(key, L'\\') + 1);
    ok = document->name && read_text(key, L"Name", &document->name) &&
         read_text(key, L"InstanceName", &document->instance_name) &&
         read_text(key, L"RestoreService", &document->restore.service) &&
         read_text(key, L"RestoreProcedure", &document->restore.user_procedure) &&
         read_lines(key, L"IncludeFiles", add_file, &document->include_files) &&
         read_lines(key, L"ExcludeFiles", add_file, &document->exclude_files) &&
         read_lines(key, L"ExcludeFromSnapshot", add_file, &document->exclude_from_snapshot) &&
         read_lines(key, L"AlternateLocations", add_file, &document->alternate_mappings);
    if (!ok)
        return E_OUTOFMEMORY;
    format_text(components, ARRAYSIZE(components), L"%ls\\Components", key);
    return embedded_settings_each_key(components, read_component, document);
}

/* --- phases ---------------------------------------------------------------------------------- */

static HRESULT registry_prepare_backup(struct session_writer *writer,
                                       struct doc_writer_components *components)
{
    bool ok = true;
    size_t i;

    for (i = 0; components && ok && i < components->component_count; i++) {
        struct doc_component *component = &components->components[i];

        ok = read_text(writer->source.key, L"BackupMetadata",
                       &component->texts[DOC_TEXT_BACKUP_METADATA]);
    }
    return ok ? S_OK : VSS_E_WRITERERROR_OUTOFRESOURCES;
}

/* Called for each result of a search, at path. False ends the search with a failure. */
typedef bool (*visit_function)(wchar_t *path, const WIN32_FIND_DATAW *found,
                               const wchar_t *filespec, unsigned depth);

/* Visits the matches of the pattern in the folder path, a buffer of PATH_CHARS. */
static bool each_match(wchar_t *path, const wchar_t *pattern, visit_function visit,
                       const wchar_t *filespec, unsigned depth)
{
    size_t chars = wcslen(path);
    bool ok = format_text(path + chars, PATH_CHARS - chars, L"\\%ls", pattern);
    WIN32_FIND_DATAW found;
    HANDLE search = ok ? FindFirstFileW(path, &found) : INVALID_HANDLE_VALUE;
    bool more;

    for (more = search != INVALID_HANDLE_VALUE; ok && more; more = FindNextFileW(search, &found))
        ok = format_text(path + chars, PATH_CHARS - chars, L"\\%ls", found.cFileName) &&
             visit(path, &found, filespec, depth);
    ok = ok && (search == INVALID_HANDLE_VALUE || GetLastError() == ERROR_NO_MORE_FILES);
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    path[chars] = 0;
    return ok;
}

static bool remove_file(wchar_t *path, const WIN32_FIND_DATAW *found, const wchar_t *filespec,
                        unsigned depth)
{
    (void)filespec;
    (void)depth;
    if (!(found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)) {
        SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL);
        DeleteFileW(path);
    }
    return true;
}

/* Removes the matches in the folder and below it. Links are not followed. */
static bool remove_below(wchar_t *path, const WIN32_FIND_DATAW *found, const wchar_t *filespec,
                         unsigned depth)
{
    if (!(found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) ||
        (found->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) || depth == MAX_DEPTH ||
        wcscmp(found->cFileName, L".") == 0 || wcscmp(found->cFileName, L"..") == 0)
        return true;
    return each_match(path, filespec, remove_file, filespec, depth) &&
           each_match(path, L"*", remove_below, filespec, depth + 1);
}

static HRESULT remove_files(wchar_t *path, const struct doc_file *file, const wchar_t *filespec)
{
    size_t chars = wcslen(path);
    bool ok;

    if (chars && path[chars - 1] == L'\\')
        path[chars - 1] = 0;
    ok = each_match(path, filespec, remove_file, filespec, 0) &&
         (!file->recursive || each_match(path, L"*", remove_below, filespec, 0));
    return ok ? S_OK : VSS_E_WRITERERROR_NONRETRYABLE;
}

/* MS docs: files that a writer excludes from shadow copies are deleted from them. */
static HRESULT registry_post_snapshot(struct session_writer *writer, const struct shadow *shadows,
                                      size_t count)
{
    const struct doc_files *files = &writer->metadata->document.exclude_from_snapshot;
    wchar_t *in_shadow = malloc(PATH_CHARS * sizeof(*in_shadow));
    HRESULT hr = in_shadow ? S_OK : VSS_E_WRITERERROR_OUTOFRESOURCES;
    wchar_t *path, *filespec;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < files->count; i++) {
        path = wide_from_utf8(files->items[i].path);
        filespec = wide_from_utf8(files->items[i].filespec);
        if (!path || !filespec)
            hr = VSS_E_WRITERERROR_OUTOFRESOURCES;
        else if (writer_path_in_shadow(path, shadows, count, in_shadow, PATH_CHARS))
            hr = remove_files(in_shadow, &files->items[i], filespec);
        free(filespec);
        free(path);
    }
    free(in_shadow);
    return hr;
}

const struct writer_class writer_registry_class = {
    .is_present = registry_is_present,
    .describe = registry_describe,
    .prepare_backup = registry_prepare_backup,
    .post_snapshot = registry_post_snapshot,
};
