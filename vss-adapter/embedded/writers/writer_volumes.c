/*
 * writer_volumes.c - compares the files of a writer's components with the volumes of a set.
 *
 * Must not know the writer classes.
 */
#include "writer_volumes.h"
#include "common/format.h"
#include "embedded/base/wide.h"

#include <stdlib.h>

/* The path with its variables replaced; free it with free. NULL: out of memory. */
static wchar_t *expand(const wchar_t *path)
{
    DWORD chars = ExpandEnvironmentStringsW(path, NULL, 0);
    wchar_t *full = chars ? malloc(chars * sizeof(*full)) : NULL;

    if (full)
        ExpandEnvironmentStringsW(path, full, chars);
    return full;
}

static const struct shadow *find_shadow(const wchar_t *full, const struct shadow *shadows,
                                        size_t count)
{
    wchar_t letter = volume_letter_of_path(full);
    size_t i;

    for (i = 0; letter && i < count; i++)
        if (shadows[i].volume.letter == letter)
            return &shadows[i];
    return NULL;
}

/* Whether a name of the path behind its device is a link: it may lead out of the shadow. */
static bool has_link(wchar_t *path, size_t device_chars)
{
    wchar_t *at = path + device_chars;
    bool found = false;
    DWORD attributes;
    wchar_t *end;

    while (!found && at && *at) {
        end = wcschr(at + 1, L'\\');
        if (end)
            *end = 0;
        attributes = GetFileAttributesW(path);
        found = attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_REPARSE_POINT;
        if (end)
            *end = L'\\';
        at = end;
    }
    return found;
}

bool writer_path_in_shadow(const wchar_t *path, const struct shadow *shadows, size_t count,
                           wchar_t *in_shadow, size_t chars)
{
    wchar_t *full = expand(path);
    const struct shadow *shadow = full ? find_shadow(full, shadows, count) : NULL;
    wchar_t device[SHADOW_DEVICE_CHARS];
    bool found = false;

    if (shadow) {
        shadow_device(shadow, device);
        found = format_text(in_shadow, chars, L"%ls%ls", device, full + 2) &&
                !has_link(in_shadow, wcslen(device));
    }
    free(full);
    return found;
}

struct tally
{
    size_t in;
    size_t out;
};

static void count_files(const struct doc_files *files, const struct shadow *shadows, size_t count,
                        struct tally *tally)
{
    wchar_t *path, *full;
    size_t i;

    for (i = 0; i < files->count; i++) {
        path = wide_from_utf8(files->items[i].path);
        full = path ? expand(path) : NULL;
        if (full && find_shadow(full, shadows, count))
            tally->in++;
        else
            tally->out++;
        free(full);
        free(path);
    }
}

HRESULT writer_check_volumes(const struct session_writer *writer, const struct shadow *shadows,
                             size_t count)
{
    const struct doc_writer *document = &writer->metadata->document;
    HRESULT hr = writer->components ? S_OK : S_FALSE;
    size_t i;

    for (i = 0; i < document->component_count; i++) {
        const struct doc_wm_component *component = &document->components[i];
        struct tally tally = {0, 0};

        if (writer->components && !doc_find_component(writer->components, component->type,
                                                      component->logical_path, component->name))
            continue;
        count_files(&component->databases, shadows, count, &tally);
        count_files(&component->logs, shadows, count, &tally);
        count_files(&component->files, shadows, count, &tally);
        if (tally.out && (tally.in || writer->components))
            return VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT;
        if (tally.in)
            hr = S_OK;
    }
    return hr;
}
