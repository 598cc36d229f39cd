/*
 * test_restore_check.c - every kind of damage to a restored set has its own code and is named in
 * the record; and what is no damage is accepted.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "restored_set.h"

#include "ese/ese_log.h"
#include "session/restore_file.h"

#include <ntdsbmsg.h>

static void flip(struct restored_set *set, const char *name, size_t offset, uint8_t mask)
{
    size_t bytes;
    uint8_t *data = restored_set_load(set, name, &bytes);

    assert_true(offset < bytes);
    data[offset] ^= mask;
    restored_set_store(set, name, data, bytes);
}

static void resize(struct restored_set *set, const char *name, ptrdiff_t difference)
{
    size_t bytes;
    uint8_t *data = restored_set_load(set, name, &bytes);
    size_t wanted = (size_t)((ptrdiff_t)bytes + difference);
    uint8_t *resized = calloc(1, wanted + 1);

    assert_non_null(resized);
    memcpy(resized, data, wanted < bytes ? wanted : bytes);
    free(data);
    restored_set_store(set, name, resized, wanted);
}

/* Changes a field in both copies of the database's header and renews their checksums. */
static void patch_headers(struct restored_set *set, size_t offset, uint8_t mask)
{
    size_t bytes, copy;
    uint8_t *data = restored_set_load(set, "ntds.dit", &bytes);

    for (copy = 0; copy < 2; copy++) {
        uint8_t *header = data + copy * SET_PAGE_BYTES;

        header[offset] ^= mask;
        ese_header_seal(header, SET_PAGE_BYTES);
    }
    restored_set_store(set, "ntds.dit", data, bytes);
}

static void patch_log_header(struct restored_set *set, const char *name, size_t offset,
                             uint8_t mask)
{
    size_t bytes;
    uint8_t *data = restored_set_load(set, name, &bytes);

    data[offset] ^= mask;
    ese_log_header_seal(data);
    restored_set_store(set, name, data, bytes);
}

/* --- the database --------------------------------------------------------------------------- */

static void nothing(struct restored_set *set)
{
    (void)set;
}

static void page_one_bit(struct restored_set *set)
{
    flip(set, "ntds.dit", 2 * SET_PAGE_BYTES + 1000, 0x10);
}

static void page_two_bits(struct restored_set *set)
{
    flip(set, "ntds.dit", 2 * SET_PAGE_BYTES + 1000, 0x11);
}

static void last_page(struct restored_set *set)
{
    flip(set, "ntds.dit", (SET_PAGES + 2) * SET_PAGE_BYTES - 1, 0x80);
}

static void pages_swapped(struct restored_set *set)
{
    size_t bytes;
    uint8_t *data = restored_set_load(set, "ntds.dit", &bytes);
    uint8_t *first = data + 2 * SET_PAGE_BYTES; /* page 1, which is used; page 4 is too */
    uint8_t *second = data + 5 * SET_PAGE_BYTES;
    uint8_t kept[SET_PAGE_BYTES];

    memcpy(kept, first, SET_PAGE_BYTES);
    memcpy(first, second, SET_PAGE_BYTES);
    memcpy(second, kept, SET_PAGE_BYTES);
    restored_set_store(set, "ntds.dit", data, bytes);
}

static void header_bit(struct restored_set *set)
{
    flip(set, "ntds.dit", 700, 1);
}

static void shadow_bit(struct restored_set *set)
{
    flip(set, "ntds.dit", SET_PAGE_BYTES + 5000, 1);
}

static void both_headers(struct restored_set *set)
{
    header_bit(set);
    shadow_bit(set);
}

static void cut_at_a_page(struct restored_set *set)
{
    resize(set, "ntds.dit", -(ptrdiff_t)SET_PAGE_BYTES);
}

static void cut_inside_a_page(struct restored_set *set)
{
    resize(set, "ntds.dit", -100);
}

static void cut_to_nothing(struct restored_set *set)
{
    resize(set, "ntds.dit", -(ptrdiff_t)((SET_PAGES + 2) * SET_PAGE_BYTES));
}

static void a_page_more(struct restored_set *set)
{
    resize(set, "ntds.dit", SET_PAGE_BYTES);
}

static void foreign_database(struct restored_set *set)
{
    restored_set_make_database(set, true, 99);
}

static void other_backup(struct restored_set *set)
{
    patch_headers(set, ESE_DB_DBTIME, 1);
}

static void other_logs_since(struct restored_set *set)
{
    patch_headers(set, ESE_DB_LOG_SIGNATURE, 1);
}

static void no_database(struct restored_set *set)
{
    restored_set_delete(set, "ntds.dit");
}

/* --- the logs ------------------------------------------------------------------------------- */

static void needed_log_missing(struct restored_set *set)
{
    restored_set_delete(set, "edb00007.log");
}

static void two_needed_logs_missing(struct restored_set *set)
{
    restored_set_delete(set, "edb00008.log");
    needed_log_missing(set);
}

static void current_log_missing(struct restored_set *set)
{
    restored_set_delete(set, "edb.log");
}

