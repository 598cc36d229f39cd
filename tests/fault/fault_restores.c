/*
 * fault_restores.c - a restore program or its broker is killed at random moments, and the next
 * restore repairs what that left.
 *
 *     fault-restores host|broker PROGRAM SERVER BACKUP DIRECTORY COUNT
 *
 * PROGRAM is legacy-restore.exe, BACKUP the folder of its backup, DIRECTORY the one folder of the
 * directory's files. Must not know how the product restores.
 */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define LIMIT_MS    5000u
#define RUN_MS      120000u
#define LINE_CHARS  1024
#define KILLED_CODE 99

static const wchar_t directory_key[] = L"SYSTEM\\CurrentControlSet\\Services\\NTDS";
static const wchar_t interlock_key[] =
    L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Restore In Progress";
static const wchar_t parameters_key[] = L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters";
static const wchar_t marker_value[] = L"Database restored from backup";
static const wchar_t old_name[] = L"ntds.dit";
static const char old_content[] = "not a database any more";

struct run
{
    struct cases cases;
    const wchar_t *program;
    const wchar_t *server;
    const wchar_t *backup;
    const wchar_t *directory;
    bool kills_broker;
    HANDLE nothing; /* for what the program prints */
};

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

/* --- the directory -------------------------------------------------------------------------------
 */

static void join(wchar_t path[LINE_CHARS], const wchar_t *folder, const wchar_t *name)
{
    _snwprintf(path, LINE_CHARS, L"%ls\\%ls", folder, name);
    path[LINE_CHARS - 1] = 0;
}

static bool is_file(const WIN32_FIND_DATAW *found)
{
    return !(found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
}

/* A broken directory that never was restored. */
static bool reset_directory(struct run *run)
{
    wchar_t path[LINE_CHARS];
    WIN32_FIND_DATAW found;
    HANDLE search;
    FILE *file;
    HKEY key;

    RegDeleteTreeW(HKEY_LOCAL_MACHINE, interlock_key);
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, parameters_key, 0, KEY_SET_VALUE, &key) ==
        ERROR_SUCCESS) {
        RegDeleteValueW(key, marker_value);
        RegCloseKey(key);
    }
    join(path, run->directory, L"*");
    search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return cases_wrong(&run->cases, "no folder %ls", run->directory);
    do {
        join(path, run->directory, found.cFileName);
        if (is_file(&found) && !DeleteFileW(path))
            return cases_wrong(&run->cases, "%ls cannot be deleted", path);
    } while (FindNextFileW(search, &found));
    FindClose(search);
    join(path, run->directory, old_name);
    file = _wfopen(path, L"wb");
    if (!file)
        return cases_wrong(&run->cases, "%ls cannot be written", path);
    fwrite(old_content, 1, sizeof(old_content), file);
    fclose(file);
    return true;
}

static unsigned int count_files(const wchar_t *folder)
{
    wchar_t path[LINE_CHARS];
    WIN32_FIND_DATAW found;
    unsigned int count = 0;
    HANDLE search;

    join(path, folder, L"*");
    search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return 0;
    do {
        count += is_file(&found);
    } while (FindNextFileW(search, &found));
    FindClose(search);
    return count;
}

static bool is_untouched(const struct run *run)
{
    char content[sizeof(old_content)] = "";
    wchar_t path[LINE_CHARS];
    FILE *file;
    size_t got;

    join(path, run->directory, old_name);
    file = _wfopen(path, L"rb");
    got = file ? fread(content, 1, sizeof(content), file) : 0;
    if (file)
        fclose(file);
    return got == sizeof(old_content) && memcmp(content, old_content, sizeof(old_content)) == 0 &&
           count_files(run->directory) == 1;
}

static bool same_file(const wchar_t *one, const wchar_t *other)
{
    static char buffers[2][65536];
    FILE *files[2] = {_wfopen(one, L"rb"), _wfopen(other, L"rb")};
    bool same = files[0] && files[1];
    size_t got = 1;

    while (same && got) {
        got = fread(buffers[0], 1, sizeof(buffers[0]), files[0]);
        same = fread(buffers[1], 1, sizeof(buffers[1]), files[1]) == got &&
               memcmp(buffers[0], buffers[1], got) == 0;
    }
    if (files[0])
        fclose(files[0]);
    if (files[1])
        fclose(files[1]);
    return same;
}

