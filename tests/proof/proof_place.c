/*
 * proof_place.c - a place where nothing is redirected, that is protected and large enough.
 */
#include "proof_place.h"

#include "common/format.h"
#include "common/registration.h"
#include "host/identity.h"
#include "private_folder.h"

#include <stdlib.h>
#include <wchar.h>

#define OUT_CHARS_MOST 100u /* esentutl and dsamain take no long paths */
#define COPIES         4u   /* at once: of two backups, one of them twice, and room for logs */
#define MORE_BYTES     (1ull << 30)

/* Where Windows redirects 32-bit programs, and where no backup should lie. */
static bool is_below_windows(const wchar_t *path)
{
    wchar_t windows[MAX_PATH];
    UINT length = GetSystemWindowsDirectoryW(windows, MAX_PATH);

    return length && _wcsnicmp(path, windows, length) == 0 &&
           (!path[length] || path[length] == L'\\');
}

/* Of a proof that did not end, or that runs now. */
static bool has_leftovers(const wchar_t *out)
{
    wchar_t pattern[PROOF_PATH_CHARS];
    WIN32_FIND_DATAW found;
    HANDLE search;

    format_text(pattern, PROOF_PATH_CHARS, L"%ls\\ntdsprove-*", out);
    search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE)
        return false;
    FindClose(search);
    return true;
}

/* 0: not known. */
static uint64_t database_bytes(const struct proof *proof)
{
    WIN32_FILE_ATTRIBUTE_DATA data = {0};
    wchar_t service[300], *path = NULL;

    format_text(service, ARRAYSIZE(service), L"%ls%ls",
                proof->adlds ? REGISTRATION_ADLDS : REGISTRATION_NTDS,
                proof->adlds ? proof->adlds : L"");
    if (registration_location(service, DIRECTORY_DATABASE_FILE, &path) == ERROR_SUCCESS)
        GetFileAttributesExW(path, GetFileExInfoStandard, &data);
    free(path);
    return (uint64_t)data.nFileSizeHigh << 32 | data.nFileSizeLow;
}

static bool has_room(const struct proof *proof, const wchar_t *out)
{
    ULARGE_INTEGER available;

    return proof->level < 2 || !GetDiskFreeSpaceExW(out, &available, NULL, NULL) ||
           available.QuadPart >= COPIES * database_bytes(proof) + MORE_BYTES;
}

const wchar_t *proof_place_open(struct proof *proof, const wchar_t *name, wchar_t out[MAX_PATH])
{
    DWORD length = GetFullPathNameW(name, MAX_PATH, out, NULL);

    /* Not by TokenElevation: it is 0 for every program under Wine 10. */
    if (!identity_is_administrator(NULL))
        return L"not elevated. Open a command prompt with \"Run as administrator\".";
    if (!length || length > OUT_CHARS_MOST)
        return L"the path of /out is wrong or longer than 100 characters. Take a short one: "
               L"/out:C:\\proof";
    while (length && out[length - 1] == L'\\')
        out[--length] = 0;
    if (is_below_windows(out))
        return L"the results must not go below the Windows folder. Say where: /out:C:\\proof";
    if (!CreateDirectoryW(out, NULL) && GetLastError() != ERROR_ALREADY_EXISTS &&
        out[length - 1] != L':')
        return L"the folder /out cannot be made.";
    if (has_leftovers(out))
        return L"there is a folder ntdsprove-... in /out: another proof runs, or one did not end. "
               L"Delete the folder, it may hold a backup.";
    if (!has_room(proof, out))
        return L"too little free space in /out: four times the size of the database, and 1 GiB.";
    format_text(proof->work, MAX_PATH, L"%ls\\ntdsprove-%lu", out, GetCurrentProcessId());
    format_text(proof->instances, MAX_PATH, L"%ls-adlds", proof->work);
    return private_folder_create(proof->work) ? NULL : L"no protected folder can be made in /out.";
}