static void old_log_missing(struct restored_set *set)
{
    restored_set_delete(set, "edb00006.log");
}

static void no_logs(struct restored_set *set)
{
    old_log_missing(set);
    two_needed_logs_missing(set);
    current_log_missing(set);
    restored_set_delete(set, "edb00005.log");
    restored_set_delete(set, "edbtmp.log");
}

/* Another directory's log in the place of one of these. */
static void foreign_log(struct restored_set *set)
{
    struct restored_set other = *set;

    CreateDirectoryA(strcat(other.folder, "x"), NULL);
    restored_set_make_logs(&other, SET_LOG_FIRST, SET_LOG_COUNT, 99);
    {
        size_t bytes;
        uint8_t *data = restored_set_load(&other, "edb00008.log", &bytes);

        restored_set_store(set, "edb00008.log", data, bytes);
    }
    other.token = NULL;
    memset(&other.files, 0, sizeof(other.files));
    memset(&other.record, 0, sizeof(other.record));
    restored_set_remove(&other);
}

static void older_log_left(struct restored_set *set)
{
    size_t bytes;
    uint8_t *kept = restored_set_load(set, "edb.log", &bytes);

    restored_set_make_logs(set, SET_LOG_FIRST - 1, 2, SET_SEED);
    restored_set_store(set, "edb.log", kept, bytes);
}

static void newer_logs_left(struct restored_set *set)
{
    restored_set_make_logs(set, SET_LOG_FIRST, SET_LOG_COUNT + 2, SET_SEED);
}

static void one_newer_log(struct restored_set *set)
{
    restored_set_make_logs(set, SET_LOG_FIRST, SET_LOG_COUNT + 1, SET_SEED);
}

static void older_current_log(struct restored_set *set)
{
    restored_set_rename(set, "edb00008.log", "edb.log");
}

static void log_renamed(struct restored_set *set)
{
    restored_set_rename(set, "edb00006.log", "edb00007.log");
}

static void log_chain_broken(struct restored_set *set)
{
    patch_log_header(set, "edb00007.log", ESE_LOG_CREATED, 1);
}

static void log_header_bit(struct restored_set *set)
{
    flip(set, "edb00008.log", 100, 4);
}

static void log_segment_bit(struct restored_set *set)
{
    flip(set, "edb00008.log", 3 * ESE_LOG_SEGMENT_BYTES + 77, 4);
}

static void old_log_segment_bits(struct restored_set *set)
{
    flip(set, "edb00005.log", 4 * ESE_LOG_SEGMENT_BYTES + 77, 0x28);
}

static void log_cut_at_a_segment(struct restored_set *set)
{
    resize(set, "edb00008.log", -(ptrdiff_t)ESE_LOG_SEGMENT_BYTES);
}

static void log_cut_in_its_header(struct restored_set *set)
{
    resize(set, "edb00008.log", -(ptrdiff_t)(SET_LOG_BYTES - 1000));
}

/* Sound, but with other content, as after another second of the directory's work. */
static void current_log_of_other_backup(struct restored_set *set)
{
    size_t bytes;
    uint8_t *data = restored_set_load(set, "edb.log", &bytes);

    data[ESE_LOG_SEGMENT_BYTES + 200] ^= 0x55;
    ese_segment_seal(data + ESE_LOG_SEGMENT_BYTES, 1);
    restored_set_store(set, "edb.log", data, bytes);
}

/* --- the checkpoint ------------------------------------------------------------------------- */

static void stale_checkpoint(struct restored_set *set)
{
    restored_set_make_checkpoint(set, 3, SET_SEED);
}

static void foreign_checkpoint(struct restored_set *set)
{
    restored_set_make_checkpoint(set, SET_NEEDED, 99);
}

static void damaged_checkpoint(struct restored_set *set)
{
    flip(set, "edb.chk", 4096 + 30, 1);
}

static void no_checkpoint(struct restored_set *set)
{
    restored_set_delete(set, "edb.chk");
}

/* -------------------------------------------------------------------------------------------- */

enum row_states
{
    DIRTY = 1,
    CLEAN = 2,
    BOTH = 3
};

struct row
{
    const char *label;
    enum row_states states;
    void (*damage)(struct restored_set *set);
    HRESULT expected;
    const char *says;
};

static void run_row(const struct row *row, bool dirty, bool headers_only)
{
    struct restored_set set;
    HRESULT hr;

    restored_set_make(&set, dirty);
    row->damage(&set);
    hr = restored_set_run(&set, headers_only);
    if (hr != row->expected)
        fail_msg("%s (%s): 0x%08lx, expected 0x%08lx", row->label, dirty ? "dirty" : "clean",
                 (unsigned long)hr, (unsigned long)row->expected);
    if (!restored_set_says(&set, row->says))
        fail_msg("%s (%s): the record does not say why", row->label, dirty ? "dirty" : "clean");
    if (hr != S_OK && restored_set_has(&set, "edb.chk.ntdsbcli"))
        fail_msg("%s: a failed check has renamed the checkpoint", row->label);
    restored_set_remove(&set);
}

