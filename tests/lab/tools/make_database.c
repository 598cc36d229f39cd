/*
 * Makes a database: headers, the trees at the front, one table, blank pages between.
 */
#include "make_database.h"

#include "catalog.h"
#include "make_random.h"
#include "page_writer.h"

#include <stdlib.h>
#include <string.h>

#define ALL_USED_UP_TO 40u /* beyond, one page in four is blank */
#define DBTIME_FIRST   0x1000u
#define DBTIME_RANGE   0x8000u /* pages' dbtimes are spread over this; the header's is higher */
#define CONTENT_MAX    200u
#define FORMAT_UPDATE  0x14u /* of Windows Server 2012 to 2019 */
#define ROW_STEP       1000u /* rows per page at most, so a page's rows follow from its number */

struct maker
{
    struct host_file *file;
    const struct make_database *options;
    struct make_database_counts counts;
    uint32_t last_page; /* of the contiguous part */
    uint8_t *page;
};

static bool page_is_blank(const struct make_database *options, uint32_t number)
{
    uint64_t state = options->seed ^ ((uint64_t)number << 32);

    if (number < PAGE_FIRST_LEAF)
        return number > PAGE_CATALOG && number < PAGE_CATALOG_SHADOW;
    return number > ALL_USED_UP_TO && number != options->pages && make_random(&state) % 4 == 0;
}

static uint64_t page_dbtime(const struct make_database *options, uint32_t number)
{
    uint64_t state = options->seed + number;

    return DBTIME_FIRST + make_random(&state) % DBTIME_RANGE;
}

static uint32_t next_leaf(const struct maker *maker, uint32_t number)
{
    do {
        number++;
    } while (number <= maker->last_page && page_is_blank(maker->options, number));
    return number <= maker->last_page ? number : 0;
}

static uint32_t first_row(uint32_t number)
{
    return number * ROW_STEP;
}

/* Children of the table's root: as many leaves as it has room for. The rest are leaves of no
 * tree, as a reader sees it, and pages like any other for a backup. */
static void fill_table_root(const struct maker *maker, struct page_writer *writer)
{
    size_t entry_bytes = 2 + CATALOG_ROW_KEY_BYTES + 4 + 4;
    uint32_t leaf = PAGE_FIRST_LEAF;

    page_writer_add_root_entry(writer, maker->last_page, PAGE_DATABASE_ROOT, 0);
    while (leaf != 0) {
        uint32_t next = next_leaf(maker, leaf);
        bool last = next == 0 || page_writer_room(writer) < 2 * entry_bytes;
        uint8_t key[CATALOG_ROW_KEY_BYTES];
        uint8_t child[4];

        ese_put32(child, leaf);
        catalog_row_key(key, first_row(next));
        /* The last child has no upper bound. */
        page_writer_add(writer, key, last ? 0 : sizeof(key), child, sizeof(child));
        leaf = last ? 0 : next;
    }
}

static void fill_leaf(const struct maker *maker, struct page_writer *writer, uint32_t number)
{
    const struct make_database *options = maker->options;
    uint64_t state = options->seed * 31u + number;
    uint8_t content[CONTENT_MAX];
    uint8_t record[CATALOG_ROW_BYTES(CONTENT_MAX)];
    uint8_t key[CATALOG_ROW_KEY_BYTES];
    uint32_t row = first_row(number);

    page_writer_add_empty_entry(writer);
    while (page_writer_room(writer) > options->page_bytes / 5) {
        size_t content_bytes = 20 + (size_t)(make_random(&state) % (CONTENT_MAX - 20));
        size_t record_bytes;

        make_random_fill(&state, content, content_bytes);
        catalog_row_key(key, row);
        record_bytes = catalog_row(record, row, content, content_bytes);
        if (!page_writer_add(writer, key, sizeof(key), record, record_bytes))
            break;
        row++;
    }
}

