/*
 * Pages of B+-trees: header, entries from the front, tags from the back.
 */
#include "page_writer.h"

#include "ese/ese_checksum.h"

#include <string.h>

#define SMALL_PAGE_BYTES   8192u
#define LARGE_HEADER_BYTES 80u
#define TAG_BYTES          4u
#define ROOT_ENTRY_BYTES   16u

enum page_offset
{
    PAGE_DBTIME = 8,
    PAGE_PREVIOUS = 16,
    PAGE_NEXT = 20,
    PAGE_OBJECT = 24,
    PAGE_FREE = 28,
    PAGE_FIRST_FREE = 32,
    PAGE_TAGS = 34,
    PAGE_FLAGS = 36
};

void page_writer_init(struct page_writer *writer, uint8_t *page, size_t page_bytes,
                      uint32_t object_id, uint32_t flags)
{
    memset(page, 0, page_bytes);
    memset(writer, 0, sizeof(*writer));
    writer->page = page;
    writer->page_bytes = page_bytes;
    writer->header_bytes = page_bytes > SMALL_PAGE_BYTES ? LARGE_HEADER_BYTES : ESE_PAGE_HEADER;
    ese_put32(page + PAGE_OBJECT, object_id);
    ese_put32(page + PAGE_FLAGS, flags | PAGE_NEW_RECORDS | PAGE_NEW_CHECKSUM);
}

void page_writer_links(struct page_writer *writer, uint32_t previous, uint32_t next)
{
    ese_put32(writer->page + PAGE_PREVIOUS, previous);
    ese_put32(writer->page + PAGE_NEXT, next);
}

size_t page_writer_room(const struct page_writer *writer)
{
    return writer->page_bytes - writer->header_bytes - writer->data_bytes -
           (size_t)TAG_BYTES * writer->tags;
}

/* Takes room for an entry and its tag; NULL if there is none. */
static uint8_t *take(struct page_writer *writer, size_t bytes)
{
    uint8_t *entry = writer->page + writer->header_bytes + writer->data_bytes;
    uint8_t *tag = writer->page + writer->page_bytes - TAG_BYTES * (writer->tags + 1u);

    if (page_writer_room(writer) < bytes + TAG_BYTES)
        return NULL;
    ese_put16(tag, (uint16_t)bytes);
    ese_put16(tag + 2, (uint16_t)writer->data_bytes);
    writer->data_bytes += bytes;
    writer->tags++;
    return entry;
}

void page_writer_add_root_entry(struct page_writer *writer, uint32_t initial_pages, uint32_t parent,
                                uint32_t space_page)
{
    uint8_t *entry = take(writer, ROOT_ENTRY_BYTES);

    ese_put32(entry, initial_pages);
    ese_put32(entry + 4, parent);
    ese_put32(entry + 8, space_page != 0 ? 1 : 0);
    ese_put32(entry + 12, space_page);
}

void page_writer_add_empty_entry(struct page_writer *writer)
{
    take(writer, 0);
}

bool page_writer_add(struct page_writer *writer, const void *key, size_t key_bytes,
                     const void *data, size_t data_bytes)
{
    uint8_t *entry = take(writer, 2 + key_bytes + data_bytes);

    if (entry == NULL)
        return false;
    ese_put16(entry, (uint16_t)key_bytes);
    memcpy(entry + 2, key, key_bytes);
    memcpy(entry + 2 + key_bytes, data, data_bytes);
    return true;
}

void page_writer_finish(struct page_writer *writer, uint32_t page_number, uint64_t dbtime,
                        bool old_format)
{
    uint8_t *page = writer->page;

    ese_put64(page + PAGE_DBTIME, dbtime);
    ese_put16(page + PAGE_FREE, (uint16_t)page_writer_room(writer));
    ese_put16(page + PAGE_FIRST_FREE, (uint16_t)writer->data_bytes);
    ese_put16(page + PAGE_TAGS, (uint16_t)writer->tags);
    if (old_format)
        ese_put32(page + PAGE_FLAGS, ese_get32(page + PAGE_FLAGS) & ~(uint32_t)PAGE_NEW_CHECKSUM);
    ese_page_seal(page, writer->page_bytes, page_number);
}