static void run_rows(const struct row *rows, size_t count, bool headers_only)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (rows[i].states & DIRTY)
            run_row(&rows[i], true, headers_only);
        if (rows[i].states & CLEAN)
            run_row(&rows[i], false, headers_only);
    }
}

#define RUN(rows, headers_only) run_rows(rows, sizeof(rows) / sizeof(rows[0]), headers_only)

static void good_set__as_it_was_backed_up__is_accepted(void **state)
{
    static const struct row rows[] = {
        {"pages and logs", BOTH, nothing, S_OK, "every page good"},
        {"logs", BOTH, nothing, S_OK, "Found 5 log(s), all good"},
        {"checkpoint", BOTH, nothing, S_OK, "edb.chk: the backup's own"},
        {"no checkpoint", BOTH, no_checkpoint, S_OK, "every page good"},
        {"clean, no log at all", CLEAN, no_logs, S_OK,
         "All logs of the backup are missing (generations 0x5 to 0x9)"},
        {"clean, a log missing", CLEAN, needed_log_missing, S_OK,
         "logs are missing: generations 0x7 to 0x7"},
        {"dirty, a log not needed missing", DIRTY, old_log_missing, S_OK,
         "logs are missing: generations 0x6 to 0x6"},
    };

    (void)state;
    RUN(rows, false);
}

static void database__damaged_or_another__has_its_code(void **state)
{
    static const struct row rows[] = {
        {"one flipped bit", BOTH, page_one_bit, hrReadVerifyFailure, "ntds.dit: page 1: "},
        {"two flipped bits", BOTH, page_two_bits, hrReadVerifyFailure, "ntds.dit: page 1: "},
        {"the last bit", BOTH, last_page, hrReadVerifyFailure, "ntds.dit: page 64: "},
        {"swapped pages", BOTH, pages_swapped, hrReadVerifyFailure, "ntds.dit: page 1: "},
        {"header", BOTH, header_bit, hrReadVerifyFailure, "the database header or its copy"},
        {"shadow header", BOTH, shadow_bit, hrReadVerifyFailure, "the database header or its copy"},
        {"both headers", BOTH, both_headers, hrReadVerifyFailure, "header page: bad checksum"},
        {"cut at a page", BOTH, cut_at_a_page, hrReadVerifyFailure, "the last page is 63"},
        {"cut inside a page", BOTH, cut_inside_a_page, hrReadVerifyFailure, "540572 bytes"},
        {"empty", BOTH, cut_to_nothing, hrReadVerifyFailure, "header page: "},
        {"a page more", BOTH, a_page_more, hrReadVerifyFailure, "548864 bytes"},
        {"foreign", BOTH, foreign_database, hrBadDbSignature, "this is another database"},
        {"from another backup", BOTH, other_backup, hrBadDbSignature, "from another backup"},
        {"other logs since", BOTH, other_logs_since, hrBadLogSignature,
         "the log signature differs"},
        {"missing", BOTH, no_database, hrDatabaseNotFound, "ntds.dit: cannot be opened"},
    };

    (void)state;
    RUN(rows, false);
}

/* For another one that is sound by itself. */
static void exchange_segment(struct restored_set *set, const char *name)
{
    size_t bytes;
    uint8_t *data = restored_set_load(set, name, &bytes);

    data[ESE_LOG_SEGMENT_BYTES + 200] ^= 0x55;
    ese_segment_seal(data + ESE_LOG_SEGMENT_BYTES, 1);
    restored_set_store(set, name, data, bytes);
}

static void segment_exchanged(struct restored_set *set)
{
    exchange_segment(set, "edb00006.log");
}

static void segment_of_a_needed_one_exchanged(struct restored_set *set)
{
    exchange_segment(set, "edb00007.log");
}