/* Space of the database: one extent, all of it owned, none free. */
static void fill_space(const struct maker *maker, struct page_writer *writer, uint32_t number)
{
    uint8_t key[4] = {0};
    uint8_t length[4];

    page_writer_add_root_entry(writer, 0, PAGE_DATABASE_ROOT, 0);
    if (number != PAGE_OWNED_SPACE)
        return;
    key[0] = (uint8_t)(maker->last_page >> 24);
    key[1] = (uint8_t)(maker->last_page >> 16);
    key[2] = (uint8_t)(maker->last_page >> 8);
    key[3] = (uint8_t)maker->last_page;
    ese_put32(length, maker->last_page);
    page_writer_add(writer, key, sizeof(key), length, sizeof(length));
}

static void build_page(struct maker *maker, uint32_t number, bool linked)
{
    const struct make_database *options = maker->options;
    size_t bytes = options->page_bytes;
    uint32_t old_every = options->old_every;
    bool old = old_every != 0 && number % old_every == 0;
    struct page_writer writer;

    switch (number) {
    case PAGE_DATABASE_ROOT:
        page_writer_init(&writer, maker->page, bytes, OBJECT_DATABASE, PAGE_ROOT | PAGE_LEAF);
        page_writer_add_root_entry(&writer, 1, 0, PAGE_OWNED_SPACE);
        break;
    case PAGE_OWNED_SPACE:
    case PAGE_FREE_SPACE:
        page_writer_init(&writer, maker->page, bytes, OBJECT_DATABASE,
                         PAGE_ROOT | PAGE_LEAF | PAGE_SPACE);
        fill_space(maker, &writer, number);
        break;
    case PAGE_CATALOG:
    case PAGE_CATALOG_SHADOW:
        page_writer_init(&writer, maker->page, bytes,
                         number == PAGE_CATALOG ? OBJECT_CATALOG : OBJECT_CATALOG_SHADOW,
                         PAGE_ROOT | PAGE_LEAF);
        page_writer_add_root_entry(&writer, 1, PAGE_DATABASE_ROOT, 0);
        catalog_add_records(&writer);
        break;
    case PAGE_TABLE_ROOT:
        page_writer_init(&writer, maker->page, bytes, OBJECT_TABLE, PAGE_ROOT | PAGE_PARENT);
        fill_table_root(maker, &writer);
        break;
    default:
        page_writer_init(&writer, maker->page, bytes, OBJECT_TABLE, PAGE_LEAF);
        if (linked)
            page_writer_links(&writer, 0, next_leaf(maker, number));
        fill_leaf(maker, &writer, number);
        break;
    }
    page_writer_finish(&writer, number, page_dbtime(options, number), old);
    maker->counts.good++;
    if (old)
        maker->counts.old_format++;
}

static bool write_page(struct maker *maker, uint32_t number)
{
    return host_file_write(maker->file, ese_page_offset(number, maker->options->page_bytes),
                           maker->page, maker->options->page_bytes);
}

/* Previous links need the page before, which is known only when going upwards. */
static void link_previous(struct maker *maker, uint32_t number, uint32_t previous)
{
    ese_put32(maker->page + 16, previous);
    ese_page_seal(maker->page, maker->options->page_bytes, number);
}

static bool write_pages(struct maker *maker)
{
    uint32_t previous = 0;
    uint32_t number;

    for (number = 1; number <= maker->last_page; number++) {
        if (page_is_blank(maker->options, number)) {
            memset(maker->page, 0, maker->options->page_bytes);
            maker->counts.blank++;
        } else {
            build_page(maker, number, true);
            if (number >= PAGE_FIRST_LEAF) {
                link_previous(maker, number, previous);
                previous = number;
            }
        }
        if (!write_page(maker, number))
            return false;
    }
    maker->counts.last_page = maker->last_page;
    return true;
}

/* The hole: the file system reads it as blank pages. One used page behind it. */
static bool write_sparse_end(struct maker *maker)
{
    uint64_t units = (maker->options->sparse_bytes + maker->options->page_bytes - 1) /
                     maker->options->page_bytes;
    uint32_t last;

    if (units < (uint64_t)maker->last_page + ESE_DATABASE_HEADERS + 1u)
        return true;
    last = (uint32_t)(units - ESE_DATABASE_HEADERS);
    build_page(maker, last, false);
    maker->counts.blank += last - maker->last_page - 1u;
    maker->counts.last_page = last;
    return write_page(maker, last);
}

