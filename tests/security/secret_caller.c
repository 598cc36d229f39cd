/*
 * secret_caller.c - sets an identity with a password that nothing else contains, works, and looks
 * for the password wherever this process and its broker can have left it.
 *
 *     secret-caller FOLDER     writes the token there; the logs are the caller's to look at
 *     secret-caller --word     prints the password
 *
 * The password stands nowhere in this program: it is put together when it is wanted, wiped after
 * that, and looked for character by character. Exit code: 0 not found, 1 found, 2 something failed.
 */
#include <ntdsbcli.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <tlhelp32.h>
#include <wchar.h>

#define WORD_CHARS 24u

/* Of the alphabet a to z, by a rule; volatile, or the compiler writes the word into the program. */
static volatile uint32_t start = 4711;

static char word_char(size_t index)
{
    return (char)('a' + (start * (index * index + 7u) + index * 5u) % 26u);
}

static void make_wide(wchar_t *word)
{
    size_t i;

    for (i = 0; i < WORD_CHARS; i++)
        word[i] = (wchar_t)word_char(i);
    word[WORD_CHARS] = 0;
}

static void make_narrow(char *word)
{
    size_t i;

    for (i = 0; i < WORD_CHARS; i++)
        word[i] = word_char(i);
    word[WORD_CHARS] = 0;
}

/* Half of the word is a find: who wipes a part has kept the rest. */
static bool is_word(const uint8_t *bytes, size_t byte_count, size_t step)
{
    size_t i;

    if (byte_count < WORD_CHARS / 2 * step)
        return false;
    for (i = 0; i < WORD_CHARS / 2; i++) {
        if (bytes[i * step] != (uint8_t)word_char(i) || (step == 2 && bytes[i * 2 + 1]))
            return false;
    }
    return true;
}

static size_t count_words(const uint8_t *bytes, size_t byte_count)
{
    size_t count = 0, at;

    for (at = 0; at < byte_count; at++) {
        if (bytes[at] == (uint8_t)word_char(0))
            count +=
                is_word(bytes + at, byte_count - at, 1) || is_word(bytes + at, byte_count - at, 2);
    }
    return count;
}

/* All memory that can be read and written and named: in 32 bits the first 4 GiB of a 64-bit
 * process. *bytes: how much that was. */
static size_t count_in_process(HANDLE process, uint64_t *bytes)
{
    static uint8_t buffer[65536];
    MEMORY_BASIC_INFORMATION region;
    uintptr_t at = 0, end;
    size_t count = 0;

    for (*bytes = 0; VirtualQueryEx(process, (void *)at, &region, sizeof(region)) == sizeof(region);
         at = end) {
        bool readable = region.State == MEM_COMMIT &&
                        (region.Protect & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) &&
                        !(region.Protect & PAGE_GUARD);
        size_t done;
        SIZE_T got;

        end = (uintptr_t)region.BaseAddress + region.RegionSize;
        for (done = 0; readable && done < region.RegionSize; done += sizeof(buffer)) {
            size_t wanted = region.RegionSize - done;

            if (wanted > sizeof(buffer))
                wanted = sizeof(buffer);
            if (!ReadProcessMemory(process, (uint8_t *)region.BaseAddress + done, buffer, wanted,
                                   &got))
                break;
            count += count_words(buffer, got);
            SecureZeroMemory(buffer, sizeof(buffer));
            *bytes += got;
        }
        if (end <= at)
            break;
    }
    return count;
}

static HANDLE open_broker(void)
{
    HANDLE processes = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    HANDLE broker = NULL;
    BOOL more;

    for (more = Process32FirstW(processes, &entry); more && !broker;
         more = Process32NextW(processes, &entry)) {
        if (entry.th32ParentProcessID == GetCurrentProcessId() &&
            _wcsicmp(entry.szExeFile, L"ntdsbroker64.exe") == 0)
            broker = OpenProcess(PROCESS_VM_READ | PROCESS_QUERY_INFORMATION, FALSE,
                                 entry.th32ProcessID);
    }
    CloseHandle(processes);
    return broker;
}

static bool set_identity(void)
{
    wchar_t wide[WORD_CHARS + 1];
    char narrow[WORD_CHARS + 1];
    bool done;

    make_wide(wide);
    make_narrow(narrow);
    done = DsSetAuthIdentityW(L"somebody", L"SOMEWHERE", wide) == S_OK &&
           DsSetAuthIdentityA("somebody", "SOMEWHERE", narrow) == S_OK;
    SecureZeroMemory(wide, sizeof(wide));
    SecureZeroMemory(narrow, sizeof(narrow));
    return done;
}

/* False where it was found, or nothing could be read. */
static bool report(const char *where, HANDLE process)
{
    uint64_t bytes;
    size_t count = count_in_process(process, &bytes);

    printf("%s: %u in %llu bytes\n", where, (unsigned int)count, (unsigned long long)bytes);
    return count == 0 && bytes > 0;
}

/* The look itself can find: a copy on the heap is found. */
static bool look_finds(void)
{
    wchar_t *copy = HeapAlloc(GetProcessHeap(), 0, (WORD_CHARS + 1) * sizeof(*copy));
    uint64_t bytes;
    size_t count;

    if (!copy)
        return false;
    make_wide(copy);
    count = count_in_process(GetCurrentProcess(), &bytes);
    SecureZeroMemory(copy, (WORD_CHARS + 1) * sizeof(*copy));
    HeapFree(GetProcessHeap(), 0, copy);
    return count > 0;
}

static bool save_token(const wchar_t *folder, const void *token, DWORD byte_count)
{
    wchar_t path[MAX_PATH];
    DWORD written = 0;
    HANDLE file;

    _snwprintf(path, MAX_PATH, L"%ls\\token.bin", folder);
    path[MAX_PATH - 1] = 0;
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    WriteFile(file, token, byte_count, &written, NULL);
    CloseHandle(file);
    return written == byte_count;
}

/* A session after the identity was set and taken back. */
static int run(const wchar_t *folder)
{
    static const wchar_t server[] = L"localhost";
    DWORD token_bytes = 0;
    void *token = NULL;
    bool clean = true;
    HBC hbc = NULL;
    HANDLE broker;

    if (!look_finds() || !set_identity())
        return 2;
    /* Under the identity, which fails where the account is not there. */
    if (DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &token_bytes, &hbc) == S_OK)
        DsBackupEnd(hbc);
    DsBackupFree(token);
    clean &= report("this process, identity set", GetCurrentProcess());
    if (DsSetAuthIdentityW(NULL, NULL, NULL) != S_OK ||
        DsBackupPrepareW(server, 0, BACKUP_TYPE_FULL, &token, &token_bytes, &hbc) != S_OK)
        return 2;
    broker = open_broker();
    if (!broker || !save_token(folder, token, token_bytes))
        return 2;
    clean &= report("broker", broker);
    clean &= report("this process, session open", GetCurrentProcess());
    clean &= count_words(token, token_bytes) == 0;
    CloseHandle(broker);
    DsBackupFree(token);
    DsBackupEnd(hbc);
    clean &= report("this process, session ended", GetCurrentProcess());
    return clean ? 0 : 1;
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    char word[WORD_CHARS + 1];

    if (argc != 2)
        return 2;
    if (wcscmp(argv[1], L"--word") != 0)
        return run(argv[1]);
    make_narrow(word);
    printf("%s\n", word);
    return 0;
}