static void logs__damaged_missing_or_foreign__have_their_codes(void **state)
{
    static const struct row rows[] = {
        {"needed one missing", DIRTY, needed_log_missing, hrMissingRestoreLogFiles,
         "logs are missing: generations 0x7 to 0x7"},
        {"two missing", DIRTY, two_needed_logs_missing, hrMissingRestoreLogFiles,
         "logs are missing: generations 0x7 to 0x8"},
        {"current one missing", DIRTY, current_log_missing, hrMissingRestoreLogFiles,
         "edb.log (generation 0x9), is missing"},
        {"none", DIRTY, no_logs, hrMissingRestoreLogFiles, "the database is dirty and has no logs"},
        {"foreign", BOTH, foreign_log, hrBadLogSignature, "edb00008.log (generation 0x8)"},
        {"older", BOTH, older_log_left, hrRestoreLogTooLow, "edb00004.log (generation 0x4)"},
        {"newer", BOTH, newer_logs_left, hrRestoreLogTooHigh, "newer than the backup"},
        {"one newer", BOTH, one_newer_log, hrRestoreLogTooHigh, "edb.log (generation 0xa)"},
        {"current is older", BOTH, older_current_log, hrRestoreLogTooLow,
         "edb.log (generation 0x8)"},
        {"renamed", BOTH, log_renamed, hrInvalidLogSequence, "edb00007.log (generation 0x6)"},
        {"chain broken", DIRTY, log_chain_broken, hrInvalidLogSequence,
         "does not continue the log before it"},
        {"header bit", BOTH, log_header_bit, hrLogFileCorrupt, "edb00008.log: header"},
        {"segment bit", BOTH, log_segment_bit, hrLogFileCorrupt, "edb00008.log: segment 3"},
        {"in one not needed", BOTH, old_log_segment_bits, hrLogFileCorrupt,
         "edb00005.log: segment 4"},
        {"cut", BOTH, log_cut_at_a_segment, hrLogFileCorrupt,
         "the size is not what the header says"},
        {"cut in its header", BOTH, log_cut_in_its_header, hrLogFileCorrupt,
         "edb00008.log: header"},
        {"segment of a needed one exchanged", DIRTY, segment_of_a_needed_one_exchanged,
         hrLogFileCorrupt, "edb00007.log (generation 0x7)"},
        {"current of another backup", BOTH, current_log_of_other_backup, hrBadDbSignature,
         "from another backup than the token"},
    };

    (void)state;
    RUN(rows, false);
}

/* Of a backup that has no archived log: what is older than edb.log is not its own. */
static void logs__older_than_the_only_one__are_too_low(void **state)
{
    struct restored_set set;

    (void)state;
    restored_set_make(&set, false);
    set.fields.generation_low = set.fields.generation_high = 0;
    restored_set_delete(&set, "edb00005.log");
    restored_set_delete(&set, "edb00006.log");
    restored_set_delete(&set, "edb00007.log");
    assert_int_equal(restored_set_run(&set, false), hrRestoreLogTooLow);
    assert_true(restored_set_says(&set, "older than the backup"));
    restored_set_delete(&set, "edb00008.log");
    assert_int_equal(restored_set_run(&set, false), S_OK);
    restored_set_remove(&set);
}

/* Whatever lies in the folder then is older. */
static void logs__beside_a_backup_without_any__are_said_to_be_none_of_it(void **state)
{
    struct restored_set set;

    (void)state;
    restored_set_make(&set, true);
    set.fields.generation_low = set.fields.generation_high = set.fields.generation_current = 0;
    assert_int_equal(restored_set_run(&set, false), hrRestoreLogTooHigh);
    assert_true(restored_set_says(&set, "the backup has no logs"));
    assert_false(restored_set_says(&set, "newer than the backup"));
    restored_set_remove(&set);
}

static void checkpoint__not_the_backups_own__is_set_aside(void **state)
{
    static const struct
    {
        const char *label;
        void (*damage)(struct restored_set *set);
    } rows[] = {
        {"stale", stale_checkpoint},
        {"foreign", foreign_checkpoint},
        {"damaged", damaged_checkpoint},
    };
    struct restored_set set;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        restored_set_make(&set, true);
        rows[i].damage(&set);
        assert_int_equal(restored_set_run(&set, false), S_OK);
        assert_true(restored_set_says(&set, "not the backup's checkpoint: set aside"));
        if (restored_set_has(&set, "edb.chk") || !restored_set_has(&set, "edb.chk.ntdsbcli"))
            fail_msg("%s: not set aside", rows[i].label);
        restored_set_remove(&set);
    }
}

/* Nothing is changed before all the rest is known to be good. */
static void checkpoint__not_the_backups_own_beside_a_bad_log__stays(void **state)
{
    struct restored_set set;

    (void)state;
    restored_set_make(&set, true);
    stale_checkpoint(&set);
    log_segment_bit(&set);
    assert_int_equal(restored_set_run(&set, false), hrLogFileCorrupt);
    assert_true(restored_set_has(&set, "edb.chk"));
    assert_false(restored_set_has(&set, "edb.chk.ntdsbcli"));
    restored_set_remove(&set);
}

static void checkpoint__that_cannot_be_set_aside__fails_the_restore(void **state)
{
    struct restored_set set;

    (void)state;
    restored_set_make(&set, true);
    stale_checkpoint(&set);
    set.set_aside_result = ERROR_SHARING_VIOLATION;
    assert_int_equal(restored_set_run(&set, false), ERROR_SHARING_VIOLATION);
    assert_true(restored_set_says(&set, "cannot be set aside"));
    restored_set_remove(&set);
}

static void headers_only__asked_for__reads_no_pages_and_no_segments(void **state)
{
    static const struct row rows[] = {
        {"a page", BOTH, page_two_bits, S_OK, "only its header was read"},
        {"a segment", BOTH, log_segment_bit, S_OK, "only their headers were read"},
        {"header", BOTH, header_bit, hrReadVerifyFailure, "the database header or its copy"},
        {"log header", BOTH, log_header_bit, hrLogFileCorrupt, "edb00008.log: header"},
        {"cut at a page", BOTH, cut_at_a_page, hrReadVerifyFailure, "the last page is 63"},
        {"foreign log", BOTH, foreign_log, hrBadLogSignature, "edb00008.log"},
        {"log missing", DIRTY, needed_log_missing, hrMissingRestoreLogFiles,
         "logs are missing: generations 0x7 to 0x7"},
        {"from another backup", BOTH, other_backup, hrBadDbSignature, "from another backup"},
    };

    (void)state;
    RUN(rows, true);
}

