/*
 * test_settings.c - what weakens a check is taken from the machine's registry only.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "common/log_file.h"
#include "host/settings.h"

#include <stdio.h>

static HKEY open_settings(HKEY root)
{
    HKEY key = NULL;

    assert_int_equal(RegCreateKeyExW(root, L"SOFTWARE\\ntdsbcli", 0, NULL, 0,
                                     KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL),
                     ERROR_SUCCESS);
    return key;
}

static void set_text(HKEY root, const wchar_t *name, DWORD type, const wchar_t *text)
{
    HKEY key = open_settings(root);

    assert_int_equal(RegSetValueExW(key, name, 0, type, (const BYTE *)text,
                                    (DWORD)((wcslen(text) + 1) * sizeof(*text))),
                     ERROR_SUCCESS);
    RegCloseKey(key);
}

static void set_verify(HKEY root, DWORD type, const wchar_t *text)
{
    set_text(root, L"Verify", type, text);
}

static int remove_settings(void **state)
{
    (void)state;
    RegDeleteKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\ntdsbcli", KEY_WOW64_64KEY, 0);
    RegDeleteKeyExW(HKEY_CURRENT_USER, L"SOFTWARE\\ntdsbcli", KEY_WOW64_64KEY, 0);
    SetEnvironmentVariableW(L"NTDSBCLI_VERIFY", NULL);
    return 0;
}

static enum settings_verify verify(void)
{
    struct settings settings;

    memset(&settings, 0xDD, sizeof(settings));
    settings_read(&settings);
    return settings.verify;
}

static void verify__in_the_machines_registry__is_read(void **state)
{
    static const struct
    {
        const wchar_t *text;
        DWORD type;
        enum settings_verify expected;
    } rows[] = {
        {L"headers-only", REG_SZ, SETTINGS_VERIFY_HEADERS_ONLY},
        {L"Headers-Only", REG_SZ, SETTINGS_VERIFY_HEADERS_ONLY},
        {L"off", REG_SZ, SETTINGS_VERIFY_OFF},
        {L"OFF", REG_SZ, SETTINGS_VERIFY_OFF},
        {L"full", REG_SZ, SETTINGS_VERIFY_FULL},
        {L"", REG_SZ, SETTINGS_VERIFY_FULL},
        {L"0", REG_SZ, SETTINGS_VERIFY_FULL},
        {L"off ", REG_SZ, SETTINGS_VERIFY_FULL},
        {L"of", REG_SZ, SETTINGS_VERIFY_FULL},
        {L"headers", REG_SZ, SETTINGS_VERIFY_FULL},
        {L"1", REG_BINARY, SETTINGS_VERIFY_FULL},
        {L"off", REG_BINARY, SETTINGS_VERIFY_FULL},
        {L"a text that is longer than any of the words", REG_SZ, SETTINGS_VERIFY_FULL},
    };
    size_t i;

    (void)state;
    assert_int_equal(verify(), SETTINGS_VERIFY_FULL);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        set_verify(HKEY_LOCAL_MACHINE, rows[i].type, rows[i].text);
        if (verify() != rows[i].expected)
            fail_msg("%ls (type %lu): taken for %d", rows[i].text, rows[i].type, (int)verify());
    }
}

static void verify__anywhere_else__is_not_read(void **state)
{
    static const wchar_t *const words[] = {L"headers-only", L"off"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        set_verify(HKEY_CURRENT_USER, REG_SZ, words[i]);
        SetEnvironmentVariableW(L"NTDSBCLI_VERIFY", words[i]);
        assert_int_equal(verify(), SETTINGS_VERIFY_FULL);
    }
}

static uint32_t wait_ms_with(DWORD timeout)
{
    HKEY key = open_settings(HKEY_LOCAL_MACHINE);
    struct settings settings;

    assert_int_equal(
        RegSetValueExW(key, L"Timeout", 0, REG_DWORD, (const BYTE *)&timeout, sizeof(timeout)),
        ERROR_SUCCESS);
    RegCloseKey(key);
    settings_read(&settings);
    return settings.wait_ms;
}

static void number__out_of_its_bounds__is_ignored(void **state)
{
    (void)state;
    assert_int_equal(wait_ms_with(1), 1000);
    assert_int_equal(wait_ms_with(86400), 86400000);
    assert_int_equal(wait_ms_with(0), 600000);
    assert_int_equal(wait_ms_with(86401), 600000);
}

/* A text of one character has as many bytes as a number. */
static void number__of_another_type__is_ignored(void **state)
{
    struct settings settings;

    (void)state;
    set_text(HKEY_LOCAL_MACHINE, L"Timeout", REG_SZ, L"7");
    set_text(HKEY_LOCAL_MACHINE, L"AllowOtherInstallation", REG_SZ, L"\x01");
    settings_read(&settings);
    assert_int_equal(settings.wait_ms, 600000);
    assert_false(settings.allow_other_installation);
}

