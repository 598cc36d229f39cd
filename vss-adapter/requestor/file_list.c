/*
 * file_list.c - expands the writer's file specifications inside the shadow.
 */
#include "file_list.h"
#include "common/array.h"
#include "common/format.h"
#include "common/report.h"

#include <shlwapi.h>
#include <stdlib.h>
#include <wchar.h>

HRESULT file_list_locate(const struct ntdsvss_settings *settings, const struct writer *writer,
                         struct file_list *list)
{
    HRESULT hr = S_OK;
    size_t i;

    list->sources = calloc(writer->filespec_count, sizeof(*list->sources));
    if (!list->sources)
        return E_OUTOFMEMORY;
    for (i = 0; SUCCEEDED(hr) && i < writer->filespec_count; i++) {
        struct file_source *source = &list->sources[i];

        source->filespec = &writer->filespecs[i];
        hr = volume_place_find(settings, source->filespec->folder, &source->place);
        if (SUCCEEDED(hr))
            list->source_count++;
    }
    return hr;
}

static HRESULT append(struct file_list *list, size_t source, const wchar_t *name)
{
    const struct writer_filespec *filespec = list->sources[source].filespec;
    wchar_t *path;

    if (!array_grow(&list->files, &list->capacity, list->count, sizeof(*list->files)) ||
        !array_grow(&list->file_sources, &list->source_capacity, list->count,
                    sizeof(*list->file_sources)))
        return E_OUTOFMEMORY;
    path = path_join(filespec->folder, name);
    if (!path)
        return E_OUTOFMEMORY;
    list->files[list->count].kind = filespec->kind;
    list->files[list->count].path = path;
    list->file_sources[list->count] = source;
    list->count++;
    return S_OK;
}

static HRESULT find_matches(const struct ntdsvss_settings *settings, struct file_list *list,
                            size_t source, const wchar_t *pattern)
{
    const wchar_t *spec = list->sources[source].filespec->name;
    WIN32_FIND_DATAW found;
    HRESULT hr = S_OK;
    HANDLE search;

    search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE) {
        if (GetLastError() == ERROR_FILE_NOT_FOUND)
            return S_OK;
        return last_error(settings, L"Listing the files in the shadow copy", pattern);
    }
    do {
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
            continue;
        /* The search also matches short (8.3) names, which are not the file's name. */
        if (PathMatchSpecW(found.cFileName, spec))
            hr = append(list, source, found.cFileName);
    } while (SUCCEEDED(hr) && FindNextFileW(search, &found));
    if (SUCCEEDED(hr) && GetLastError() != ERROR_NO_MORE_FILES)
        hr = last_error(settings, L"Listing the files in the shadow copy", pattern);
    FindClose(search);
    return hr;
}

static int compare_path(const void *left, const void *right)
{
    const struct ntdsvss_file *a = left;
    const struct ntdsvss_file *b = right;

    return _wcsicmp(a->path, b->path);
}

void file_list_sort(struct ntdsvss_file *files, size_t count)
{
    size_t i;

    for (i = 1; i < count; i++) {
        if (compare_path(&files[i - 1], &files[i]) > 0) {
            qsort(files, count, sizeof(*files), compare_path);
            return;
        }
    }
}

static const wchar_t *name_of(const struct ntdsvss_file *file)
{
    return wcsrchr(file->path, L'\\') + 1;
}

static int compare_name(const void *left, const void *right)
{
    return _wcsicmp(name_of(left), name_of(right));
}

static bool is_same_folder(const struct file_source *a, const struct file_source *b)
{
    return a->snapshot == b->snapshot && _wcsicmp(a->place.relative, b->place.relative) == 0;
}

static bool is_log(const struct file_list *list, size_t index, const wchar_t *name)
{
    return list->files[index].kind == NTDSVSS_FILE_LOG &&
           _wcsicmp(name_of(&list->files[index]), name) == 0;
}

static bool has_current_log(const struct file_list *list, const struct file_source *folder)
{
    size_t i;

    for (i = 0; i < list->count; i++) {
        if (is_log(list, i, L"edb.log") &&
            is_same_folder(&list->sources[list->file_sources[i]], folder))
            return true;
    }
    return false;
}