static void build_header(const struct make_database *options, uint8_t *page)
{
    static const struct ese_logtime created = {.present = true,
                                               .year = 2021,
                                               .month = 3,
                                               .day = 14,
                                               .hour = 15,
                                               .minute = 9,
                                               .second = 26,
                                               .utc = true};
    uint64_t state = options->seed + 1;
    struct ese_signature own = ese_signature_make((uint32_t)make_random(&state), created);

    memset(page, 0, options->page_bytes);
    ese_put32(page + ESE_DB_MAGIC, ESE_DATABASE_MAGIC);
    ese_put32(page + ESE_DB_VERSION, ESE_DATABASE_VERSION);
    ese_put64(page + ESE_DB_DBTIME, DBTIME_FIRST + DBTIME_RANGE);
    ese_put_signature(page + ESE_DB_SIGNATURE, &own);
    ese_put32(page + ESE_DB_STATE, options->dirty ? ESE_DBSTATE_DIRTY : ESE_DBSTATE_CLEAN);
    ese_put_lgpos(page + ESE_DB_CONSISTENT_POSITION, options->consistent);
    ese_put_logtime(page + ESE_DB_CONSISTENT_TIME, options->committed_time);
    ese_put_logtime(page + ESE_DB_ATTACH_TIME, created);
    ese_put_lgpos(page + ESE_DB_ATTACH_POSITION, options->consistent);
    if (!options->dirty) {
        ese_put_logtime(page + ESE_DB_DETACH_TIME, options->committed_time);
        ese_put_lgpos(page + ESE_DB_DETACH_POSITION, options->consistent);
    }
    ese_put32(page + ESE_DB_DBID, 1);
    ese_put_signature(page + ESE_DB_LOG_SIGNATURE, &options->log_signature);
    ese_put32(page + ESE_DB_LAST_OBJECT, OBJECT_TABLE);
    ese_put32(page + ESE_DB_OS_VERSION, 6);
    ese_put32(page + ESE_DB_OS_VERSION + 4, 2);
    ese_put32(page + ESE_DB_OS_VERSION + 8, 9200);
    ese_put32(page + ESE_DB_FORMAT_UPDATE, FORMAT_UPDATE);
    ese_put32(page + ESE_DB_PAGE_SIZE, options->page_bytes);
    ese_put32(page + ESE_DB_CREATED_VERSION, ESE_DATABASE_VERSION);
    ese_put32(page + ESE_DB_CREATED_UPDATE, FORMAT_UPDATE);
    if (options->dirty) {
        ese_put32(page + ESE_DB_REQUIRED_LOW, options->required_low);
        ese_put32(page + ESE_DB_REQUIRED_HIGH, options->required_high);
        ese_put32(page + ESE_DB_COMMITTED_HIGH, options->committed_high);
        ese_put_logtime(page + ESE_DB_COMMITTED_TIME, options->committed_time);
    }
    /* Nothing beyond offset 668: other readers sum up this part of the header only. */
    page[ESE_DB_FILE_TYPE] = 1;
    ese_header_seal(page, options->page_bytes);
}

static bool write_headers(struct maker *maker)
{
    uint32_t bytes = maker->options->page_bytes;

    build_header(maker->options, maker->page);
    return host_file_write(maker->file, 0, maker->page, bytes) &&
           host_file_write(maker->file, bytes, maker->page, bytes);
}

bool make_database(struct host_file *file, const struct make_database *options,
                   struct make_database_counts *counts)
{
    struct maker maker = {.file = file, .options = options, .last_page = options->pages};
    bool good;

    if (!ese_page_size_is_legal(options->page_bytes) || options->pages < MAKE_PAGES_MIN ||
        (options->old_every != 0 && options->page_bytes > 8192))
        return false;
    maker.page = malloc(options->page_bytes);
    if (maker.page == NULL)
        return false;
    good = write_headers(&maker) && write_pages(&maker) && write_sparse_end(&maker);
    free(maker.page);
    if (good && counts != NULL)
        *counts = maker.counts;
    return good;
}
