/*
 * Pages of B+-trees, filled entry by entry.
 *
 * Knows the layout of a page (header, entries, tag array), not what the entries mean.
 */
#ifndef NTDSBCLI_LAB_PAGE_WRITER_H
#define NTDSBCLI_LAB_PAGE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum page_flags
{
    PAGE_ROOT = 0x0001,
    PAGE_LEAF = 0x0002,
    PAGE_PARENT = 0x0004,
    PAGE_SPACE = 0x0020,
    PAGE_NEW_RECORDS = 0x0800,
    PAGE_NEW_CHECKSUM = 0x2000
};

struct page_writer
{
    uint8_t *page;
    size_t page_bytes;
    size_t header_bytes;
    size_t data_bytes; /* entries so far */
    uint32_t tags;
};

/* Starts a page in the caller's memory (page_bytes of it, lives with the caller). flags: enum
 * page_flags; both NEW flags are set by themselves. */
void page_writer_init(struct page_writer *writer, uint8_t *page, size_t page_bytes,
                      uint32_t object_id, uint32_t flags);

/* Links to the neighbours of the same level; 0: none. */
void page_writer_links(struct page_writer *writer, uint32_t previous, uint32_t next);

/* The first entry: of a root page what it says of its tree, of others empty. */
void page_writer_add_root_entry(struct page_writer *writer, uint32_t initial_pages, uint32_t parent,
                                uint32_t space_page);
void page_writer_add_empty_entry(struct page_writer *writer);

/* An entry of a key and what belongs to it. False, nothing added, when there is no room. */
bool page_writer_add(struct page_writer *writer, const void *key, size_t key_bytes,
                     const void *data, size_t data_bytes);

/* Bytes left for further entries, their tags included. */
size_t page_writer_room(const struct page_writer *writer);

/* Completes the header and seals the page. */
void page_writer_finish(struct page_writer *writer, uint32_t page_number, uint64_t dbtime,
                        bool old_format);

#endif