/* Turns a log into one of version 7: sectors of 512 bytes, one checksum record over the body. */
/* --- with the record of the backup -------------------------------------------------------- */

static void blank_pages(struct restored_set *set, size_t first, size_t count)
{
    size_t bytes;
    uint8_t *data = restored_set_load(set, "ntds.dit", &bytes);

    assert_true((first + 1 + count) * SET_PAGE_BYTES <= bytes);
    memset(data + (first + 1) * SET_PAGE_BYTES, 0, count * SET_PAGE_BYTES);
    restored_set_store(set, "ntds.dit", data, bytes);
}
static void one_page_blanked(struct restored_set *set)
{
    blank_pages(set, 40, 1);
}
static void half_the_pages_blanked(struct restored_set *set)
{
    blank_pages(set, SET_PAGES / 2, SET_PAGES / 2);
}
static void all_pages_blanked(struct restored_set *set)
{
    blank_pages(set, 1, SET_PAGES);
}
/* Sound, and of no use to recovery: nothing but its sums is another. */
static void set_attributes(const struct restored_set *set, const char *name, DWORD attributes)
{
    char path[2 * MAX_PATH];

    snprintf(path, sizeof(path), "%s\\%s", set->folder, name);
    assert_true(SetFileAttributesA(path, attributes));
}

static void record__of_the_backup__finds_what_sums_cannot_see(void **state)
{
    static const struct
    {
        const char *label;
        void (*damage)(struct restored_set *set);
        HRESULT without, with;
        const char *says;
    } rows[] = {
        {"nothing", nothing, S_OK, S_OK, "compared with the record"},
        {"a page blanked", one_page_blanked, S_OK, hrReadVerifyFailure, "differs from what was"},
        {"half blanked", half_the_pages_blanked, S_OK, hrReadVerifyFailure,
         "differs from what was"},
        {"all blanked", all_pages_blanked, hrReadVerifyFailure, hrReadVerifyFailure,
         "ntds.dit: page 1"},
        {"a log's segment", segment_exchanged, S_OK, hrLogFileCorrupt,
         "edb00006.log: the content differs"},
    };
    struct restored_set set;
    size_t i;
    int with;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        for (with = 0; with <= 1; with++) {
            HRESULT expected = with ? rows[i].with : rows[i].without;
            HRESULT hr;

            restored_set_make(&set, true);
            if (with)
                restored_set_make_record(&set);
            rows[i].damage(&set);
            hr = restored_set_run(&set, false);
            if (hr != expected)
                fail_msg("%s, %d: 0x%08lx, expected 0x%08lx", rows[i].label, with,
                         (unsigned long)hr, (unsigned long)expected);
            assert_true(restored_set_says(&set, with ? rows[i].says : "There is no record"));
            restored_set_remove(&set);
        }
    }
}

/* Digests of bytes and of sums cannot be compared, sizes can. */
static void record__of_another_kind_of_digest__finds_another_size(void **state)
{
    static const struct
    {
        void (*damage)(struct restored_set *set);
        HRESULT expected;
    } rows[] = {{nothing, S_OK}, {one_page_blanked, S_OK}, {a_page_more, hrReadVerifyFailure}};
    struct restored_set set;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        restored_set_make(&set, true);
        restored_set_make_record(&set);
        set.backup.files[0].digest_of = BACKUP_RECORD_OF_BYTES;
        set.without_token = true;
        rows[i].damage(&set);
        assert_int_equal(restored_set_run(&set, false), rows[i].expected);
        restored_set_remove(&set);
    }
}

/* The directory was moved since: its database has another name, and is the only one. */
static void record__database_has_another_name_now__is_compared(void **state)
{
    static const struct
    {
        void (*damage)(struct restored_set *set);
        HRESULT expected;
    } rows[] = {{nothing, S_OK}, {one_page_blanked, hrReadVerifyFailure}};
    struct restored_set set;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        restored_set_make(&set, true);
        restored_set_make_record(&set);
        free(set.backup.files[0].path);
        set.backup.files[0].path = _wcsdup(L"D:\\old\\directory.dat");
        rows[i].damage(&set);
        assert_int_equal(restored_set_run(&set, false), rows[i].expected);
        assert_true(restored_set_says(&set, i ? "differs from what was" : "every page good"));
        restored_set_remove(&set);
    }
}

