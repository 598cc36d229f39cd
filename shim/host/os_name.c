/*
 * os_name.c - asks ntdll: GetVersionEx tells programs what they want to hear.
 */
#include "os_name.h"

#include "common/bitness.h"
#include "common/format.h"
#include "common/system_library.h"

#include <windows.h>

typedef LONG(WINAPI *version_function)(OSVERSIONINFOW *);
typedef const char *(CDECL *wine_version_function)(void);

void os_name(wchar_t name[OS_NAME_CHARS])
{
    wine_version_function get_wine;
    version_function get_version;
    OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof(version)};

    system_library_function(L"ntdll.dll", "wine_get_version", &get_wine);
    if (system_library_function(L"ntdll.dll", "RtlGetVersion", &get_version))
        get_version(&version);
    format_text(name, OS_NAME_CHARS, L"Windows %lu.%lu.%lu, %d-bit%hs%hs", version.dwMajorVersion,
                version.dwMinorVersion, version.dwBuildNumber, bitness_of_system(),
                get_wine ? ", by Wine " : "", get_wine ? get_wine() : "");
}
