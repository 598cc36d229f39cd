/*
 * minimal-legacy SERVER FOLDER: a whole backup of Active Directory through ntdsbcli.h, which
 * legacy-restore restores. FOLDER must be new. It gets token.bin last, when DsBackupEnd has called
 * the backup good: a folder without token.bin is not a backup.
 */
#include <windows.h>
#include <ntdsbcli.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* Call a function, which must succeed. */
#define CALL(function, ...)       check(L## #function, function(__VA_ARGS__))
#define CALL_WIN32(function, ...) check_win32(L## #function, function(__VA_ARGS__))

static char buffer[512 * 1024]; /* DsBackupRead is fast from 64 KiB on, in multiples of 8 KiB */
static const wchar_t *place;    /* for messages: the server or the file that is being copied */
static HBC hbc;

/* Not FAILED(): the Win32 codes of this API are positive. */
static void check(const wchar_t *function, HRESULT hr)
{
    if (hr == S_OK)
        return;
    fwprintf(stderr, L"minimal-legacy: %ls failed with 0x%08lX at %ls\n", function, hr, place);
    if (hbc)
        DsBackupEnd(hbc);
    exit(EXIT_FAILURE);
}

/* A failure without a code is one all the same. */
static void check_win32(const wchar_t *function, BOOL done)
{
    DWORD error = done ? ERROR_SUCCESS : GetLastError();

    check(function, done || error ? HRESULT_FROM_WIN32(error) : E_FAIL);
}

/* Write-through: what is called good is on the disk. */
static HANDLE create_file(const wchar_t *name)
{
    HANDLE file;

    place = name;
    file = CreateFileW(name, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_FLAG_WRITE_THROUGH, NULL);
    check_win32(L"CreateFileW", file != INVALID_HANDLE_VALUE);
    return file;
}

static void write_file(HANDLE file, const void *data, DWORD bytes)
{
    DWORD written = 0;

    CALL_WIN32(WriteFile, file, data, bytes, &written, NULL);
    check(L"WriteFile", written == bytes ? S_OK : ERROR_DISK_FULL);
}

static void save_file(const wchar_t *name, const void *data, DWORD bytes)
{
    HANDLE file = create_file(name);

    write_file(file, data, bytes);
    CloseHandle(file);
}

/* ENTRY is a BFT character, which tells the kind of the file, and a UNC path. */
static void copy_file(const wchar_t *entry)
{
    HANDLE file = create_file(wcsrchr(entry, L'\\') + 1);
    LARGE_INTEGER left;
    DWORD read;
    HRESULT hr;

    CALL(DsBackupOpenFileW, hbc, entry, sizeof(buffer), &left);
    for (;;) {
        hr = DsBackupRead(hbc, buffer, sizeof(buffer), &read);
        if (hr == ERROR_HANDLE_EOF && left.QuadPart == 0)
            break;
        check(L"DsBackupRead", hr);
        write_file(file, buffer, read);
        left.QuadPart -= read;
    }
    CALL(DsBackupClose, hbc);
    CloseHandle(file);
}

/* Saves a list, which a restore needs, and copies its files. An empty entry is its end. */
static void copy_list(const wchar_t *name, wchar_t *list, DWORD bytes)
{
    const wchar_t *entry;

    save_file(name, list, bytes);
    for (entry = list; *entry; entry += wcslen(entry) + 1)
        copy_file(entry);
    DsBackupFree(list);
}

static void back_up(const wchar_t *server)
{
    wchar_t *list;
    void *token;
    DWORD bytes, token_bytes;
    HRESULT hr;

    CALL(DsBackupPrepareW, server, 0, BACKUP_TYPE_FULL, &token, &token_bytes, &hbc);
    CALL(DsRestoreGetDatabaseLocationsW, hbc, &list, &bytes);
    save_file(L"locations.bin", list, bytes);
    DsBackupFree(list);
    CALL(DsBackupGetDatabaseNamesW, hbc, &list, &bytes);
    copy_list(L"names.bin", list, bytes);
    /* Only after the databases: the logs must cover the whole copy. */
    CALL(DsBackupGetBackupLogsW, hbc, &list, &bytes);
    copy_list(L"logs.bin", list, bytes);
    hr = DsBackupEnd(hbc);
    hbc = NULL;
    check(L"DsBackupEnd", hr);
    save_file(L"token.part", token, token_bytes);
    CALL_WIN32(MoveFileExW, L"token.part", L"token.bin", MOVEFILE_WRITE_THROUGH);
    DsBackupFree(token);
}

/* For SYSTEM, Administrators and the owner: the files hold the password hashes of the domain. */
static void create_folder(const wchar_t *folder)
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};

    CALL_WIN32(ConvertStringSecurityDescriptorToSecurityDescriptorW,
               L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;OW)", SDDL_REVISION_1,
               &attributes.lpSecurityDescriptor, NULL);
    CALL_WIN32(CreateDirectoryW, folder, &attributes);
    CALL_WIN32(SetCurrentDirectoryW, folder);
    LocalFree(attributes.lpSecurityDescriptor);
}

/* The C runtime calls it, but declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    if (argc != 3) {
        fwprintf(stderr, L"usage: minimal-legacy SERVER FOLDER\n");
        return 2;
    }
    place = argv[2];
    create_folder(argv[2]);
    place = argv[1];
    back_up(argv[1]);
    return EXIT_SUCCESS;
}