static void without_digest(struct restored_set *set)
{
    set->backup.files[0].digest_of = BACKUP_RECORD_NO_DIGEST;
}
static void without_digest_and_size(struct restored_set *set)
{
    without_digest(set);
    set->backup.files[0].bytes = 0;
}
static void without_digest_of_this_size(struct restored_set *set)
{
    without_digest(set);
    set->backup.files[0].bytes -= SET_PAGE_BYTES;
}
static void of_bytes(struct restored_set *set)
{
    set->backup.files[0].digest_of = BACKUP_RECORD_OF_BYTES;
}
static void without_a_log(struct restored_set *set)
{
    size_t i;

    for (i = 0; i < set->backup.file_count; i++) {
        if (wcsstr(set->backup.files[i].path, L"edb00006.log"))
            wcscpy(wcsstr(set->backup.files[i].path, L"edb00006"), L"other");
    }
}

/* What was not compared is named; its size is compared if that is known. */
static void record__file_without_a_digest_or_not_in_it__is_said(void **state)
{
    static const struct
    {
        void (*change)(struct restored_set *set);
        HRESULT expected;
        const char *says;
    } rows[] = {
        {without_digest, S_OK,
         "ntds.dit: the content is not compared with what was backed up: "
         "the record of this backup has no digest of it"},
        {without_digest_and_size, S_OK, "ntds.dit: the content is not compared"},
        {without_digest_of_this_size, hrReadVerifyFailure, "ntds.dit: the content differs"},
        {of_bytes, S_OK,
         "ntds.dit: the content is not compared with what was backed up: "
         "the record of this backup has a digest of another kind"},
        {without_a_log, S_OK,
         "edb00006.log: the content is not compared with what was backed up: "
         "the record of this backup does not have it"},
    };
    struct restored_set set;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        restored_set_make(&set, true);
        restored_set_make_record(&set);
        rows[i].change(&set);
        set.without_token = true;
        assert_int_equal(restored_set_run(&set, false), rows[i].expected);
        assert_true(restored_set_says(&set, rows[i].says));
        restored_set_remove(&set);
    }
}

/* What was not compared is not called compared. */
static void record__of_the_backup__says_what_is_compared_with_it(void **state)
{
    static const struct
    {
        bool verified, headers_only;
        const char *says;
    } rows[] = {
        {true, false, "The files are compared with the record"},
        {false, false, "only the sizes of its files are compared with its record"},
        {true, true, "no content is compared with the record"},
        {false, true, "no content is compared with the record"},
    };
    struct restored_set set;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        wchar_t *text, *first;

        restored_set_make(&set, true);
        restored_set_make_record(&set);
        set.backup.verified = rows[i].verified;
        assert_int_equal(restored_set_run(&set, rows[i].headers_only), S_OK);
        assert_true(restored_set_says(&set, rows[i].says));
        text = restored_set_text(&set);
        first = wcsstr(text, L" compared with ");
        assert_non_null(first);
        assert_null(wcsstr(first + 1, L" compared with ")); /* and nothing else of that */
        free(text);
        restored_set_remove(&set);
    }
}

/* Also those whose content is not looked at. */
static void file__read_only__is_refused(void **state)
{
    static const char *const names[] = {"ntds.dit", "edb00007.log", "edb.log", "edb.chk",
                                        "edbtmp.log"};
    struct restored_set set;
    char says[80];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(names); i++) {
        restored_set_make(&set, true);
        if (strcmp(names[i], "edbtmp.log") == 0) {
            restored_set_rename(&set, "edb.log", "edb00009.log");
            restored_set_make_token(&set);
        }
        set_attributes(&set, names[i], FILE_ATTRIBUTE_READONLY);
        assert_int_equal(restored_set_run(&set, false), hrFileAccessDenied);
        snprintf(says, sizeof(says), "%s: the file is read-only", names[i]);
        assert_true(restored_set_says(&set, says));
        set_attributes(&set, names[i], FILE_ATTRIBUTE_NORMAL);
        assert_int_equal(restored_set_run(&set, false), S_OK);
        restored_set_remove(&set);
    }
}

/* --- a backup that is kept, not restored ------------------------------------------------------ */

static void set__that_is_kept__may_be_read_only(void **state)
{
    struct restored_set set;

    (void)state;
    restored_set_make(&set, true);
    set.is_kept = true;
    set_attributes(&set, "edb00007.log", FILE_ATTRIBUTE_READONLY);
    assert_int_equal(restored_set_run(&set, false), S_OK);
    assert_true(restored_set_says(&set, "Found 5 log(s), all good"));
    set_attributes(&set, "edb00007.log", FILE_ATTRIBUTE_NORMAL);
    restored_set_remove(&set);
}

static void checkpoint__of_another_in_a_kept_set__is_the_sources_to_report(void **state)
{
    struct restored_set set;
    wchar_t *text;

    (void)state;
    restored_set_make(&set, true);
    set.is_kept = true;
    stale_checkpoint(&set);
    assert_int_equal(restored_set_run(&set, false), S_OK);
    assert_true(restored_set_has(&set, "edb.chk.ntdsbcli")); /* the source was told */
    text = restored_set_text(&set);
    assert_null(wcsstr(text, L"edb.chk"));
    assert_null(wcsstr(text, L"record of this backup"));
    free(text);
    restored_set_remove(&set);
}

