/*
 * A full backup that keeps nothing but figures, for directories too large or too strange to copy.
 *
 * survey-caller SERVER [TAIL-FILE]   a whole backup; TAIL-FILE gets the last bytes of the database
 * survey-caller --states SERVER      what the calls say that tell a directory's state
 *
 * Prints one "key value" a line. Exit code 0 when every call of the backup went well; with --states
 * always.
 */
#include <windows.h>

#include <ntdsbcli.h>
#include <psapi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>
#include <wchar.h>

#define BUFFER_BYTES (1024u * 1024)
#define TAIL_BYTES   65536u

/* Where the time goes: sums over files. */
struct times
{
    double open_ms;
    double read_ms;
    double close_ms;
};

/* One is filled while the other has what came before. */
static unsigned char buffers[2][BUFFER_BYTES];

static void fail(const char *what, HRESULT hr)
{
    printf("failed %s 0x%08lX\n", what, (unsigned long)hr);
    exit(1);
}

static void check(const char *what, HRESULT hr)
{
    if (hr != S_OK)
        fail(what, hr);
}

/* From any moment on. */
static double now_ms(void)
{
    LARGE_INTEGER count, frequency;

    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart * 1000.0 / (double)frequency.QuadPart;
}

static void save_tail(const wchar_t *path, const unsigned char *bytes, size_t byte_count)
{
    size_t wanted = byte_count < TAIL_BYTES ? byte_count : TAIL_BYTES;
    FILE *file = _wfopen(path, L"wb");

    if (!file || fwrite(bytes + byte_count - wanted, 1, wanted, file) != wanted ||
        fclose(file) != 0)
        fail("writing the tail", E_FAIL);
}

/* Reads the open file; returns how many bytes it gave. */
static uint64_t read_to_end(HBC hbc, const wchar_t *tail_path)
{
    unsigned int filled = 0;
    uint64_t total = 0;
    DWORD got = 0, last;
    HRESULT hr;

    for (;;) {
        last = got;
        hr = DsBackupRead(hbc, buffers[filled], BUFFER_BYTES, &got);
        if (hr == ERROR_HANDLE_EOF)
            break;
        check("DsBackupRead", hr);
        total += got;
        filled ^= 1;
    }
    if (tail_path)
        save_tail(tail_path, buffers[filled ^ 1], last);
    return total;
}

static uint64_t read_file(HBC hbc, const wchar_t *name, const wchar_t *tail_path,
                          struct times *times)
{
    double start = now_ms(), opened, read;
    LARGE_INTEGER size;
    uint64_t total;

    check("DsBackupOpenFileW", DsBackupOpenFileW(hbc, name, BUFFER_BYTES, &size));
    opened = now_ms();
    total = read_to_end(hbc, tail_path);
    if (total != (uint64_t)size.QuadPart)
        fail("fewer bytes than at the opening", E_FAIL);
    read = now_ms();
    check("DsBackupClose", DsBackupClose(hbc));
    times->open_ms += opened - start;
    times->read_ms += read - opened;
    times->close_ms += now_ms() - read;
    return total;
}

static void print_times(const char *label, const struct times *times, unsigned int count)
{
    double files = count ? count : 1;

    printf("%s_open_us %.0f\n%s_read_us %.0f\n%s_close_us %.0f\n", label,
           times->open_ms * 1000 / files, label, times->read_ms * 1000 / files, label,
           times->close_ms * 1000 / files);
}

static void read_databases(HBC hbc, const wchar_t *tail_path)
{
    struct times times = {0};
    const wchar_t *name;
    wchar_t *list;
    DWORD bytes;

    check("DsBackupGetDatabaseNamesW", DsBackupGetDatabaseNamesW(hbc, &list, &bytes));
    for (name = list; *name; name += wcslen(name) + 1)
        printf("database_bytes %llu\n",
               (unsigned long long)read_file(hbc, name, tail_path, &times));
    printf("database_ms %.0f\n", times.open_ms + times.read_ms + times.close_ms);
    DsBackupFree(list);
}