/* wcstoul makes 1100 of the first. */
static void number__not_of_digits_alone__is_ignored(void **state)
{
    static const wchar_t *const texts[] = {L"-4294966196", L"+7", L" 7", L"7s", L"0x7"};
    struct settings settings;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        SetEnvironmentVariableW(L"NTDSBCLI_TIMEOUT_S", texts[i]);
        settings_read(&settings);
        assert_int_equal(settings.wait_ms, 600000);
    }
    SetEnvironmentVariableW(L"NTDSBCLI_TIMEOUT_S", L"7");
    settings_read(&settings);
    SetEnvironmentVariableW(L"NTDSBCLI_TIMEOUT_S", NULL);
    assert_int_equal(settings.wait_ms, 7000);
}

/* What a user's environment says would decide where programs write that the user runs elevated. */
static void log_folder__variable_says_elsewhere__is_the_systems(void **state)
{
    wchar_t kept[MAX_PATH] = L"";
    struct settings settings;

    (void)state;
    GetEnvironmentVariableW(L"ProgramData", kept, MAX_PATH);
    SetEnvironmentVariableW(L"ProgramData", L"C:\\elsewhere");
    SetEnvironmentVariableW(L"SystemDrive", L"Q:");
    memset(&settings, 0xDD, sizeof(settings));
    settings_read(&settings);
    SetEnvironmentVariableW(L"ProgramData", kept);
    SetEnvironmentVariableW(L"SystemDrive", L"C:");
    assert_int_equal(wcscmp(settings.log_folder, L"C:\\ProgramData\\ntdsbcli"), 0);
}

static void provider__guid_in_braces__is_read_and_all_else_is_none(void **state)
{
    static const GUID given = {
        0xb5946137, 0x7b9f, 0x4925, {0xaf, 0x80, 0x51, 0xab, 0xd6, 0x0b, 0x20, 0xd5}};
    static const GUID none;
    static const struct
    {
        const wchar_t *text;
        DWORD type;
        const GUID *expected;
    } rows[] = {
        {L"{b5946137-7b9f-4925-af80-51abd60b20d5}", REG_SZ, &given},
        {L"{B5946137-7B9F-4925-AF80-51ABD60B20D5}", REG_SZ, &given},
        {L"b5946137-7b9f-4925-af80-51abd60b20d5", REG_SZ, &none},
        {L"{b5946137-7b9f-4925-af80-51abd60b20dX}", REG_SZ, &none},
        {L"{b5946137-7b9f-4925-af80-51abd60b20d5} and more than fits", REG_SZ, &none},
        {L"", REG_SZ, &none},
        {L"{b5946137-7b9f-4925-af80-51abd60b20d5}", REG_BINARY, &none},
    };
    struct settings settings;
    size_t i;

    (void)state;
    settings_read(&settings);
    assert_memory_equal(&settings.provider, &none, sizeof(none));
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        set_text(HKEY_LOCAL_MACHINE, L"Provider", rows[i].type, rows[i].text);
        memset(&settings, 0xDD, sizeof(settings));
        settings_read(&settings);
        assert_memory_equal(&settings.provider, rows[i].expected, sizeof(none));
    }
}

struct lines
{
    unsigned count;
    wchar_t last[200];
};

static void keep_line(void *context, enum log_level level, const wchar_t *line)
{
    struct lines *lines = context;

    assert_int_equal(level, LOG_WARNING);
    lines->count++;
    _snwprintf(lines->last, ARRAYSIZE(lines->last) - 1, L"%ls", line);
}