static void set__without_a_token__is_held_to_rule_and_sums(void **state)
{
    static const struct row rows[] = {
        {"nothing", BOTH, nothing, S_OK, "every page good"},
        {"checkpoint", BOTH, nothing, S_OK, "edb.chk: the backup's own"},
        {"foreign checkpoint", BOTH, foreign_checkpoint, S_OK, "not the backup's checkpoint"},
        {"damaged checkpoint", BOTH, damaged_checkpoint, S_OK, "every page good"},
        {"page", BOTH, page_two_bits, hrReadVerifyFailure, "ntds.dit: page 1: "},
        {"both headers", BOTH, both_headers, hrReadVerifyFailure, "header page: bad checksum"},
        {"needed log missing", DIRTY, needed_log_missing, hrMissingRestoreLogFiles,
         "logs are missing: generations 0x7 to 0x7"},
        {"no logs", DIRTY, no_logs, hrMissingRestoreLogFiles, "dirty and has no logs"},
        {"no logs, clean", CLEAN, no_logs, S_OK, "Found 0 log(s)"},
        {"foreign log", BOTH, foreign_log, hrBadLogSignature, "edb00008.log (generation 0x8)"},
        {"foreign database", BOTH, foreign_database, hrBadLogSignature, "another series"},
        {"segment", BOTH, log_segment_bit, hrLogFileCorrupt, "edb00008.log: segment 3"},
        {"edb.log missing", DIRTY, current_log_missing, hrMissingRestoreLogFiles,
         "the newest logs that the database needs are missing"},
        /* What only a token shows. */
        {"other backup", BOTH, other_backup, S_OK, "every page good"},
        {"current of another backup", BOTH, current_log_of_other_backup, S_OK, "all good"},
        {"newer logs", CLEAN, newer_logs_left, S_OK, " to 0xb"},
    };
    struct restored_set set;
    size_t i;
    int dirty;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        for (dirty = 0; dirty <= 1; dirty++) {
            HRESULT hr;

            if (!(rows[i].states & (dirty ? DIRTY : CLEAN)))
                continue;
            restored_set_make(&set, dirty);
            set.without_token = true;
            rows[i].damage(&set);
            hr = restored_set_run(&set, false);
            if (hr != rows[i].expected)
                fail_msg("%s, %d: 0x%08lx, expected 0x%08lx", rows[i].label, dirty,
                         (unsigned long)hr, (unsigned long)rows[i].expected);
            if (!restored_set_says(&set, rows[i].says))
                fail_msg("%s, %d: the record does not say so", rows[i].label, dirty);
            restored_set_remove(&set);
        }
    }
}

/* The shape of a snapshot with circular logging off: edb.log is in the archive, under its number.
 */
static void set__without_edb_log__needs_edbtmp_log(void **state)
{
    struct restored_set set;

    (void)state;
    restored_set_make(&set, true);
    restored_set_rename(&set, "edb.log", "edb00009.log");
    restored_set_make_token(&set);
    assert_int_equal(restored_set_run(&set, false), S_OK);
    restored_set_delete(&set, "edbtmp.log");
    assert_int_equal(restored_set_run(&set, false), hrMissingRestoreLogFiles);
    assert_true(restored_set_says(&set, "the current log is missing"));
    restored_set_store(&set, "edbtmp.log", calloc(1, 1), 0);
    assert_int_equal(restored_set_run(&set, false), S_OK);
    restored_set_remove(&set);
}

static void current_log__of_another_backup__is_found_by_an_old_token_too(void **state)
{
    struct restored_set set;

    (void)state;
    restored_set_make(&set, true);
    set.has_old_token = true;
    restored_set_make_token(&set);
    assert_int_equal(restored_set_run(&set, false), S_OK);
    current_log_of_other_backup(&set);
    assert_int_equal(restored_set_run(&set, false), hrBadDbSignature);
    restored_set_remove(&set);
}

static void make_version7(struct restored_set *set, const char *name)
{
    size_t bytes, i;
    uint8_t *data = restored_set_load(set, name, &bytes);
    uint8_t *record = data + ESE_LOG_HEADER_BYTES;
    uint32_t after = (uint32_t)(bytes - ESE_LOG_HEADER_BYTES - 22), sum;

    ese_put16(data + ESE_LOG_SECTOR_BYTES, 512);
    ese_put16(data + ESE_LOG_HEADER_SECTORS, ESE_LOG_HEADER_BYTES / 512);
    ese_put16(data + ESE_LOG_SECTORS, (uint16_t)(bytes / 512));
    ese_put32(data + ESE_LOG_MAJOR, 7);
    ese_put32(data + ESE_LOG_MINOR, 3704);
    ese_log_header_seal(data);
    memset(record, 0, 22);
    record[0] = 42;
    ese_put32(record + 5, after);
    record[21] = 0xD1;
    sum = 0xFEEDBEAFu ^ after ^ 0xD1u ^ ese_get32(data + ESE_LOG_GENERATION);
    for (i = 0; i < after; i++)
        sum ^= (uint32_t)record[22 + i] << 8 * (i % 4);
    ese_put32(record + 13, sum);
    restored_set_store(set, name, data, bytes);
}