/* In edbtmp.log the engine prepares the next log; while edb.log exists nothing needs it. */
static void drop_unfinished_logs(struct file_list *list)
{
    size_t i, kept = 0;

    for (i = 0; i < list->count; i++) {
        if (is_log(list, i, L"edbtmp.log") &&
            has_current_log(list, &list->sources[list->file_sources[i]])) {
            free((void *)list->files[i].path);
            continue;
        }
        list->files[kept] = list->files[i];
        list->file_sources[kept++] = list->file_sources[i];
    }
    list->count = kept;
}

/* The files of a source, which are one after the other: where they begin in the list. */
static size_t files_of(const struct file_list *list, size_t source, size_t end, size_t *count)
{
    size_t first = 0;

    while (first < end && list->file_sources[first] != source)
        first++;
    *count = 0;
    while (first + *count < end && list->file_sources[first + *count] == source)
        (*count)++;
    return first;
}

/* Of the files from first on, those that an earlier specification of the same folder names too. */
static void drop_listed(struct file_list *list, size_t source, size_t first)
{
    size_t earlier, from, count, i, kept;

    for (earlier = 0; earlier < source; earlier++) {
        if (!is_same_folder(&list->sources[earlier], &list->sources[source]))
            continue;
        from = files_of(list, earlier, first, &count);
        for (i = kept = first; i < list->count; i++) {
            if (bsearch(&list->files[i], &list->files[from], count, sizeof(*list->files),
                        compare_name))
                free((void *)list->files[i].path);
            else
                list->files[kept++] = list->files[i];
        }
        list->count = kept;
    }
}

static HRESULT expand_source(const struct ntdsvss_settings *settings,
                             const struct snapshot_set *set, struct file_list *list, size_t source)
{
    const struct file_source *from = &list->sources[source];
    wchar_t *folder = snapshot_folder(&set->snapshots[from->snapshot], from->place.relative);
    wchar_t *pattern = folder ? path_join(folder, from->filespec->name) : NULL;
    size_t first = list->count;
    HRESULT hr = E_OUTOFMEMORY;

    if (pattern)
        hr = find_matches(settings, list, source, pattern);
    if (SUCCEEDED(hr)) {
        file_list_sort(&list->files[first], list->count - first);
        drop_listed(list, source, first);
    }
    free(pattern);
    free(folder);
    return hr;
}

HRESULT file_list_expand(const struct ntdsvss_settings *settings, const struct snapshot_set *set,
                         struct file_list *list, size_t first, size_t end)
{
    HRESULT hr = S_OK;
    size_t i;

    for (i = first; SUCCEEDED(hr) && i < end; i++)
        hr = expand_source(settings, set, list, i);
    drop_unfinished_logs(list);
    return hr;
}

HRESULT file_list_open(const struct ntdsvss_settings *settings, const struct snapshot_set *set,
                       const struct file_list *list, size_t index, HANDLE *file, uint64_t *bytes)
{
    const struct file_source *source;

    if (index >= list->count)
        return E_INVALIDARG;
    source = &list->sources[list->file_sources[index]];
    return snapshot_open(settings, &set->snapshots[source->snapshot], source->place.relative,
                         name_of(&list->files[index]), file, bytes);
}

HRESULT file_list_leave_out(const struct ntdsvss_settings *settings, struct file_list *list,
                            size_t index, const char *reason)
{
    const size_t chars = strlen(reason) + 1;
    wchar_t *wide = malloc(chars * sizeof(*wide));

    if (!wide || !array_grow(&list->left_out, &list->left_out_capacity, list->left_out_count,
                             sizeof(*list->left_out))) {
        free(wide);
        return E_OUTOFMEMORY;
    }
    format_text(wide, chars, L"%hs", reason);
    report_line(settings, NTDSVSS_LEVEL_WARNING, L"%ls is not part of the backup: %ls",
                list->files[index].path, wide);
    list->left_out[list->left_out_count++] =
        (struct ntdsvss_left_out){.path = list->files[index].path, .reason = wide};
    list->files[index].path = NULL;
    return S_OK;
}

void file_list_fini(struct file_list *list)
{
    size_t i;

    for (i = 0; i < list->source_count; i++)
        volume_place_fini(&list->sources[i].place);
    for (i = 0; i < list->count; i++)
        free((void *)list->files[i].path);
    for (i = 0; i < list->left_out_count; i++) {
        free((void *)list->left_out[i].path);
        free((void *)list->left_out[i].reason);
    }
    free(list->sources);
    free(list->files);
    free(list->file_sources);
    free(list->left_out);
    memset(list, 0, sizeof(*list));
}
