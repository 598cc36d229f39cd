/*
 * minimal-vss FOLDER: a whole backup of Active Directory through ntdsvss.h. FOLDER must be new. It
 * gets metadata.txt last, when ntdsvss_backup_complete has called the backup good: a folder without
 * metadata.txt is not a backup.
 */
#include <windows.h>
#include <objbase.h>
#include <ntdsvss.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* Call a function, which must succeed. */
#define CALL(function, ...)       check(L## #function, function(__VA_ARGS__))
#define CALL_WIN32(function, ...) check_win32(L## #function, function(__VA_ARGS__))

static char buffer[512 * 1024];
static const wchar_t *place = L"the start"; /* for messages: the file that is being copied */
static struct ntdsvss_backup *backup;

static void check(const wchar_t *function, HRESULT hr)
{
    if (SUCCEEDED(hr))
        return;
    fwprintf(stderr, L"minimal-vss: %ls failed with 0x%08lX at %ls\n", function, hr, place);
    ntdsvss_backup_close(backup);
    exit(EXIT_FAILURE);
}

/* A failure without a code is one all the same. */
static void check_win32(const wchar_t *function, BOOL done)
{
    DWORD error = done ? ERROR_SUCCESS : GetLastError();

    check(function, done || error ? HRESULT_FROM_WIN32(error) : E_FAIL);
}

/* The library's own words for a failure name the call of VSS or the writer. */
static void show(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    (void)context;
    if (level == NTDSVSS_LEVEL_ERROR)
        fwprintf(stderr, L"minimal-vss: %ls\n", line);
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
    check(L"WriteFile", written == bytes ? S_OK : HRESULT_FROM_WIN32(ERROR_DISK_FULL));
}

/* A document that a restore needs, as UTF-16. */
static void save_file(const wchar_t *name, const wchar_t *text)
{
    HANDLE file = create_file(name);

    write_file(file, L"\xfeff", sizeof(wchar_t));
    write_file(file, text, (DWORD)(wcslen(text) * sizeof(wchar_t)));
    CloseHandle(file);
}

/* Copies the file with this index and path out of the shadow copy. */
static void copy_file(size_t index, const wchar_t *path)
{
    HANDLE to = create_file(wcsrchr(path, L'\\') + 1);
    HANDLE from;
    uint64_t left;
    DWORD read;

    CALL(ntdsvss_backup_open_file, backup, index, &from, &left);
    do {
        CALL_WIN32(ReadFile, from, buffer, sizeof(buffer), &read, NULL);
        write_file(to, buffer, read);
        left -= read;
    } while (read > 0);
    check(L"ReadFile", left == 0 ? S_OK : HRESULT_FROM_WIN32(ERROR_HANDLE_EOF));
    CloseHandle(from);
    CloseHandle(to);
}

/* The databases come first in the indices, then the logs and the checkpoint. */
static void copy_all(void)
{
    const struct ntdsvss_file *databases, *logs;
    size_t database_count, log_count, i;

    ntdsvss_backup_databases(backup, &databases, &database_count);
    for (i = 0; i < database_count; i++)
        copy_file(i, databases[i].path);
    CALL(ntdsvss_backup_logs, backup, &logs, &log_count);
    for (i = 0; i < log_count; i++)
        copy_file(database_count + i, logs[i].path);
}

static void back_up(void)
{
    struct ntdsvss_settings settings = {.wait_ms = 600000, .retry_ms = 600000, .log = show};
    struct ntdsvss_documents documents;

    CALL(CoInitializeEx, NULL, COINIT_MULTITHREADED);
    CALL(ntdsvss_com_security);
    CALL(ntdsvss_backup_create, &settings, &backup);
    CALL(ntdsvss_backup_start, backup);
    copy_all();
    CALL(ntdsvss_backup_complete, backup);
    ntdsvss_backup_documents(backup, &documents);
    save_file(L"components.xml", documents.components);
    save_file(L"writer.xml", documents.writer);
    save_file(L"metadata.part", documents.backup_metadata);
    CALL_WIN32(MoveFileExW, L"metadata.part", L"metadata.txt", MOVEFILE_WRITE_THROUGH);
    ntdsvss_backup_close(backup);
    CoUninitialize();
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
    if (argc != 2) {
        fwprintf(stderr, L"usage: minimal-vss FOLDER\n");
        return 2;
    }
    create_folder(argv[1]);
    back_up();
    return EXIT_SUCCESS;
}