static void logs__of_version_7__are_read_to_their_ends_too(void **state)
{
    static const char *const names[] = {"edb00005.log", "edb00006.log", "edb00007.log",
                                        "edb00008.log", "edb.log"};
    struct restored_set set;
    size_t i;

    (void)state;
    restored_set_make(&set, true);
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        make_version7(&set, names[i]);
    restored_set_make_token(&set);
    assert_int_equal(restored_set_run(&set, false), S_OK);
    assert_true(restored_set_says(&set, "all good"));
    flip(&set, "edb00006.log", SET_LOG_BYTES - 100, 2);
    assert_int_equal(restored_set_run(&set, false), hrLogFileCorrupt);
    assert_true(
        restored_set_says(&set, "edb00006.log (generation 0x6): a checksum record is wrong"));
    assert_int_equal(restored_set_run(&set, true), S_OK);
    restored_set_remove(&set);
}

static void every_bit__of_a_page_and_a_log__is_noticed(void **state)
{
    struct restored_set set;
    size_t offset;

    (void)state;
    restored_set_make(&set, true);
    for (offset = 0; offset < SET_PAGE_BYTES; offset += 509) {
        flip(&set, "ntds.dit", 2 * SET_PAGE_BYTES + offset, 0x40);
        if (restored_set_run(&set, false) != hrReadVerifyFailure)
            fail_msg("byte %u of page 1", (unsigned int)offset);
        flip(&set, "ntds.dit", 2 * SET_PAGE_BYTES + offset, 0x40);
    }
    for (offset = 0; offset < SET_LOG_BYTES; offset += 4001) {
        flip(&set, "edb00007.log", offset, 0x40);
        if (restored_set_run(&set, false) != hrLogFileCorrupt)
            fail_msg("byte %u of a log", (unsigned int)offset);
        flip(&set, "edb00007.log", offset, 0x40);
    }
    assert_int_equal(restored_set_run(&set, false), S_OK);
    restored_set_remove(&set);
}

/* Wine knows no encrypted file. */
static void attributes__that_keep_the_directory_out__are_refused(void **state)
{
    (void)state;
    assert_non_null(wcsstr(restore_file_refusal(FILE_ATTRIBUTE_READONLY), L"read-only"));
    assert_non_null(wcsstr(restore_file_refusal(FILE_ATTRIBUTE_ENCRYPTED), L"encrypted"));
    assert_null(restore_file_refusal(FILE_ATTRIBUTE_NORMAL));
    assert_null(restore_file_refusal(FILE_ATTRIBUTE_ARCHIVE | FILE_ATTRIBUTE_COMPRESSED |
                                     FILE_ATTRIBUTE_SPARSE_FILE | FILE_ATTRIBUTE_HIDDEN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_set__as_it_was_backed_up__is_accepted),
        cmocka_unit_test(database__damaged_or_another__has_its_code),
        cmocka_unit_test(logs__damaged_missing_or_foreign__have_their_codes),
        cmocka_unit_test(logs__older_than_the_only_one__are_too_low),
        cmocka_unit_test(logs__beside_a_backup_without_any__are_said_to_be_none_of_it),
        cmocka_unit_test(attributes__that_keep_the_directory_out__are_refused),
        cmocka_unit_test(checkpoint__not_the_backups_own__is_set_aside),
        cmocka_unit_test(checkpoint__not_the_backups_own_beside_a_bad_log__stays),
        cmocka_unit_test(checkpoint__that_cannot_be_set_aside__fails_the_restore),
        cmocka_unit_test(headers_only__asked_for__reads_no_pages_and_no_segments),
        cmocka_unit_test(record__of_the_backup__finds_what_sums_cannot_see),
        cmocka_unit_test(record__database_has_another_name_now__is_compared),
        cmocka_unit_test(record__file_without_a_digest_or_not_in_it__is_said),
        cmocka_unit_test(record__of_another_kind_of_digest__finds_another_size),
        cmocka_unit_test(record__of_the_backup__says_what_is_compared_with_it),
        cmocka_unit_test(file__read_only__is_refused),
        cmocka_unit_test(set__that_is_kept__may_be_read_only),
        cmocka_unit_test(checkpoint__of_another_in_a_kept_set__is_the_sources_to_report),
        cmocka_unit_test(set__without_a_token__is_held_to_rule_and_sums),
        cmocka_unit_test(set__without_edb_log__needs_edbtmp_log),
        cmocka_unit_test(current_log__of_another_backup__is_found_by_an_old_token_too),
        cmocka_unit_test(logs__of_version_7__are_read_to_their_ends_too),
        cmocka_unit_test(every_bit__of_a_page_and_a_log__is_noticed),
    };

    return cmocka_run_group_tests_name("restore_check", tests, NULL, NULL);
}
