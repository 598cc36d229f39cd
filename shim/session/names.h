/*
 * names.h - the lists of names that callers get, and the names that callers give back.
 *
 * Knows strings only; what a BFT character means is the caller's business.
 */
#ifndef NTDSBCLI_NAMES_H
#define NTDSBCLI_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* One file or folder: its kind and its local path ("X:\..."). */
struct name
{
    wchar_t bft;
    const wchar_t *local;
};

/*
 * The list of names[0..count-1] for the computer host: double-zero-terminated, each entry the BFT
 * character and "\\HOST\X$\...". *char_count counts every terminator. An empty list is two zeros.
 * NULL: out of memory. Free it with allocation_free.
 */
wchar_t *names_build(const struct name *names, size_t count, const wchar_t *host,
                     size_t *char_count);

/*
 * The same list in the ANSI code page; the BFT character is copied as a byte, before any conversion
 * (0x82 is a lead byte in some code pages). *unconvertible tells that the code page cannot hold a
 * path; NULL is returned then and where memory is out. Free it with allocation_free.
 */
char *names_build_ansi(const struct name *names, size_t count, const wchar_t *host,
                       size_t *byte_count, bool *unconvertible);

/*
 * A caller's spelling of a name as a local path: without a BFT character, which is one only where
 * "\\" or "X:" follows, and with "\\HOST\X$" turned into "X:". NULL: out of memory. Free with free.
 */
wchar_t *names_to_local(const wchar_t *given, const wchar_t *host);

/* <0, 0, >0; case does not matter, in any language. */
int names_compare(const wchar_t *left, const wchar_t *right);

#endif