/* The first and the last quarter tell whether a log costs more the more of them there are. */
static void read_logs(HBC hbc)
{
    struct times first = {0}, middle = {0}, last = {0};
    unsigned int count = 0, at = 0;
    uint64_t total = 0;
    const wchar_t *name;
    wchar_t *list;
    DWORD bytes;
    double start = now_ms();

    check("DsBackupGetBackupLogsW", DsBackupGetBackupLogsW(hbc, &list, &bytes));
    printf("log_list_ms %.1f\nlog_list_bytes %lu\n", now_ms() - start, (unsigned long)bytes);
    for (name = list; *name; name += wcslen(name) + 1)
        count++;
    for (name = list; *name; name += wcslen(name) + 1, at++)
        total += read_file(hbc, name, NULL,
                           at < count / 4            ? &first
                           : at >= count - count / 4 ? &last
                                                     : &middle);
    printf("log_count %u\nlog_bytes %llu\nlogs_ms %.0f\n", count, (unsigned long long)total,
           now_ms() - start);
    print_times("first_quarter", &first, count / 4);
    print_times("last_quarter", &last, count / 4);
    DsBackupFree(list);
}

static void print_peak(const char *key, HANDLE process)
{
    PROCESS_MEMORY_COUNTERS memory = {.cb = sizeof(memory)};

    if (K32GetProcessMemoryInfo(process, &memory, sizeof(memory)))
        printf("%s %llu\n", key, (unsigned long long)memory.PeakWorkingSetSize / 1024);
}

/* This process's, and the broker's while it is there. */
static void print_memory(void)
{
    HANDLE processes = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    BOOL more = Process32FirstW(processes, &entry);

    print_peak("own_peak_kib", GetCurrentProcess());
    for (; more; more = Process32NextW(processes, &entry)) {
        HANDLE process;

        if (entry.th32ParentProcessID != GetCurrentProcessId())
            continue;
        process =
            OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, entry.th32ProcessID);
        if (process) {
            print_peak("broker_peak_kib", process);
            CloseHandle(process);
        }
    }
    CloseHandle(processes);
}

static void back_up(const wchar_t *server, const wchar_t *tail_path)
{
    double start = now_ms();
    void *token = NULL;
    DWORD bytes = 0;
    HBC hbc = NULL;

    check("DsBackupPrepareW", DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc));
    printf("prepare_ms %.0f\n", now_ms() - start);
    read_databases(hbc, tail_path);
    read_logs(hbc);
    print_memory();
    check("DsBackupTruncateLogs", DsBackupTruncateLogs(hbc));
    start = now_ms();
    check("DsBackupEnd", DsBackupEnd(hbc));
    printf("end_ms %.0f\n", now_ms() - start);
    DsBackupFree(token);
}

/* The service's own word before and after, so that nobody need guess what the calls saw. */
static void print_service(const char *key)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager ? OpenServiceW(manager, L"NTDS", SERVICE_QUERY_STATUS) : NULL;
    SERVICE_STATUS status;

    if (service && QueryServiceStatus(service, &status))
        printf("%s %lu\n", key, (unsigned long)status.dwCurrentState);
    else
        printf("%s none\n", key);
    if (service)
        CloseServiceHandle(service);
    if (manager)
        CloseServiceHandle(manager);
}

static void print_states(const wchar_t *server)
{
    void *token = (void *)(uintptr_t)77;
    HBC hbc = (HBC)(uintptr_t)77;
    DWORD bytes = 77;
    BOOL online = 77;
    HRESULT hr;

    print_service("service_before");
    hr = DsIsNTDSOnlineW(server, &online);
    printf("online 0x%08lX %d\n", (unsigned long)hr, online);
    hr = DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &bytes, &hbc);
    printf("prepare 0x%08lX %s\n", (unsigned long)hr,
           !token && !bytes && !hbc ? "nothing" : "something");
    if (hr == S_OK) {
        DsBackupFree(token);
        printf("end 0x%08lX\n", (unsigned long)DsBackupEnd(hbc));
    }
    print_service("service_after");
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    if (argc == 3 && wcscmp(argv[1], L"--states") == 0)
        print_states(argv[2]);
    else if (argc == 2 || argc == 3)
        back_up(argv[1], argc == 3 ? argv[2] : NULL);
    else
        fail("usage: survey-caller SERVER [TAIL-FILE] | --states SERVER", E_INVALIDARG);
    return 0;
}
