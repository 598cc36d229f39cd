/*
 * Compares what a writer's components name with the volumes of a set.
 *
 * Must not know: which writer.
 */
#include "writer_volumes.h"
#include "embedded/base/wide.h"

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* The path with its variables replaced; false when it does not fit. */
static bool expand(const char *path, wchar_t full[MAX_PATH])
{
    wchar_t *wide = wide_from_utf8(path);
    DWORD chars = wide ? ExpandEnvironmentStringsW(wide, full, MAX_PATH) : 0;

    free(wide);
    return chars > 0 && chars <= MAX_PATH;
}

static const struct shadow *find_shadow(const wchar_t *path, const struct shadow *shadows,
                                        size_t count)
{
    wchar_t letter = volume_letter_of_path(path);
    size_t i;

    for (i = 0; letter != 0 && i < count; i++)
        if (shadows[i].volume.letter == letter)
            return &shadows[i];
    return NULL;
}

bool writer_path_in_shadow(const char *path, const struct shadow *shadows, size_t count,
                           wchar_t *in_shadow, size_t chars)
{
    wchar_t full[MAX_PATH];
    wchar_t device[SHADOW_DEVICE_CHARS];
    const struct shadow *shadow;
    int used;

    if (!expand(path, full))
        return false;
    shadow = find_shadow(full, shadows, count);
    if (!shadow)
        return false;
    shadow_device(shadow, device);
    used = _snwprintf(in_shadow, chars, L"%ls%ls", device, full + 2);
    return used > 0 && (size_t)used < chars;
}

struct tally
{
    size_t in;
    size_t out;
};

static void count_files(const struct doc_files *files, const struct shadow *shadows, size_t count,
                        struct tally *tally)
{
    size_t i;

    for (i = 0; i < files->count; i++) {
        wchar_t full[MAX_PATH];

        if (expand(files->items[i].path, full) && find_shadow(full, shadows, count))
            tally->in++;
        else
            tally->out++;
    }
}

static bool is_selected(const struct session_writer *writer,
                        const struct doc_wm_component *component)
{
    /* The lookup does not change anything. */
    struct doc_writer_components *components =
        (struct doc_writer_components *)(uintptr_t)writer->components;

    return doc_find_component(components, component->type, component->logical_path,
                              component->name) != NULL;
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

        if (writer->components && !is_selected(writer, component))
            continue;
        count_files(&component->databases, shadows, count, &tally);
        count_files(&component->logs, shadows, count, &tally);
        count_files(&component->files, shadows, count, &tally);
        if (tally.out > 0 && (tally.in > 0 || writer->components))
            return VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT;
        if (tally.in > 0)
            hr = S_OK;
    }
    return hr;
}
