/*
 * settings.c - reads the settings.
 */
#include "settings.h"

#include "common/format.h"
#include "common/log_file.h"
#include "common/system_library.h"

#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>
#include <winternl.h>

static const wchar_t settings_key[] = L"SOFTWARE\\ntdsbcli";
static const wchar_t profiles_key[] =
    L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList";

struct setting
{
    const wchar_t *value;
    const wchar_t *variable; /* NULL: from the registry only */
    uint32_t least, most, usual;
};

static bool in_bounds(const struct setting *setting, const wchar_t *where, unsigned long number)
{
    if (number >= setting->least && number <= setting->most)
        return true;
    log_line(LOG_WARNING, L"Setting %ls ignored: %lu is not between %u and %u", where, number,
             setting->least, setting->most);
    return false;
}

static bool from_environment(const struct setting *setting, uint32_t *number)
{
    wchar_t text[16];
    unsigned long read;
    DWORD length;

    if (!setting->variable)
        return false;
    length = GetEnvironmentVariableW(setting->variable, text, 16);
    if (!length)
        return false;
    /* Of a negative number wcstoul makes a positive one. */
    if (length < 16 && wcsspn(text, L"0123456789") != length) {
        log_line(LOG_WARNING, L"Setting %ls ignored: '%ls' is not a number", setting->variable,
                 text);
        return false;
    }
    read = length < 16 ? wcstoul(text, NULL, 10) : ULONG_MAX;
    if (!in_bounds(setting, setting->variable, read))
        return false;
    *number = (uint32_t)read;
    return true;
}

static uint32_t read_number(HKEY key, const struct setting *setting)
{
    DWORD byte_count = sizeof(DWORD);
    uint32_t number;
    LSTATUS status;
    DWORD read;

    if (from_environment(setting, &number))
        return number;
    if (!key)
        return setting->usual;
    status = RegGetValueW(key, NULL, setting->value, RRF_RT_REG_DWORD, NULL, &read, &byte_count);
    if (status == ERROR_SUCCESS && in_bounds(setting, setting->value, read))
        return read;
    if (status != ERROR_SUCCESS && status != ERROR_FILE_NOT_FOUND)
        log_line(LOG_WARNING, L"Setting %ls ignored: it is not a REG_DWORD", setting->value);
    return setting->usual;
}

/* From the registry only, as it weakens a check. */
static enum settings_verify read_verify(HKEY key)
{
    static const wchar_t *const words[] = {[SETTINGS_VERIFY_FULL] = L"full",
                                           [SETTINGS_VERIFY_HEADERS_ONLY] = L"headers-only",
                                           [SETTINGS_VERIFY_OFF] = L"off"};
    wchar_t text[16] = L"";
    DWORD byte_count = sizeof(text);
    LSTATUS status = ERROR_FILE_NOT_FOUND;
    int word;

    if (key)
        status = RegGetValueW(key, NULL, L"Verify", RRF_RT_REG_SZ, NULL, text, &byte_count);
    for (word = SETTINGS_VERIFY_FULL; word <= SETTINGS_VERIFY_OFF; word++) {
        if (status == ERROR_SUCCESS && _wcsicmp(text, words[word]) == 0)
            return (enum settings_verify)word;
    }
    if (status != ERROR_FILE_NOT_FOUND)
        log_line(LOG_WARNING, L"Setting Verify ignored: it must be full, headers-only or off");
    return SETTINGS_VERIFY_FULL;
}

static void read_provider(HKEY key, GUID *provider)
{
    LONG(WINAPI * from_text)(const UNICODE_STRING *, GUID *);
    wchar_t text[40] = L"";
    DWORD byte_count = sizeof(text);
    LSTATUS status = ERROR_FILE_NOT_FOUND;
    UNICODE_STRING string = {.Buffer = text};

    memset(provider, 0, sizeof(*provider));
    if (key)
        status = RegGetValueW(key, NULL, L"Provider", RRF_RT_REG_SZ, NULL, text, &byte_count);
    if (status == ERROR_FILE_NOT_FOUND)
        return;
    string.Length = (USHORT)(wcslen(text) * sizeof(*text));
    if (status != ERROR_SUCCESS ||
        !system_library_function(L"ntdll.dll", "RtlGUIDFromString", &from_text) ||
        from_text(&string, provider) < 0) {
        memset(provider, 0, sizeof(*provider));
        log_line(LOG_WARNING, L"Setting Provider ignored: it must be a GUID in braces");
    }
}

/*
 * Where %ProgramData% is, of the system and not of the environment: that of a user is inherited by
 * programs that run elevated, and would choose a folder for them. Empty where it is not known.
 */
static void read_default_folder(wchar_t folder[MAX_PATH])
{
    static const wchar_t drive_variable[] = L"%SystemDrive%";
    const size_t variable_chars = wcslen(drive_variable);
    wchar_t windows[MAX_PATH] = L"";
    wchar_t value[MAX_PATH] = L"";
    DWORD byte_count = sizeof(value);
    const wchar_t *rest = value;
    HKEY key;

    folder[0] = 0;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, profiles_key, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY,
                      &key) == ERROR_SUCCESS) {
        if (RegGetValueW(key, NULL, L"ProgramData",
                         RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, NULL, value,
                         &byte_count) != ERROR_SUCCESS)
            value[0] = 0;
        RegCloseKey(key);
    }
    if (_wcsnicmp(value, drive_variable, variable_chars) == 0 &&
        GetSystemWindowsDirectoryW(windows, MAX_PATH) && windows[1] == L':') {
        windows[2] = 0;
        rest += variable_chars;
    } else {
        windows[0] = 0;
    }
    if (!value[0] || wcschr(rest, L'%') ||
        !format_text(folder, MAX_PATH, L"%ls%ls\\ntdsbcli", windows, rest))
        folder[0] = 0;
}

static void read_folder(HKEY key, wchar_t folder[MAX_PATH])
{
    DWORD byte_count = MAX_PATH * sizeof(*folder);
    LSTATUS status = ERROR_FILE_NOT_FOUND;

    if (key)
        status = RegGetValueW(key, NULL, L"LogFolder", RRF_RT_REG_SZ, NULL, folder, &byte_count);
    if (status == ERROR_SUCCESS && folder[0])
        return;
    if (status != ERROR_FILE_NOT_FOUND)
        log_line(LOG_WARNING, L"Setting LogFolder ignored: it is empty, too long or not a REG_SZ");
    read_default_folder(folder);
}

void settings_read(struct settings *settings)
{
    static const struct setting timeout = {L"Timeout", L"NTDSBCLI_TIMEOUT_S", 1, 86400, 600};
    static const struct setting retry = {L"Retry", L"NTDSBCLI_RETRY_S", 0, 86400, 600};
    static const struct setting level = {L"LogLevel", L"NTDSBCLI_LOG", 0, LOG_TRACE, LOG_INFO};
    static const struct setting expiry = {L"ExpiryDays", NULL, 0, 3650, 0};
    static const struct setting other = {L"AllowOtherInstallation", NULL, 0, 1, 0};
    HKEY key = NULL;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, settings_key, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY,
                      &key) != ERROR_SUCCESS)
        key = NULL;
    settings->wait_ms = read_number(key, &timeout) * 1000;
    settings->retry_ms = read_number(key, &retry) * 1000;
    settings->log_level = read_number(key, &level);
    settings->expiry_days = read_number(key, &expiry);
    settings->allow_other_installation = read_number(key, &other) != 0;
    settings->verify = read_verify(key);
    read_provider(key, &settings->provider);
    read_folder(key, settings->log_folder);
    if (key)
        RegCloseKey(key);
}