/* Every file of the backup but its lists is there, and nothing else. */
static bool is_restored(const struct run *run)
{
    wchar_t path[LINE_CHARS], other[LINE_CHARS];
    WIN32_FIND_DATAW found;
    unsigned int count = 0;
    bool same = true;
    HANDLE search;

    join(path, run->backup, L"*");
    search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return false;
    do {
        const wchar_t *extension = wcsrchr(found.cFileName, L'.');

        if (!is_file(&found) || (extension && _wcsicmp(extension, L".bin") == 0))
            continue;
        join(path, run->backup, found.cFileName);
        join(other, run->directory, found.cFileName);
        same = same_file(path, other);
        count++;
    } while (same && FindNextFileW(search, &found));
    FindClose(search);
    return same && count && count_files(run->directory) == count;
}

static bool interlock_exists(void)
{
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, interlock_key, 0, KEY_READ, &key) != ERROR_SUCCESS)
        return false;
    RegCloseKey(key);
    return true;
}

static bool marker_is_set(void)
{
    DWORD number = 0, bytes = sizeof(number);

    return RegGetValueW(HKEY_LOCAL_MACHINE, parameters_key, marker_value, RRF_RT_REG_DWORD, NULL,
                        &number, &bytes) == ERROR_SUCCESS &&
           number == 1;
}

/* --- the restore program -------------------------------------------------------------------------
 */

/* NULL: it does not start. */
static HANDLE start_restore(struct run *run)
{
    STARTUPINFOW startup = {.cb = sizeof(startup),
                            .dwFlags = STARTF_USESTDHANDLES,
                            .hStdInput = run->nothing,
                            .hStdOutput = run->nothing,
                            .hStdError = run->nothing};
    PROCESS_INFORMATION created;
    wchar_t line[2 * LINE_CHARS];

    _snwprintf(line, ARRAYSIZE(line), L"\"%ls\" \"%ls\" \"%ls\"", run->program, run->server,
               run->backup);
    line[ARRAYSIZE(line) - 1] = 0;
    if (!CreateProcessW(run->program, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &created)) {
        cases_wrong(&run->cases, "%ls does not start: %lu", run->program, GetLastError());
        return NULL;
    }
    CloseHandle(created.hThread);
    return created.hProcess;
}

/* Its exit code; KILLED_CODE where it had to be killed. */
static DWORD end_of(HANDLE process)
{
    DWORD code = KILLED_CODE;

    if (WaitForSingleObject(process, RUN_MS) != WAIT_OBJECT_0) {
        TerminateProcess(process, KILLED_CODE);
        WaitForSingleObject(process, RUN_MS);
    }
    GetExitCodeProcess(process, &code);
    return code;
}

static bool restore_works(struct run *run)
{
    HANDLE process = start_restore(run);
    DWORD code;

    if (!process)
        return false;
    code = end_of(process);
    CloseHandle(process);
    if (code != 0)
        return cases_wrong(&run->cases, "the next restore ended with %lu", code);
    if (!is_restored(run))
        return cases_wrong(&run->cases, "the next restore left other files than the backup's");
    if (interlock_exists() || !marker_is_set())
        return cases_wrong(&run->cases, "the next restore left interlock %d, marker %d",
                           interlock_exists(), marker_is_set());
    return aftermath_is_clean(LIMIT_MS, run->cases.reason);
}

/* --- deaths --------------------------------------------------------------------------------------
 */

/* Until the interlock is there, which a restore sets before it touches a file. False: the program
 * ended first. */
static bool wait_for_interlock(HANDLE process)
{
    HANDLE handles[2] = {process, CreateEventW(NULL, FALSE, FALSE, NULL)};
    bool ended = false;
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, directory_key, 0, KEY_NOTIFY, &key) != ERROR_SUCCESS)
        return false;
    while (!interlock_exists() && !ended) {
        RegNotifyChangeKeyValue(key, TRUE, REG_NOTIFY_CHANGE_NAME, handles[1], TRUE);
        /* It may have come before the request. */
        if (!interlock_exists())
            ended = WaitForMultipleObjects(2, handles, FALSE, INFINITE) == WAIT_OBJECT_0;
    }
    RegCloseKey(key);
    CloseHandle(handles[1]);
    return !ended;
}

/* One that has ended by itself at its moment is as good as one that was killed then. */
static void kill_at(struct run *run, HANDLE process, bool registered, DWORD moment_ms)
{
    DWORD process_id = 0;
    HANDLE broker;

    if (registered && !wait_for_interlock(process))
        return;

    if (!run->kills_broker) {
        WaitForSingleObject(process, moment_ms);
        TerminateProcess(process, KILLED_CODE);
        WaitForSingleObject(process, RUN_MS);
        return;
    }
    /* The broker is there once it has called VSS for the first time. */
    if (!aftermath_wait_for_call(process, " CreateVssBackupComponents ", 1) ||
        !aftermath_brokers(&process_id))
        return;
    broker = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, process_id);
    if (!broker)
        return;
    WaitForSingleObject(broker, moment_ms);
    TerminateProcess(broker, KILLED_CODE);
    WaitForSingleObject(broker, LIMIT_MS);
    CloseHandle(broker);
}

