/*
 * names.c - builds lists of names and understands names.
 */
#include "names.h"

#include "host/allocation.h"

#include <windows.h>
#include <stdlib.h>

static bool is_drive_path(const wchar_t *path)
{
    return ((path[0] >= L'A' && path[0] <= L'Z') || (path[0] >= L'a' && path[0] <= L'z')) &&
           path[1] == L':';
}

/* "\\HOST\X$" for "X:"; a path that has no drive letter is taken as it is. */
static size_t put_unc(wchar_t *out, const wchar_t *local, const wchar_t *host)
{
    size_t host_chars = wcslen(host);
    size_t used = 0;

    if (is_drive_path(local)) {
        wmemcpy(out, L"\\\\", 2);
        wmemcpy(out + 2, host, host_chars);
        out[2 + host_chars] = L'\\';
        out[3 + host_chars] = local[0];
        out[4 + host_chars] = L'$';
        used = 5 + host_chars;
        local += 2;
    }
    wmemcpy(out + used, local, wcslen(local) + 1);
    return used + wcslen(local) + 1;
}

static size_t entry_chars_max(const struct name *name, size_t host_chars)
{
    return 1 + 5 + host_chars + wcslen(name->local) + 1;
}

wchar_t *names_build(const struct name *names, size_t count, const wchar_t *host,
                     size_t *char_count)
{
    size_t host_chars = wcslen(host);
    size_t capacity = 2, used = 0;
    wchar_t *list;
    size_t i;

    for (i = 0; i < count; i++)
        capacity += entry_chars_max(&names[i], host_chars);
    list = allocation_create(capacity * sizeof(*list));
    if (!list)
        return NULL;
    for (i = 0; i < count; i++) {
        list[used++] = names[i].bft;
        used += put_unc(list + used, names[i].local, host);
    }
    list[used++] = 0;
    if (used == 1)
        list[used++] = 0;
    *char_count = used;
    return list;
}

/* The bytes of text in the ANSI code page with terminator; 0 where it cannot hold it. */
static size_t to_ansi(const wchar_t *text, char *out, size_t out_bytes)
{
    BOOL replaced = FALSE;
    /* UTF-8 as the ANSI code page holds everything, and takes no default character. */
    bool utf8 = GetACP() == CP_UTF8;
    int byte_count =
        WideCharToMultiByte(CP_ACP, utf8 ? WC_ERR_INVALID_CHARS : WC_NO_BEST_FIT_CHARS, text, -1,
                            out, (int)out_bytes, NULL, utf8 ? NULL : &replaced);

    return replaced || byte_count < 0 ? 0 : (size_t)byte_count;
}

char *names_build_ansi(const struct name *names, size_t count, const wchar_t *host,
                       size_t *byte_count, bool *unconvertible)
{
    wchar_t *unc = NULL;
    size_t capacity = 2, used = 0, longest = 0;
    char *list = NULL;
    size_t i, entry_chars, entry_bytes;

    *unconvertible = false;
    for (i = 0; i < count; i++) {
        entry_chars = entry_chars_max(&names[i], wcslen(host));
        capacity += entry_chars * 4; /* no code page needs more bytes for one UTF-16 unit */
        if (entry_chars > longest)
            longest = entry_chars;
    }
    unc = malloc((longest + 1) * sizeof(*unc));
    list = allocation_create(capacity);
    if (!unc || !list)
        goto fail;
    for (i = 0; i < count; i++) {
        put_unc(unc, names[i].local, host);
        list[used++] = (char)names[i].bft;
        entry_bytes = to_ansi(unc, list + used, capacity - used);
        if (!entry_bytes) {
            *unconvertible = true;
            goto fail;
        }
        used += entry_bytes;
    }
    list[used++] = 0;
    if (used == 1)
        list[used++] = 0;
    free(unc);
    *byte_count = used;
    return list;
fail:
    allocation_free(list);
    free(unc);
    return NULL;
}

int names_compare(const wchar_t *left, const wchar_t *right)
{
    return CompareStringOrdinal(left, -1, right, -1, TRUE) - CSTR_EQUAL;
}

wchar_t *names_to_local(const wchar_t *given, const wchar_t *host)
{
    size_t host_chars = wcslen(host);
    wchar_t *local;

    if (given[0] && ((given[1] == L'\\' && given[2] == L'\\') || is_drive_path(given + 1)))
        given++;
    if (given[0] == L'\\' && given[1] == L'\\' &&
        CompareStringOrdinal(given + 2, (int)wcsnlen(given + 2, host_chars), host, (int)host_chars,
                             TRUE) == CSTR_EQUAL &&
        given[2 + host_chars] == L'\\' && given[3 + host_chars] && given[4 + host_chars] == L'$' &&
        given[5 + host_chars] == L'\\') {
        local = _wcsdup(given + 3 + host_chars);
        if (local)
            local[1] = L':';
        return local;
    }
    return _wcsdup(given);
}
