/*
 * Names: which files a name can belong to, and the names of logs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ese/ese_names.h"

static const struct
{
    const char *name;
    const char *base;
    enum ese_name_kind kind;
    uint32_t generation;
    uint8_t hex_digits;
} rows[] = {
    {"edb.log", "edb", ESE_NAME_CURRENT_LOG, 0, 0},
    {"EDB.LOG", "edb", ESE_NAME_CURRENT_LOG, 0, 0},
    {"edb.jtx", "edb", ESE_NAME_CURRENT_LOG, 0, 0},
    {"edbtmp.log", "edb", ESE_NAME_TEMPORARY_LOG, 0, 0},
    {"EdbTmp.Log", "EDB", ESE_NAME_TEMPORARY_LOG, 0, 0},
    {"edb00001.log", "edb", ESE_NAME_ARCHIVED_LOG, 1, 5},
    {"edb0001a.log", "edb", ESE_NAME_ARCHIVED_LOG, 0x1A, 5},
    {"EDBFFFFF.LOG", "edb", ESE_NAME_ARCHIVED_LOG, 0xFFFFF, 5},
    {"edb00100000.log", "edb", ESE_NAME_ARCHIVED_LOG, 0x100000, 8},
    {"edb00000042.log", "edb", ESE_NAME_ARCHIVED_LOG, 0x42, 8},
    {"edb00058.jtx", "edb", ESE_NAME_ARCHIVED_LOG, 0x58, 5},
    {"j5000003.log", "j50", ESE_NAME_ARCHIVED_LOG, 3, 5},
    {"j50.log", "j50", ESE_NAME_CURRENT_LOG, 0, 0},
    {"edb.log", "j50", ESE_NAME_OTHER, 0, 0},
    {"edb00000.log", "edb", ESE_NAME_OTHER, 0, 0},
    {"edb0001.log", "edb", ESE_NAME_OTHER, 0, 0},
    {"edb000001.log", "edb", ESE_NAME_OTHER, 0, 0},
    {"edb0000g.log", "edb", ESE_NAME_OTHER, 0, 0},
    {"edb00001.log.old", "edb", ESE_NAME_OTHER, 0, 0},
    {"edbres00001.jrs", "edb", ESE_NAME_RESERVE_LOG, 0, 0},
    {"EDBRES00002.JRS", "edb", ESE_NAME_RESERVE_LOG, 0, 0},
    {"res1.log", "edb", ESE_NAME_RESERVE_LOG, 0, 0},
    {"res2.log", "edb", ESE_NAME_RESERVE_LOG, 0, 0},
    {"edb.chk", "edb", ESE_NAME_CHECKPOINT, 0, 0},
    {"edb.jcp", "edb", ESE_NAME_CHECKPOINT, 0, 0},
    {"ntds.jfm", "edb", ESE_NAME_FLUSH_MAP, 0, 0},
    {"ntds.pat", "edb", ESE_NAME_PATCH, 0, 0},
    {"temp.edb", "edb", ESE_NAME_TEMPORARY_DATABASE, 0, 0},
    {"TMP.EDB", "edb", ESE_NAME_TEMPORARY_DATABASE, 0, 0},
    {"ntds.dit", "edb", ESE_NAME_OTHER, 0, 0},
    {"edb", "edb", ESE_NAME_OTHER, 0, 0},
    {"", "edb", ESE_NAME_OTHER, 0, 0},
    {".log", "edb", ESE_NAME_OTHER, 0, 0},
    {"a-name-that-is-much-longer-than-any-name-that-belongs-to-an-instance-of-ese.log", "edb",
     ESE_NAME_OTHER, 0, 0},
};

static void check_row(size_t i, struct ese_name found)
{
    if (found.kind != rows[i].kind || found.generation != rows[i].generation ||
        found.hex_digits != rows[i].hex_digits)
        fail_msg("%s (base %s): kind %d generation %lx digits %u", rows[i].name, rows[i].base,
                 (int)found.kind, (unsigned long)found.generation, found.hex_digits);
}

static void classify__every_row__is_told_apart(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(i, ese_name_classify(rows[i].name, rows[i].base));
}

static void classify_wide__every_row__says_the_same(void **state)
{
    wchar_t wide[128];
    size_t i, c;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (c = 0; c <= strlen(rows[i].name); c++)
            wide[c] = (wchar_t)rows[i].name[c];
        check_row(i, ese_name_classify_wide(wide, rows[i].base));
    }
}

static void classify_wide__letter_beyond_ascii__is_other(void **state)
{
    (void)state;
    /* U+0165 ends in the byte of 'e' when cut to eight bits. */
    assert_int_equal(ese_name_classify_wide(L"\x0165"
                                            L"db.log",
                                            "edb")
                         .kind,
                     ESE_NAME_OTHER);
}

static void is_backed_up_log__only_archived_and_current(void **state)
{
    struct ese_name name = {.kind = ESE_NAME_ARCHIVED_LOG};

    (void)state;
    assert_true(ese_name_is_backed_up_log(&name));
    name.kind = ESE_NAME_CURRENT_LOG;
    assert_true(ese_name_is_backed_up_log(&name));
    name.kind = ESE_NAME_TEMPORARY_LOG;
    assert_false(ese_name_is_backed_up_log(&name));
    name.kind = ESE_NAME_RESERVE_LOG;
    assert_false(ese_name_is_backed_up_log(&name));
}

static void log_name__round_the_width_change__classifies_back(void **state)
{
    static const struct
    {
        uint32_t generation;
        const char *name;
    } names[] = {
        {1, "edb00001.log"},           {0xABCDE, "edbABCDE.log"},       {0xFFFFF, "edbFFFFF.log"},
        {0x100000, "edb00100000.log"}, {0x7FFFFFFF, "edb7FFFFFFF.log"},
    };
    char name[ESE_LOG_NAME_CHARS];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        memset(name, 0x5A, sizeof(name));
        ese_log_name(name, "edb", names[i].generation);
        assert_string_equal(name, names[i].name);
        assert_int_equal(ese_name_classify(name, "edb").generation, names[i].generation);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classify__every_row__is_told_apart),
        cmocka_unit_test(classify_wide__every_row__says_the_same),
        cmocka_unit_test(classify_wide__letter_beyond_ascii__is_other),
        cmocka_unit_test(is_backed_up_log__only_archived_and_current),
        cmocka_unit_test(log_name__round_the_width_change__classifies_back),
    };

    return cmocka_run_group_tests_name("ese_names", tests, NULL, NULL);
}
