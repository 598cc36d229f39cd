/*
 * server_name.c - compares a server's name with all names of this computer.
 *
 * Microsoft Learn (DsBackupPrepare): backslashes are optional, the server must be this computer, an
 * underscore is not allowed. KB Q261160: names must work without NetBIOS too. Asks no network.
 */
#include "server_name.h"

#include <ntdsbmsg.h>
#include <wchar.h>

/* 127.x.x.x. Not by the C runtime's scanf, which allocates and does not look whether it could. */
static bool is_loopback_address(const wchar_t *name)
{
    unsigned int number, digit_count, count;

    for (count = 1; count <= 4; count++) {
        number = 0;
        for (digit_count = 0; *name >= L'0' && *name <= L'9' && digit_count < 4; digit_count++)
            number = 10 * number + (unsigned int)(*name++ - L'0');
        if (!digit_count || number > 255 || (count == 1 && number != 127) ||
            *name++ != (count < 4 ? L'.' : 0))
            return false;
    }
    return true;
}

static bool is_loopback(const wchar_t *name)
{
    return _wcsicmp(name, L".") == 0 || _wcsicmp(name, L"localhost") == 0 ||
           wcscmp(name, L"::1") == 0 || is_loopback_address(name);
}

static bool is_malformed(const wchar_t *name)
{
    size_t length = wcslen(name);
    size_t i;

    if (!length || length >= SERVER_NAME_CHARS)
        return true;
    for (i = 0; i < length; i++) {
        if (name[i] <= L' ' || wcschr(L"\\/\"[]|<>+=;,?*_'", name[i]))
            return true;
    }
    return false;
}

static bool equal(const wchar_t *name, size_t length, const wchar_t *own)
{
    return CompareStringOrdinal(name, (int)length, own, -1, TRUE) == CSTR_EQUAL;
}

static bool is_own(const wchar_t *name)
{
    static const COMPUTER_NAME_FORMAT formats[] = {
        ComputerNameNetBIOS,
        ComputerNameDnsHostname,
        ComputerNameDnsFullyQualified,
        ComputerNamePhysicalNetBIOS,
        ComputerNamePhysicalDnsHostname,
        ComputerNamePhysicalDnsFullyQualified,
    };
    size_t length = wcslen(name);
    wchar_t own[SERVER_NAME_CHARS];
    DWORD own_chars;
    size_t i;

    if (length > 1 && name[length - 1] == L'.')
        length--;
    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        own_chars = SERVER_NAME_CHARS;
        if (GetComputerNameExW(formats[i], own, &own_chars) && own_chars &&
            equal(name, length, own))
            return true;
    }
    return false;
}

legacy_result server_name_check(const wchar_t *server, bool may_be_empty)
{
    if (!server || !server[0])
        return may_be_empty ? S_OK : ERROR_INVALID_PARAMETER;
    if (server[0] == L'\\' && server[1] == L'\\')
        server += 2;
    if (is_malformed(server))
        return hrCouldNotConnect;
    return is_loopback(server) || is_own(server) ? S_OK : RPC_S_INVALID_BINDING;
}

bool server_name_own(wchar_t name[SERVER_NAME_CHARS])
{
    DWORD name_chars = SERVER_NAME_CHARS;

    return GetComputerNameExW(ComputerNameNetBIOS, name, &name_chars);
}