static struct lines lines_of_a_read(struct settings *settings)
{
    struct lines lines = {0};

    log_file_watch(keep_line, &lines);
    settings_read(settings);
    log_file_watch(NULL, NULL);
    return lines;
}

static void setting__ignored__is_named_with_the_reason(void **state)
{
    static const struct
    {
        const wchar_t *value;
        const wchar_t *text;
        DWORD type;
        const wchar_t *says;
    } rows[] = {
        {L"Timeout", L"7", REG_SZ, L"Setting Timeout ignored: it is not a REG_DWORD"},
        {L"LogLevel", L"7", REG_SZ, L"Setting LogLevel ignored: it is not a REG_DWORD"},
        {L"ExpiryDays", L"\xffff", REG_DWORD, L"Setting ExpiryDays ignored: 65535 is not between"},
        {L"Verify", L"of", REG_SZ, L"Setting Verify ignored"},
        {L"Provider", L"VSS", REG_SZ, L"Setting Provider ignored"},
        {L"LogFolder", L"", REG_SZ, L"Setting LogFolder ignored"},
        {L"LogFolder", L"D:", REG_DWORD, L"Setting LogFolder ignored"},
        {L"Timeout", L"\x0009", REG_DWORD, NULL},
        {L"Verify", L"off", REG_SZ, NULL},
        {L"LogFolder", L"D:\\logs", REG_SZ, NULL},
        {L"Retri", L"7", REG_SZ, NULL},
    };
    struct settings settings;
    struct lines lines;
    size_t i;

    assert_int_equal(lines_of_a_read(&settings).count, 0);
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        set_text(HKEY_LOCAL_MACHINE, rows[i].value, rows[i].type, rows[i].text);
        lines = lines_of_a_read(&settings);
        remove_settings(state);
        if (lines.count != (rows[i].says != NULL) ||
            (rows[i].says && wcsncmp(lines.last, rows[i].says, wcslen(rows[i].says)) != 0))
            fail_msg("%ls '%ls': %u lines, the last: %ls", rows[i].value, rows[i].text, lines.count,
                     lines.last);
    }
}

static void number__in_the_environment_ignored__is_named_with_the_reason(void **state)
{
    static const wchar_t *const texts[] = {L"7s", L"0", L"86401", L"1000000000000000"};
    struct settings settings;
    struct lines lines;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(texts); i++) {
        SetEnvironmentVariableW(L"NTDSBCLI_TIMEOUT_S", texts[i]);
        lines = lines_of_a_read(&settings);
        SetEnvironmentVariableW(L"NTDSBCLI_TIMEOUT_S", NULL);
        assert_int_equal(lines.count, 1);
        assert_non_null(wcsstr(lines.last, L"Setting NTDSBCLI_TIMEOUT_S ignored"));
        assert_int_equal(settings.wait_ms, 600000);
    }
}

static void log_folder__in_the_registry__is_that(void **state)
{
    struct settings settings;

    (void)state;
    set_text(HKEY_LOCAL_MACHINE, L"LogFolder", REG_SZ, L"D:\\logs");
    settings_read(&settings);
    assert_int_equal(wcscmp(settings.log_folder, L"D:\\logs"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(verify__in_the_machines_registry__is_read, remove_settings),
        cmocka_unit_test_teardown(verify__anywhere_else__is_not_read, remove_settings),
        cmocka_unit_test_teardown(number__out_of_its_bounds__is_ignored, remove_settings),
        cmocka_unit_test_teardown(number__of_another_type__is_ignored, remove_settings),
        cmocka_unit_test_teardown(number__not_of_digits_alone__is_ignored, remove_settings),
        cmocka_unit_test_teardown(provider__guid_in_braces__is_read_and_all_else_is_none,
                                  remove_settings),
        cmocka_unit_test_teardown(setting__ignored__is_named_with_the_reason, remove_settings),
        cmocka_unit_test_teardown(number__in_the_environment_ignored__is_named_with_the_reason,
                                  remove_settings),
        cmocka_unit_test_teardown(log_folder__in_the_registry__is_that, remove_settings),
        cmocka_unit_test(log_folder__variable_says_elsewhere__is_the_systems),
    };

    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
