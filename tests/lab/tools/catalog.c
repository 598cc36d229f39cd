/*
 * The catalog of a made database: the records of its tables and columns.
 */
#include "catalog.h"

#include "ese/ese_fields.h"

#include <string.h>

enum record_type
{
    RECORD_TABLE = 1,
    RECORD_COLUMN = 2
};

enum column_type
{
    COLUMN_LONG = 4,
    COLUMN_BINARY = 9
};

#define KEY_NOT_NULL      0x7Fu
#define VARIABLE_FIRST    0x80u /* identifier of the first column of variable size */
#define TABLE_LAST_FIXED  8u
#define COLUMN_LAST_FIXED 9u
#define SYSTEM_TABLE      0xC0000000u
#define WINDOWS_1252      1252u
#define CATALOG_KEY_BYTES 13u
#define RECORD_BYTES_MAX  64u

struct catalog_record
{
    uint32_t object;
    enum record_type type;
    uint32_t id;
    uint32_t type_or_page; /* a column's type, a table's root page */
    uint32_t space;        /* a column's largest size, a table's density in per cent */
    uint32_t flags;
    uint32_t pages_or_locale;
    uint16_t offset; /* of a fixed column in its record */
    const char *name;
};

static const struct catalog_record records[] = {
    {OBJECT_CATALOG, RECORD_TABLE, OBJECT_CATALOG, PAGE_CATALOG, 80, SYSTEM_TABLE, 20, 0,
     "MSysObjects"},
    {OBJECT_CATALOG_SHADOW, RECORD_TABLE, OBJECT_CATALOG_SHADOW, PAGE_CATALOG_SHADOW, 80,
     SYSTEM_TABLE, 1, 0, "MSysObjectsShadow"},
    {OBJECT_TABLE, RECORD_TABLE, OBJECT_TABLE, PAGE_TABLE_ROOT, 80, 0, 1, 0, "datatable"},
    {OBJECT_TABLE, RECORD_COLUMN, 1, COLUMN_LONG, 4, 1, WINDOWS_1252, 4, "DNT_col"},
    {OBJECT_TABLE, RECORD_COLUMN, VARIABLE_FIRST, COLUMN_BINARY, 255, 0, WINDOWS_1252, 0, "ATTk0"},
};

/* Keys sort as bytes: a mark for "not null", then the number, highest byte first, sign turned. */
static size_t put_key16(uint8_t *to, uint16_t value)
{
    to[0] = KEY_NOT_NULL;
    to[1] = (uint8_t)((value >> 8) ^ 0x80u);
    to[2] = (uint8_t)value;
    return 3;
}

static size_t put_key32(uint8_t *to, uint32_t value)
{
    to[0] = KEY_NOT_NULL;
    to[1] = (uint8_t)((value >> 24) ^ 0x80u);
    to[2] = (uint8_t)(value >> 16);
    to[3] = (uint8_t)(value >> 8);
    to[4] = (uint8_t)value;
    return 5;
}

/* Fixed columns 1..8 or 9, which of them are null, then the name as the first variable column. */
static size_t put_record(uint8_t *to, const struct catalog_record *record)
{
    bool is_table = record->type == RECORD_TABLE;
    size_t name_bytes = strlen(record->name);
    size_t at = 4;

    ese_put32(to + at, record->object);
    ese_put16(to + at + 4, (uint16_t)record->type);
    ese_put32(to + at + 6, record->id);
    ese_put32(to + at + 10, record->type_or_page);
    ese_put32(to + at + 14, record->space);
    ese_put32(to + at + 18, record->flags);
    ese_put32(to + at + 22, record->pages_or_locale);
    to[at + 26] = is_table ? 0xFF : 0; /* RootFlag: a column has none */
    at += 27;
    if (is_table) {
        to[at] = 0x00;
        at += 1;
    } else {
        ese_put16(to + at, record->offset);
        ese_put16(to + at + 2, 0xFE80);
        at += 4;
    }
    to[0] = is_table ? TABLE_LAST_FIXED : COLUMN_LAST_FIXED;
    to[1] = VARIABLE_FIRST;
    ese_put16(to + 2, (uint16_t)at);
    ese_put16(to + at, (uint16_t)name_bytes);
    memcpy(to + at + 2, record->name, name_bytes);
    return at + 2 + name_bytes;
}

void catalog_add_records(struct page_writer *writer)
{
    size_t i;

    for (i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        uint8_t key[CATALOG_KEY_BYTES];
        uint8_t record[RECORD_BYTES_MAX];
        size_t key_bytes = put_key32(key, records[i].object);
        size_t record_bytes = put_record(record, &records[i]);

        key_bytes += put_key16(key + key_bytes, (uint16_t)records[i].type);
        key_bytes += put_key32(key + key_bytes, records[i].id);
        page_writer_add(writer, key, key_bytes, record, record_bytes);
    }
}

void catalog_row_key(uint8_t key[CATALOG_ROW_KEY_BYTES], uint32_t row)
{
    put_key32(key, row);
}

size_t catalog_row(uint8_t *record, uint32_t row, const uint8_t *content, size_t content_bytes)
{
    record[0] = 1;
    record[1] = VARIABLE_FIRST;
    ese_put16(record + 2, 9);
    ese_put32(record + 4, row);
    record[8] = 0xFE;
    ese_put16(record + 9, (uint16_t)content_bytes);
    memcpy(record + 11, content, content_bytes);
    return CATALOG_ROW_BYTES(content_bytes);
}
