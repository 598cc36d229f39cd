/*
 * test_restore_token.c - is the backup of this token of this installation of Windows?
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#include "common/log_file.h"
#include "session/restore_token.h"
#include "token/token.h"

#include <ntdsbmsg.h>

#define SID  "S-1-5-21-1-2-3"
#define NAME "CN=NTDS Settings,CN=DC1"

static const struct installation here = {.domain_sid = L"S-1-5-21-1-2-3",
                                         .machine_name = L"CN=NTDS Settings,CN=DC1",
                                         .boot_key = {L"01", L"23", L"45", L"67"}};
static const uint8_t backup_id[TOKEN_ID_BYTES] = {0x1d};

static wchar_t log_text[8192];
static enum log_level worst;

static void keep_line(void *context, enum log_level level, const wchar_t *line)
{
    size_t used = wcslen(log_text);

    (void)context;
    _snwprintf(log_text + used, ARRAYSIZE(log_text) - used - 1, L"%ls\n", line);
    if (level < worst)
        worst = level;
}

static struct token_text text_of(const char *text)
{
    return (struct token_text){(const uint8_t *)text, (uint32_t)strlen(text)};
}

/* What a backup of this installation says. */
static struct token_fields own_fields(void)
{
    static uint8_t hash[HASH_BYTES];
    struct token_fields fields = {.version = TOKEN_VERSION,
                                  .backup_id = backup_id,
                                  .domain_sid = text_of(SID),
                                  .machine_name = text_of(NAME),
                                  .boot_key_hash = hash};

    assert_int_equal(installation_hash_boot_key(&here, backup_id, sizeof(backup_id), hash), S_OK);
    return fields;
}

static legacy_result check(const struct token_fields *fields, const struct installation *now,
                           bool allow)
{
    const struct settings settings = {.allow_other_installation = allow};
    legacy_result hr;

    memset(log_text, 0, sizeof(log_text));
    worst = LOG_TRACE;
    log_file_watch(keep_line, NULL);
    hr = restore_token_installation(fields, now, &settings);
    log_file_watch(NULL, NULL);
    return hr;
}

static bool logged(const wchar_t *text)
{
    return wcsstr(log_text, text) != NULL;
}

static void installation__the_same__is_accepted(void **state)
{
    struct token_fields fields = own_fields();

    (void)state;
    assert_int_equal(check(&fields, &here, false), S_OK);
    assert_int_equal(worst, LOG_INFO);
    assert_true(logged(L"The backup is of this installation"));
    /* As the directory sees names. */
    fields.machine_name = text_of("cn=ntds settings,cn=dc1");
    assert_int_equal(check(&fields, &here, false), S_OK);
}

static void installation__differs_in_anything__is_refused_unless_allowed(void **state)
{
    static const struct
    {
        struct installation now;
        const wchar_t *says;
    } rows[] = {
        {{L"S-1-5-21-1-2-4", L"CN=NTDS Settings,CN=DC1", {L"01", L"23", L"45", L"67"}},
         L"another domain SID"},
        {{L"S-1-5-21-1-2-3", L"CN=NTDS Settings,CN=DC2", {L"01", L"23", L"45", L"67"}},
         L"another Machine DN Name"},
        {{L"S-1-5-21-1-2-3", L"CN=NTDS Settings,CN=DC1", {L"01", L"23", L"45", L"68"}},
         L"another boot key"},
    };
    struct token_fields fields = own_fields();
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        assert_int_equal(check(&fields, &rows[i].now, false), hrOtherInstallation);
        assert_int_equal(worst, LOG_ERROR);
        assert_true(logged(rows[i].says));
        assert_true(logged(L"AllowOtherInstallation = 1"));
        assert_int_equal(check(&fields, &rows[i].now, true), S_OK);
        assert_int_equal(worst, LOG_WARNING);
        assert_true(logged(rows[i].says));
        assert_true(logged(L"The restore goes on"));
    }
}

/* What is not known on either side is said, and refuses nothing. */
static void installation__not_known__is_said(void **state)
{
    static const struct installation nobody;
    struct token_fields fields = own_fields();

    (void)state;
    assert_int_equal(check(&fields, &nobody, false), S_OK);
    assert_int_equal(worst, LOG_WARNING);
    assert_true(logged(L"The boot key cannot be compared"));
    assert_true(logged(L"The domain SID cannot be compared: this computer does not say it"));
    assert_false(logged(L"The backup is of this installation"));
}

/* A domain controller that was installed anew under its name has the same SID and name. */
static void installation__boot_key_alone_not_known__is_not_called_the_same(void **state)
{
    struct token_fields fields = own_fields();

    (void)state;
    fields.boot_key_hash = NULL;
    assert_int_equal(check(&fields, &here, false), S_OK);
    assert_int_equal(worst, LOG_WARNING);
    assert_true(logged(L"The boot key cannot be compared"));
    assert_false(logged(L"The backup is of this installation"));
}

static void installation__token_of_version_2__is_a_warning(void **state)
{
    struct token_fields fields = {.version = 2, .backup_id = backup_id};

    (void)state;
    assert_int_equal(check(&fields, &here, false), S_OK);
    assert_int_equal(worst, LOG_WARNING);
    assert_true(logged(L"The boot key cannot be compared"));
    assert_true(logged(L"the backup does not say it"));
}

/* One is checked and restored: of two the other one would be lost in silence. */
static void token__of_any_number_of_databases__is_accepted_with_one(void **state)
{
    const struct settings settings = {0};
    struct token_fields fields = {.version = 2, .backup_id = backup_id, .expires = 1};

    (void)state;
    for (fields.database_count = 0; fields.database_count < 3; fields.database_count++)
        assert_int_equal(restore_token_check(&fields, fields.created, &settings),
                         fields.database_count == 1 ? S_OK : hrUnknownExpiryTokenFormat);
}

/* The salt is the backup's: equal keys of two backups cannot be told from different ones. */
static void boot_key_hash__of_another_backup__is_another(void **state)
{
    static const uint8_t other_id[TOKEN_ID_BYTES] = {0x2d};
    static const struct installation half = {.boot_key = {L"01", L"23", L"", L"67"}};
    static const uint8_t unknown[HASH_BYTES];
    uint8_t a[HASH_BYTES], b[HASH_BYTES];

    (void)state;
    assert_int_equal(installation_hash_boot_key(&here, backup_id, sizeof(backup_id), a), S_OK);
    assert_int_equal(installation_hash_boot_key(&here, other_id, sizeof(other_id), b), S_OK);
    assert_memory_not_equal(a, b, HASH_BYTES);
    assert_int_equal(installation_hash_boot_key(&half, backup_id, sizeof(backup_id), a), S_OK);
    assert_memory_equal(a, unknown, HASH_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(installation__the_same__is_accepted),
        cmocka_unit_test(installation__differs_in_anything__is_refused_unless_allowed),
        cmocka_unit_test(installation__not_known__is_said),
        cmocka_unit_test(installation__boot_key_alone_not_known__is_not_called_the_same),
        cmocka_unit_test(installation__token_of_version_2__is_a_warning),
        cmocka_unit_test(token__of_any_number_of_databases__is_accepted_with_one),
        cmocka_unit_test(boot_key_hash__of_another_backup__is_another),
    };

    return cmocka_run_group_tests_name("restore_token", tests, NULL, NULL);
}
