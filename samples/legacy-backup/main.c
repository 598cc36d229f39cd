/* legacy-backup: a full backup of Active Directory into a folder, through the functions of
 * ntdsbcli.h and nothing else, in the order in which Microsoft's walkthrough calls them. */
#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>

#include <windows.h>
#include <ntdsbcli.h>

#include "calls.h"
#include "console.h"
#include "copy.h"
#include "folder.h"
#include "messages.h"
#include "progress.h"

#define BUFFER_BYTES_DEFAULT (512u * 1024u)
#define BUFFER_BYTES_MAX     (64u * 1024u * 1024u)
#define CLOSING_WAIT_MS      4000

struct options
{
    const wchar_t *server;
    const wchar_t *folder;
    DWORD buffer_bytes;
    bool ansi;
    bool help;
};

/* One backup from Prepare to End. */
struct session
{
    const struct options *options;
    struct copy copy;
    struct name_list databases, locations, logs;
    void *token;
    DWORD token_bytes;
};

/* Set by the console's handler thread, read by the main thread. */
static volatile LONG interrupted;

/* Signalled when the main thread has nothing left to undo. */
static HANDLE finished;

static const wchar_t usage_text[] =
    L"Backs up the Active Directory database and logs of this domain controller.\n"
    L"\n"
    L"  legacy-backup SERVER FOLDER [--buffer BYTES] [--ansi]\n"
    L"\n"
    L"  SERVER          this computer's name, with or without leading backslashes\n"
    L"  FOLDER          where the backup goes; created if missing, must be empty\n"
    L"  --buffer BYTES  bytes per read, 1 to 67108864; default 524288\n"
    L"  --ansi          use the A functions of the API instead of the W ones\n"
    L"  --help          this text\n"
    L"\n"
    L"FOLDER receives the files of the directory under their own names, names.bin, logs.bin and\n"
    L"locations.bin (the lists as the API returned them) and token.bin (the expiry token). A "
    L"restore\n"
    L"needs all of them. While the backup runs every file ends in .part; the names are changed "
    L"when\n"
    L"everything is complete, token.bin last: a folder without token.bin is not a backup. A "
    L"backup\n"
    L"that fails or is stopped with Ctrl-C takes its files away again. A folder that is not empty "
    L"is\n"
    L"never written to, so an older backup is safe: use a new folder for each.\n"
    L"\n"
    L"Exit codes: 0 backup complete, 2 wrong usage, 3 no domain controller or its directory is "
    L"not\n"
    L"online, 4 access denied, 5 the server could not provide the backup (Volume Shadow Copy),\n"
    L"6 a file could not be read or is damaged, 7 FOLDER cannot be written, 1 anything else.\n";

static BOOL WINAPI on_console_event(DWORD event)
{
    bool again = InterlockedExchange(&interrupted, 1) != 0;

    if (event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT)
        /* The second time the system's handler ends the program at once. */
        return !again;
    /* The window closes or the user logs off: the process ends when this returns. */
    WaitForSingleObject(finished, CLOSING_WAIT_MS);
    return FALSE;
}

static bool parse_buffer(const wchar_t *text, DWORD *bytes)
{
    wchar_t *end = NULL;
    unsigned long value;

    if (!text || *text < L'0' || *text > L'9')
        return false;
    value = wcstoul(text, &end, 10);
    if (*end != L'\0' || value < 1 || value > BUFFER_BYTES_MAX)
        return false;
    *bytes = value;
    return true;
}

static bool usage_error(const wchar_t *problem, const wchar_t *argument)
{
    console_print(CONSOLE_ERROR, L"legacy-backup: %ls%ls\n  Try: legacy-backup --help\n", problem,
                  argument);
    return false;
}