/* No half-restored directory may start: unless all is untouched or complete, interlock and marker
 * keep it from that. */
static bool check_state(struct run *run, bool has_succeeded)
{
    bool interlock = interlock_exists();
    bool marker = marker_is_set();

    if (interlock && has_succeeded)
        return cases_wrong(&run->cases, "the program said success, the interlock is there");
    if (is_untouched(run))
        return true;
    if (!marker)
        return cases_wrong(&run->cases, "files were changed, and the marker is not set");
    return interlock || is_restored(run) ||
           cases_wrong(&run->cases, "half a restore, and no interlock");
}

/* Of a host that died the broker tells the writer; a broker that died cannot. */
static bool check_writer(struct run *run)
{
    char *calls = aftermath_calls();
    unsigned int begun = aftermath_count_successes(calls, "PreRestore async ");
    unsigned int ended = aftermath_count_successes(calls, "PostRestore hr=");

    free(calls);
    return run->kills_broker || begun == ended ||
           cases_wrong(&run->cases, "the writer heard %u PreRestore, %u PostRestore", begun, ended);
}

static bool die(struct run *run, bool registered, DWORD moment_ms, const char **where)
{
    HANDLE process;
    DWORD code;

    aftermath_clear_calls();
    if (!reset_directory(run))
        return false;
    process = start_restore(run);
    if (!process)
        return false;
    kill_at(run, process, registered, moment_ms);
    code = end_of(process);
    CloseHandle(process);
    if (!aftermath_is_clean(LIMIT_MS, run->cases.reason))
        return false;
    *where = is_untouched(run) ? "before" : interlock_exists() ? "in the middle" : "complete";
    return check_state(run, code == 0) && check_writer(run) && restore_works(run);
}

static DWORD whole_restore_ms(struct run *run)
{
    ULONGLONG start = GetTickCount64();

    return reset_directory(run) && restore_works(run) ? (DWORD)(GetTickCount64() - start) + 1 : 0;
}

static void run_deaths(struct run *run, unsigned long count)
{
    const char *who = run->kills_broker ? "broker" : "host";
    unsigned int seed = (unsigned int)GetTickCount();
    DWORD whole_ms, moment_ms;
    const char *where;
    bool registered, passed;
    unsigned long i;

    /* The second is what it takes when all is warm. */
    whole_ms = whole_restore_ms(run) ? whole_restore_ms(run) : 0;
    cases_note(&run->cases, whole_ms != 0, "random_restore_deaths__before__restore_works");
    printf("seed %u, a restore takes %lu ms\n", seed, whole_ms);
    srand(seed);
    for (i = 1; whole_ms && i <= count; i++) {
        /* Every second one once it was registered, as that is over soon. */
        registered = i % 2 == 0;
        moment_ms = (DWORD)rand() % (registered ? whole_ms / 2 + 1 : whole_ms);
        where = "nowhere";
        passed = die(run, registered, moment_ms, &where);
        printf("%s %lu after %lu ms%s: %s\n", who, i, moment_ms, registered ? " registered" : "",
               where);
        cases_note(&run->cases, passed, "random_restore_death_of_%s_%lu__next_restore_completes",
                   who, i);
    }
}

int wmain(int argc, wchar_t **argv)
{
    SECURITY_ATTRIBUTES inheritable = {.nLength = sizeof(inheritable), .bInheritHandle = TRUE};
    struct run run = {.kills_broker = argc > 1 && wcscmp(argv[1], L"broker") == 0};

    if (argc != 7 || (!run.kills_broker && wcscmp(argv[1], L"host") != 0) || !aftermath_begin()) {
        fprintf(stderr,
                "usage: fault-restores host|broker PROGRAM SERVER BACKUP DIRECTORY COUNT\n");
        return 2;
    }
    run.program = argv[2];
    run.server = argv[3];
    run.backup = argv[4];
    run.directory = argv[5];
    run.nothing =
        CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                    &inheritable, OPEN_EXISTING, 0, NULL);
    run_deaths(&run, wcstoul(argv[6], NULL, 10));
    CloseHandle(run.nothing);
    return cases_end(&run.cases);
}
