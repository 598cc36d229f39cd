/*
 * check_settings.c - reads the settings with the product's own code (settings.c, which alone knows
 * their bounds) and reports what that ignores.
 */
#include "checks.h"

#include "common/log_file.h"
#include "log_watch.h"
#include "registry.h"
#include "host/settings.h"

#include <wchar.h>

#define KEY        L"SOFTWARE\\ntdsbcli"
#define NAME_CHARS 256u

static bool is_known(const wchar_t *name)
{
    static const wchar_t *const known[] = {
        L"",         L"Timeout",   L"Retry",      L"Verify",
        L"LogLevel", L"LogFolder", L"ExpiryDays", L"AllowOtherInstallation",
        L"Provider"};
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (_wcsicmp(known[i], name) == 0)
            return true;
    }
    return false;
}

static void check_names(struct findings *findings)
{
    wchar_t name[NAME_CHARS];
    LSTATUS status;
    HKEY key = registry_open(KEY, &status);
    DWORD i;

    if (!key)
        return;
    for (i = 0;; i++) {
        DWORD name_chars = NAME_CHARS;

        status = RegEnumValueW(key, i, name, &name_chars, NULL, NULL, NULL, NULL);
        if (status == ERROR_NO_MORE_ITEMS)
            break;
        if (status == ERROR_SUCCESS && !is_known(name))
            findings_add(findings, AREA_SETTINGS, FINDING_WARNING, L"settings.unknown",
                         L"Check its spelling against the settings in guides/legacy-program.md.",
                         L"HKLM\\" KEY L" has a value '%ls', which is not a setting.", name);
        else if (status != ERROR_SUCCESS && status != ERROR_MORE_DATA)
            break;
    }
    RegCloseKey(key);
}

static void check_environment(struct findings *findings)
{
    static const wchar_t *const variables[] = {L"NTDSBCLI_LOG", L"NTDSBCLI_TIMEOUT_S",
                                               L"NTDSBCLI_RETRY_S"};
    size_t i;

    for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        if (GetEnvironmentVariableW(variables[i], NULL, 0))
            findings_add(findings, AREA_SETTINGS, FINDING_NOTE, L"settings.environment", NULL,
                         L"The environment variable %ls is set here and overrides the registry.",
                         variables[i]);
    }
}

void check_settings(struct findings *findings)
{
    struct log_watch watch = {.findings = findings,
                              .area = AREA_SETTINGS,
                              .id = L"settings.ignored",
                              .next = L"Correct it in HKLM\\" KEY L" or in the environment. "
                                      L"Until then the default applies.",
                              .warning_as = FINDING_ERROR,
                              .error_as = FINDING_ERROR};
    static const wchar_t *const verify_words[] = {
        [SETTINGS_VERIFY_FULL] = L"full",
        [SETTINGS_VERIFY_HEADERS_ONLY] = L"headers-only",
        [SETTINGS_VERIFY_OFF] = L"off",
    };
    struct settings settings;

    log_watch_begin(&watch);
    settings_read(&settings);
    log_watch_end();
    findings_add(findings, AREA_SETTINGS, FINDING_OK, L"settings.values", NULL,
                 L"Timeout %u s, Retry %u s, LogLevel %u, ExpiryDays %u%ls, Verify %ls.",
                 settings.wait_ms / 1000, settings.retry_ms / 1000, settings.log_level,
                 settings.expiry_days, settings.expiry_days ? L"" : L" (as the directory says)",
                 verify_words[settings.verify]);
    if (settings.verify != SETTINGS_VERIFY_FULL)
        findings_add(findings, AREA_SETTINGS, FINDING_WARNING, L"settings.verify",
                     L"Set Verify to full, unless a restore must be fast rather than safe.",
                     L"Verify is %ls: damaged pages %ls.", verify_words[settings.verify],
                     settings.verify == SETTINGS_VERIFY_OFF
                         ? L"are not detected, neither in a backup nor in a restore"
                         : L"of a restored database are not detected");
    if (settings.allow_other_installation)
        findings_add(findings, AREA_SETTINGS, FINDING_WARNING, L"settings.other-installation",
                     L"Delete the value once that restore is done.",
                     L"AllowOtherInstallation is 1: backups of other installations of Windows are "
                     L"not refused.");
    check_names(findings);
    check_environment(findings);
}