static bool parse_options(int argc, wchar_t **argv, struct options *options)
{
    int i;

    *options = (struct options){.buffer_bytes = BUFFER_BYTES_DEFAULT};
    for (i = 1; i < argc; i++) {
        if (wcscmp(argv[i], L"--help") == 0 || wcscmp(argv[i], L"/?") == 0) {
            options->help = true;
            return true;
        }
        if (wcscmp(argv[i], L"--ansi") == 0) {
            options->ansi = true;
        } else if (wcscmp(argv[i], L"--buffer") == 0) {
            i++;
            if (!parse_buffer(i < argc ? argv[i] : NULL, &options->buffer_bytes))
                return usage_error(L"--buffer wants a number of bytes, 1 to 67108864", L"");
        } else if (wcsncmp(argv[i], L"--", 2) == 0) {
            return usage_error(L"unknown option ", argv[i]);
        } else if (!options->server) {
            options->server = argv[i];
        } else if (!options->folder) {
            options->folder = argv[i];
        } else {
            return usage_error(L"one argument too many: ", argv[i]);
        }
    }
    if (!options->server || !*options->server)
        return usage_error(L"the name of the server is missing", L"");
    if (!options->folder || !*options->folder)
        return usage_error(L"the backup folder is missing", L"");
    return true;
}

/*
 * Switches on the privilege a backup needs. Where the account does not hold it DsBackupPrepare says
 * so, and the message about that is the better one.
 */
static void enable_backup_privilege(void)
{
    TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 1};
    HANDLE token = NULL;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token))
        return;
    privileges.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    if (LookupPrivilegeValueW(NULL, SE_BACKUP_NAME, &privileges.Privileges[0].Luid))
        (void)AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL);
    CloseHandle(token);
}

static enum exit_code check_online(const struct options *options)
{
    BOOL online = FALSE;
    HRESULT hr = calls_is_online(options->ansi, options->server, &online);

    if (hr != S_OK)
        return messages_call_failed(L"DsIsNTDSOnline", options->server, hr, STEP_CONNECT);
    if (!online) {
        console_print(CONSOLE_ERROR,
                      L"legacy-backup: the directory of %ls is not online.\n  Start its service "
                      L"\"Active Directory Domain Services\" (NTDS). In Directory Services Restore "
                      L"Mode there is nothing to back up: restart the computer normally.\n",
                      options->server);
        return EXIT_OFFLINE;
    }
    return EXIT_OK;
}

static enum exit_code prepare(struct session *session)
{
    const struct options *options = session->options;
    enum exit_code code;
    HRESULT hr = calls_prepare(options->ansi, options->server, &session->token,
                               &session->token_bytes, &session->copy.hbc);

    if (hr == S_OK)
        return EXIT_OK;
    code = messages_call_failed(L"DsBackupPrepare", options->server, hr, STEP_PREPARE);
    /* A directory that is online, but whose backup is not to be had, is the service's failure. */
    if (hr == hrCouldNotConnect) {
        BOOL online = FALSE;

        if (calls_is_online(options->ansi, options->server, &online) == S_OK && online)
            code = EXIT_SERVICE;
    }
    return code;
}

static enum exit_code get_list(struct session *session, enum name_list_kind kind,
                               struct name_list *list)
{
    HRESULT hr = calls_get_list(session->options->ansi, session->copy.hbc, kind, list);

    if (hr != S_OK)
        return messages_call_failed(calls_list_function(kind), NULL, hr, STEP_READ);
    return EXIT_OK;
}

static enum exit_code truncate_logs(struct session *session)
{
    HRESULT hr = DsBackupTruncateLogs(session->copy.hbc);

    if (hr != S_OK)
        return messages_call_failed(L"DsBackupTruncateLogs", NULL, hr, STEP_READ);
    return EXIT_OK;
}

/* The lists and the token, which a restore needs as much as the files; token.bin is the last. */
static enum exit_code save_records(struct session *session)
{
    const struct
    {
        const wchar_t *name;
        const void *data;
        DWORD bytes;
    } records[] = {
        {L"names.bin", session->databases.data, session->databases.bytes},
        {L"logs.bin", session->logs.data, session->logs.bytes},
        {L"locations.bin", session->locations.data, session->locations.bytes},
        {L"token.bin", session->token, session->token_bytes},
    };
    enum exit_code code = EXIT_OK;
    size_t i;

    for (i = 0; i < ARRAYSIZE(records) && code == EXIT_OK; i++)
        code =
            folder_save(session->copy.folder, records[i].name, records[i].data, records[i].bytes);
    return code;
}

/* Everything between Prepare and End. */
static enum exit_code back_up(struct session *session)
{
    enum exit_code code = get_list(session, LIST_DATABASES, &session->databases);

