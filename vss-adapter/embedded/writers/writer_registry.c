/*
 * A writer that the registry describes.
 *
 * Its key holds what the writer would say about itself, its subkeys below Components one component
 * each (README). Must not know: COM objects, who asks.
 */
#include "session_writer.h"
#include "embedded/base/embedded_settings.h"
#include "embedded/base/wide.h"
#include "writer_volumes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vswriter.h>
#include <wchar.h>

#define TEXT_CHARS  512
#define PATH_CHARS  (SHADOW_DEVICE_CHARS + 2 * MAX_PATH)
#define FIELD_COUNT 5
#define MAX_DEPTH   64

static bool registry_is_present(const struct writer_source *source)
{
    wchar_t service[256];
    wchar_t id[WIDE_GUID_CHARS + 1];

    if (!embedded_settings_string(source->key, L"WriterId", NULL, id, ARRAYSIZE(id)))
        return false;
    if (!embedded_settings_string(source->key, L"Service", NULL, service, ARRAYSIZE(service)))
        return true;
    return writer_service_runs(service);
}

/* --- reading --------------------------------------------------------------------------------- */

/* A text of the key into the document; left alone where there is none. */
static bool read_text(const wchar_t *key, const wchar_t *name, char **out)
{
    wchar_t wide[TEXT_CHARS];
    char *text;
    bool ok;

    if (!embedded_settings_string(key, name, NULL, wide, ARRAYSIZE(wide)))
        return true;
    text = wide_to_utf8(wide);
    ok = text && doc_set_text(out, text);
    free(text);
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

/* "path|file specification|r, where recursive|alternate path|backup type mask" */
static bool add_file(void *context, char *line)
{
    struct doc_files *files = context;
    char *fields[FIELD_COUNT];
    uint32_t mask;
    bool recursive;

    cut(line, fields);
    mask = VSS_FSBT_ALL_BACKUP_REQUIRED | VSS_FSBT_ALL_SNAPSHOT_REQUIRED;
    if (fields[4][0])
        mask = (uint32_t)strtoul(fields[4], NULL, 0);
    recursive = fields[2][0] == 'r' || fields[2][0] == 'R';
    if (!doc_files_add(files, fields[0], fields[1][0] ? fields[1] : "*", recursive, mask))
        return false;
    return !fields[3][0] || doc_set_text(&files->items[files->count - 1].alternate_path, fields[3]);
}

/* "{writer}|logical path|component"; one whose writer is no id is left out. */
static bool add_dependency(void *context, char *line)
{
    struct doc_wm_component *component = context;
    char *fields[FIELD_COUNT];
    struct doc_guid id;
    struct doc_dependency *dependency;

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
    bool ok = true;
    wchar_t *list = embedded_settings_list(key, name);
    const wchar_t *line;

    for (line = list; ok && line && *line; line += wcslen(line) + 1) {
        char *text = wide_to_utf8(line);

        ok = text && add(context, text);
        free(text);
    }
    free(list);
    return ok;
}

static bool read_component(const wchar_t *key, const wchar_t *leaf, struct doc_writer *document)
{
    wchar_t type[32];
    struct doc_wm_component *component =
        doc_append(&document->components, &document->component_count, sizeof(*component));

    if (!component)
        return false;
    embedded_settings_string(key, L"Type", NULL, type, ARRAYSIZE(type));
    component->type =
        _wcsicmp(type, L"database") == 0 ? DOC_COMPONENT_DATABASE : DOC_COMPONENT_FILEGROUP;
    component->selectable = embedded_settings_number(key, L"Selectable", 1) != 0;
    component->selectable_for_restore =
        embedded_settings_number(key, L"SelectableForRestore", 0) != 0;
    component->restore_metadata = embedded_settings_number(key, L"RestoreMetadata", 0) != 0;
    component->notify_on_backup_complete =
        embedded_settings_number(key, L"NotifyOnBackupComplete", 0) != 0;
    component->flags = embedded_settings_number(key, L"Flags", 0);
    component->name = wide_to_utf8(leaf);
    return component->name && read_text(key, L"Name", &component->name) &&
           read_text(key, L"LogicalPath", &component->logical_path) &&
           read_text(key, L"Caption", &component->caption) &&
           read_lines(key, L"Files", add_file, &component->files) &&
           read_lines(key, L"DatabaseFiles", add_file, &component->databases) &&
           read_lines(key, L"LogFiles", add_file, &component->logs) &&
           read_lines(key, L"Dependencies", add_dependency, component);
}

static bool read_components(const wchar_t *key, struct doc_writer *document)
{
    wchar_t parent[WRITER_KEY_CHARS + 16];
    wchar_t leaf[128];
    HKEY components = NULL;
    bool ok = true;
    DWORD i;

    _snwprintf(parent, ARRAYSIZE(parent), L"%ls\\Components", key);
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, parent, 0, KEY_READ, &components) != ERROR_SUCCESS)
        return true;
    for (i = 0; ok; i++) {
        DWORD chars = ARRAYSIZE(leaf);
        wchar_t child[WRITER_KEY_CHARS + 16 + ARRAYSIZE(leaf)];

        if (RegEnumKeyExW(components, i, leaf, &chars, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
            break;
        _snwprintf(child, ARRAYSIZE(child), L"%ls\\%ls", parent, leaf);
        ok = read_component(child, leaf, document);
    }
    RegCloseKey(components);
    return ok;
}

static HRESULT registry_describe(const struct writer_source *source, struct doc_writer *document)
{
    const wchar_t *key = source->key;
    wchar_t text[WIDE_GUID_CHARS + 1];
    GUID instance;
    bool ok;

    document->writer_id = wide_doc_guid(&source->id);
    if (embedded_settings_string(key, L"InstanceId", NULL, text, ARRAYSIZE(text)) &&
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
    document->restore.reboot_required = embedded_settings_number(key, L"RebootRequired", 0) != 0;
    document->name = wide_to_utf8(wcsrchr(key, L'\\') + 1);
    ok = document->name && read_text(key, L"Name", &document->name) &&
         read_text(key, L"InstanceName", &document->instance_name) &&
         read_text(key, L"RestoreService", &document->restore.service) &&
         read_text(key, L"RestoreProcedure", &document->restore.user_procedure) &&
         read_lines(key, L"IncludeFiles", add_file, &document->include_files) &&
         read_lines(key, L"ExcludeFiles", add_file, &document->exclude_files) &&
         read_lines(key, L"ExcludeFromSnapshot", add_file, &document->exclude_from_snapshot) &&
         read_lines(key, L"AlternateLocations", add_file, &document->alternate_mappings) &&
         read_components(key, document);
    return ok ? S_OK : E_OUTOFMEMORY;
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

/* Removes what matches from a folder of a shadow; links are not followed. `path` has PATH_CHARS and
 * is as before afterwards. */
static void remove_matching(wchar_t *path, const wchar_t *filespec, bool recursive, unsigned depth)
{
    WIN32_FIND_DATAW found;
    size_t chars = wcslen(path);
    HANDLE search;
    bool more;

    _snwprintf(path + chars, PATH_CHARS - chars, L"\\%ls", filespec);
    search = FindFirstFileW(path, &found);
    for (more = search != INVALID_HANDLE_VALUE; more; more = FindNextFileW(search, &found)) {
        _snwprintf(path + chars, PATH_CHARS - chars, L"\\%ls", found.cFileName);
        if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
            SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL);
            DeleteFileW(path);
        }
    }
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    wcscpy(path + chars, L"\\*");
    search = recursive && depth < MAX_DEPTH ? FindFirstFileW(path, &found) : INVALID_HANDLE_VALUE;
    for (more = search != INVALID_HANDLE_VALUE; more; more = FindNextFileW(search, &found)) {
        bool is_folder = (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0 &&
                         (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0;

        if (!is_folder || wcscmp(found.cFileName, L".") == 0 ||
            wcscmp(found.cFileName, L"..") == 0 ||
            chars + wcslen(found.cFileName) + MAX_PATH / 2 > PATH_CHARS)
            continue;
        _snwprintf(path + chars, PATH_CHARS - chars, L"\\%ls", found.cFileName);
        remove_matching(path, filespec, true, depth + 1);
    }
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    path[chars] = 0;
}

/* MS docs: files that a writer excludes from shadow copies are deleted from them. */
static HRESULT registry_post_snapshot(struct session_writer *writer, const struct shadow *shadows,
                                      size_t count)
{
    const struct doc_files *files = &writer->metadata->document.exclude_from_snapshot;
    size_t i;

    for (i = 0; i < files->count; i++) {
        wchar_t path[PATH_CHARS];
        size_t chars;
        wchar_t *filespec;

        if (!writer_path_in_shadow(files->items[i].path, shadows, count, path,
                                   PATH_CHARS - MAX_PATH))
            continue;
        chars = wcslen(path);
        if (chars > 0 && path[chars - 1] == L'\\')
            path[chars - 1] = 0;
        filespec = wide_from_utf8(files->items[i].filespec);
        if (!filespec)
            return VSS_E_WRITERERROR_OUTOFRESOURCES;
        if (wcslen(filespec) < MAX_PATH / 2)
            remove_matching(path, filespec, files->items[i].recursive, 0);
        free(filespec);
    }
    return S_OK;
}

const struct writer_class writer_registry_class = {
    .is_present = registry_is_present,
    .describe = registry_describe,
    .prepare_backup = registry_prepare_backup,
    .post_snapshot = registry_post_snapshot,
};
