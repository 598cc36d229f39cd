/*
 * fuzz_settings.c - any text and any number in the registry and the environment: each setting is
 * within its bounds.
 *
 * The input: for each value that is asked for, a byte that says whether it is there; of a text,
 * then its length and its bytes, of a number four bytes.
 */
#include "fuzz_promise.h"
#include "fuzz_windows.h"

#include "common/log_file.h"
#include "common/system_library.h"
#include "host/settings.h"

#include <winternl.h>

static struct
{
    const uint8_t *next;
    size_t left_bytes;
    bool has_retry;  /* in the environment, and nothing but digits */
    DWORD key_retry; /* in the registry */
} input;

static uint8_t take_byte(void)
{
    if (!input.left_bytes)
        return 0;
    input.left_bytes--;
    return *input.next++;
}

/* --- what the module asks for --------------------------------------------------------------------
 */

/* Terminated, as much as fits; returns its length. */
static size_t take_text(wchar_t *text, size_t chars)
{
    size_t wanted = take_byte(), i;

    for (i = 0; i < wanted && i + 1 < chars && input.left_bytes; i++) {
        text[i] = take_byte();
        if (!text[i])
            break;
    }
    text[i] = 0;
    return i;
}

LSTATUS RegOpenKeyExW(HKEY key, const wchar_t *path, DWORD options, DWORD access, HKEY *opened)
{
    (void)path;
    (void)options;
    PROMISE(key == HKEY_LOCAL_MACHINE && (access & KEY_WOW64_64KEY));
    if (take_byte() == 1)
        return ERROR_FILE_NOT_FOUND;
    *opened = key;
    return ERROR_SUCCESS;
}

/* Where it fails, some of the buffer may have changed. */
LSTATUS RegGetValueW(HKEY key, const wchar_t *path, const wchar_t *name, DWORD flags, DWORD *type,
                     void *data, DWORD *byte_count)
{
    uint8_t kind = take_byte();
    size_t i;

    PROMISE(key && !path && name && !type);
    if (kind == 1)
        return ERROR_FILE_NOT_FOUND;
    if (flags & RRF_RT_REG_SZ)
        take_text(data, *byte_count / sizeof(wchar_t));
    for (i = 0; !(flags & RRF_RT_REG_SZ) && i < sizeof(DWORD); i++)
        ((uint8_t *)data)[i] = take_byte();
    if (wcscmp(name, L"Retry") == 0)
        memcpy(&input.key_retry, data, sizeof(DWORD));
    return kind == 2 ? ERROR_MORE_DATA : ERROR_SUCCESS;
}

LSTATUS RegCloseKey(HKEY key)
{
    PROMISE(key);
    return ERROR_SUCCESS;
}

DWORD GetEnvironmentVariableW(const wchar_t *name, wchar_t *text, DWORD chars)
{
    size_t length = take_text(text, chars);

    PROMISE(wcsncmp(name, L"NTDSBCLI_", 9) == 0);
    if (wcscmp(name, L"NTDSBCLI_RETRY_S") == 0)
        input.has_retry = length && wcsspn(text, L"0123456789") == length;
    return length + 1 == chars ? chars + 1 : (DWORD)length;
}

UINT GetSystemWindowsDirectoryW(wchar_t *folder, UINT chars)
{
    PROMISE(chars >= MAX_PATH);
    wcscpy(folder, L"C:\\Windows");
    return (UINT)wcslen(folder);
}

static LONG WINAPI guid_from_text(const UNICODE_STRING *text, GUID *guid)
{
    PROMISE(!text->Buffer[text->Length / sizeof(wchar_t)]);
    memset(guid, 0x44, sizeof(*guid));
    return text->Buffer[0] == L'{' ? 0 : -1;
}

bool system_library_function(const wchar_t *library, const char *name, void *pointer)
{
    LONG(WINAPI * function)(const UNICODE_STRING *, GUID *) = guid_from_text;

    (void)library;
    (void)name;
    memcpy(pointer, &function, sizeof(function));
    return true;
}

/* --- the target ----------------------------------------------------------------------------------
 */

static bool is_zero(const GUID *guid)
{
    static const GUID zero;

    return memcmp(guid, &zero, sizeof(zero)) == 0;
}

void fuzz_settings(const uint8_t *data, size_t bytes)
{
    struct settings settings;

    memset(&settings, 0xA5, sizeof(settings));
    input.next = data;
    input.left_bytes = bytes;
    input.key_retry = 600;
    settings_read(&settings);
    PROMISE(settings.wait_ms >= 1000 && settings.wait_ms <= 86400000 &&
            settings.wait_ms % 1000 == 0);
    PROMISE(settings.retry_ms <= 86400000 && settings.retry_ms % 1000 == 0);
    PROMISE(input.has_retry || settings.retry_ms == 600000 ||
            settings.retry_ms == input.key_retry * 1000);
    PROMISE(settings.log_level <= LOG_TRACE && settings.expiry_days <= 3650);
    PROMISE(settings.verify >= SETTINGS_VERIFY_FULL && settings.verify <= SETTINGS_VERIFY_OFF);
    PROMISE(is_zero(&settings.provider) || settings.provider.Data1 == 0x44444444);
    PROMISE(wcsnlen(settings.log_folder, MAX_PATH) < MAX_PATH);
}
