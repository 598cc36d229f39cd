/*
 * test_file_pass.c - the samples' own check of a file of version 7, the logs of Windows Server
 * 2008: they are judged as a whole, at the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ese_samples.h"
#include "file_pass.h"

#define LOG_BYTES (700416u)

/* In pieces, as a program copies it. */
static bool pass_over(const uint8_t *file, struct file_pass *pass)
{
    uint8_t *piece = malloc(65536);
    bool good = true;
    size_t done, bytes;

    assert_non_null(piece);
    file_pass_begin(pass, ese_name_classify("edb.log", ESE_NTDS_BASE_NAME), ESE_FILE_LOG,
                    LOG_BYTES);
    for (done = 0; done < LOG_BYTES; done += bytes) {
        bytes = LOG_BYTES - done < 65536 ? LOG_BYTES - done : 65536;
        memcpy(piece, file + done, bytes);
        good = file_pass_piece(pass, piece, bytes) && good;
    }
    free(piece);
    assert_true(good);
    return file_pass_end(pass);
}

static void log_of_version_7__is_good_only_as_a_whole(void **state)
{
    struct file_pass *pass = calloc(1, sizeof(*pass));
    uint8_t *file = sample_log7(LOG_BYTES);
    enum ese_verdict verdict;
    uint64_t offset;

    (void)state;
    assert_non_null(pass);
    assert_true(pass_over(file, pass));
    assert_false(file_pass_fault(pass, &verdict, &offset));
    file_pass_fini(pass);
    file[5000] ^= 0x10;
    assert_false(pass_over(file, pass));
    assert_true(file_pass_fault(pass, &verdict, &offset));
    assert_int_equal(verdict, ESE_BAD_CHECKSUM);
    assert_int_equal(offset, 4096);
    file_pass_fini(pass);
    free(file);
    free(pass);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_of_version_7__is_good_only_as_a_whole),
    };

    return cmocka_run_group_tests_name("file_pass", tests, NULL, NULL);
}
