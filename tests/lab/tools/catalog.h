/*
 * The catalog of a made database, and the records of its one table.
 *
 * Knows keys and records; where the pages lie is make_database.c's.
 */
#ifndef NTDSBCLI_LAB_CATALOG_H
#define NTDSBCLI_LAB_CATALOG_H

#include "page_writer.h"

enum catalog_object
{
    OBJECT_DATABASE = 1,
    OBJECT_CATALOG = 2,
    OBJECT_CATALOG_SHADOW = 3,
    OBJECT_TABLE = 8
};

enum catalog_page
{
    PAGE_DATABASE_ROOT = 1,
    PAGE_OWNED_SPACE = 2,
    PAGE_FREE_SPACE = 3,
    PAGE_CATALOG = 4,
    PAGE_CATALOG_SHADOW = 24,
    PAGE_TABLE_ROOT = 25,
    PAGE_FIRST_LEAF = 26
};

/* Adds the records of all tables and columns to the catalog's only page, which must have room for
 * them (the smallest page has). */
void catalog_add_records(struct page_writer *writer);

/* A row's key: its number, in the engine's order-keeping form. */
#define CATALOG_ROW_KEY_BYTES 5u
void catalog_row_key(uint8_t key[CATALOG_ROW_KEY_BYTES], uint32_t row);

/* A row: its number and some bytes. record must hold CATALOG_ROW_BYTES(content_bytes); returns
 * the record's size. */
#define CATALOG_ROW_BYTES(content_bytes) ((size_t)11 + (content_bytes))
size_t catalog_row(uint8_t *record, uint32_t row, const uint8_t *content, size_t content_bytes);

#endif