    if (code == EXIT_OK)
        code = get_list(session, LIST_LOCATIONS, &session->locations);
    if (code == EXIT_OK)
        code = copy_list(&session->copy, &session->databases);
    /* The logs are asked for when the databases are done: they must cover the whole copy. */
    if (code == EXIT_OK)
        code = get_list(session, LIST_LOGS, &session->logs);
    if (code == EXIT_OK)
        code = copy_list(&session->copy, &session->logs);
    if (code == EXIT_OK)
        code = save_records(session);
    if (code == EXIT_OK)
        code = truncate_logs(session);
    return code;
}

/* Ends the session, whatever happened in it, and only then calls the backup one. */
static enum exit_code end(struct session *session, enum exit_code code)
{
    HRESULT hr = DsBackupEnd(session->copy.hbc);

    if (hr != S_OK && code == EXIT_OK)
        code = messages_call_failed(L"DsBackupEnd", session->options->server, hr, STEP_END);
    name_list_free(&session->databases);
    name_list_free(&session->locations);
    name_list_free(&session->logs);
    DsBackupFree(session->token);
    if (code == EXIT_OK && interrupted)
        code = EXIT_OTHER;
    if (code == EXIT_OK)
        code = folder_publish(session->copy.folder);
    return code;
}

static void print_summary(const struct copy *copy, uint64_t elapsed_ms)
{
    wchar_t size[PROGRESS_TEXT_CHARS], took[PROGRESS_TEXT_CHARS], rate[PROGRESS_TEXT_CHARS];

    progress_size_text(copy->total_bytes, size);
    progress_time_text(elapsed_ms, took);
    progress_rate_text(copy->total_bytes, elapsed_ms, rate);
    console_print(CONSOLE_OUTPUT, L"Backup complete: %u files, %ls in %ls, %ls.\n",
                  copy->file_count, size, took, rate);
}

static enum exit_code run_session(const struct options *options, struct folder *folder)
{
    struct session session = {
        .options = options,
        .copy = {.folder = folder,
                 .buffer = malloc(options->buffer_bytes),
                 .buffer_bytes = options->buffer_bytes,
                 .interrupted = &interrupted},
    };
    uint64_t started_ms = GetTickCount64();
    enum exit_code code = EXIT_OTHER;

    if (!session.copy.buffer) {
        console_print(CONSOLE_ERROR, L"legacy-backup: no memory for a buffer of %lu bytes.\n",
                      (unsigned long)options->buffer_bytes);
        return EXIT_OTHER;
    }
    console_print(CONSOLE_OUTPUT, L"Preparing the backup of %ls ...\n", options->server);
    code = prepare(&session);
    if (code == EXIT_OK) {
        code = back_up(&session);
        code = end(&session, code);
    }
    if (code == EXIT_OK)
        print_summary(&session.copy, GetTickCount64() - started_ms);
    free(session.copy.buffer);
    return code;
}

static enum exit_code run(const struct options *options)
{
    struct folder folder = {0};
    enum exit_code code;

    enable_backup_privilege();
    code = check_online(options);
    if (code != EXIT_OK)
        return code;
    code = folder_open(&folder, options->folder);
    if (code == EXIT_OK)
        code = run_session(options, &folder);
    if (code != EXIT_OK) {
        folder_discard(&folder);
        console_print(CONSOLE_ERROR, interrupted ? L"legacy-backup: stopped; no backup was made.\n"
                                                 : L"legacy-backup: failed; no backup was made.\n");
    }
    folder_close(&folder);
    return code;
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    struct options options;
    enum exit_code code;

    if (!parse_options(argc, argv, &options))
        return EXIT_USAGE;
    if (options.help) {
        console_print(CONSOLE_OUTPUT, L"%ls", usage_text);
        return EXIT_OK;
    }
    finished = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!finished || !SetConsoleCtrlHandler(on_console_event, TRUE)) {
        console_print(CONSOLE_ERROR, L"legacy-backup: no handler for Ctrl-C: error %lu.\n",
                      (unsigned long)GetLastError());
        return EXIT_OTHER;
    }
    code = run(&options);
    SetEvent(finished);
    return (int)code;
}
