/*
 * test_file_set.c - the files of one folder: each database by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "file_set.h"
#include "recovery_facts.h"

/* The streaming backup of one beside a database that was copied otherwise. */
static void judge__streamed_beside_another__only_it_needs_no_current_log(void **state)
{
    struct recovery_set facts;
    struct file_set_database databases[2];
    struct file_set set = {.logs = facts.logs, .databases = databases, .database_count = 2};
    struct ese_recovery_result result;

    (void)state;
    facts_good(&facts);
    facts_remove(&facts, 8);
    set.log_count = facts.facts.log_count;
    databases[0] = (struct file_set_database){.header = facts.database, .is_streamed = true};
    databases[1] = (struct file_set_database){.header = facts.database};
    assert_true(file_set_judge(&set, &databases[0], &result));
    assert_false(file_set_judge(&set, &databases[1], &result));
    assert_int_equal(result.fault.verdict, ESE_RECOVERY_NO_CURRENT);
    set.has_temporary_log = true;
    assert_true(file_set_judge(&set, &databases[1], &result));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judge__streamed_beside_another__only_it_needs_no_current_log),
    };

    return cmocka_run_group_tests_name("file_set", tests, NULL, NULL);
}
