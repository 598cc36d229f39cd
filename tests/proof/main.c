/*
 * main.c - ntdsprove: started by prove.cmd.
 */
#include "proof.h"

#include "common/bitness.h"
#include "common/format.h"
#include "doctor/output.h"
#include "doctor/whole_file.h"
#include "host/clock.h"
#include "private_folder.h"

#include <windows.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_FAILED_CLAIM 1
#define EXIT_USAGE        2
#define EXIT_NO_PROOF     3

#define REMOVE_TRIES   600
#define REMOVE_STEP_MS 100u

static const wchar_t usage_text[] =
    L"Proves on this computer what ntdsbcli promises, and writes proof.json and proof.md.\n"
    L"\n"
    L"  prove.cmd [/level:1|2] [/adlds:NAME] [/out:FOLDER] [/wait:SECONDS]\n"
    L"\n"
    L"  /level:1     reads only (default)\n"
    L"  /level:2     also makes shadow copies and backups, which leave the directory as it is\n"
    L"  /adlds:NAME  backups of this AD LDS instance, for a server that is no domain controller\n"
    L"  /out:FOLDER  where the two files go; default: the current folder\n"
    L"  /wait:SECONDS  how long Windows may take to delete the shadow copy of a backup that was\n"
    L"               killed, 1 to 9999; default: 900\n"
    L"\n"
    L"Exit codes: 0 nothing failed, 1 a claim failed, 2 wrong usage, 3 the proof itself failed.\n";

struct options
{
    unsigned int level, wait_s;
    const wchar_t *adlds, *out;
    bool help;
};

/* Its value; NULL: it is not this option. */
static const wchar_t *value_of(const wchar_t *word, const wchar_t *option)
{
    size_t length = wcslen(option);

    return (word[0] == L'/' || word[0] == L'-') && _wcsnicmp(word + 1, option, length) == 0
               ? word + 1 + length
               : NULL;
}

static bool take_seconds(const wchar_t *text, unsigned int *seconds)
{
    wchar_t *end;
    unsigned long number = wcstoul(text, &end, 10);

    if (*text < L'0' || *text > L'9' || *end || number < 1 || number > 9999)
        return false;
    *seconds = number;
    return true;
}

static bool parse(int argc, wchar_t **argv, struct options *options)
{
    const wchar_t *value;
    int i;

    *options = (struct options){.level = 1, .out = L".", .wait_s = 900};
    for (i = 1; i < argc; i++) {
        if ((value = value_of(argv[i], L"level:")) != NULL && (*value == L'1' || *value == L'2') &&
            !value[1])
            options->level = (unsigned int)(*value - L'0');
        else if ((value = value_of(argv[i], L"adlds:")) != NULL && *value)
            options->adlds = value;
        else if ((value = value_of(argv[i], L"out:")) != NULL && *value)
            options->out = value;
        else if ((value = value_of(argv[i], L"wait:")) != NULL &&
                 take_seconds(value, &options->wait_s))
            continue;
        else if (value_of(argv[i], L"?") || value_of(argv[i], L"help"))
            options->help = true;
        else {
            output_text(true, L"prove.cmd: unknown or incomplete: ");
            output_text(true, argv[i]);
            output_text(true, L"\n  Try: prove.cmd /?\n");
            return false;
        }
    }
    return true;
}

/* --- where everything is ---------------------------------------------------------------------- */

/* <kit>\x64\ntdsprove.exe, or x86 */
static bool find_kit(wchar_t kit[MAX_PATH])
{
    DWORD length = GetModuleFileNameW(NULL, kit, MAX_PATH);
    wchar_t *last;
    int i;

    if (!length || length >= MAX_PATH)
        return false;
    for (i = 0; i < 2; i++) {
        last = wcsrchr(kit, L'\\');
        if (!last)
            return false;
        *last = 0;
    }
    return true;
}

static void run_in(const struct proof *proof, struct proof_run *run, const wchar_t *folder,
                   const wchar_t *program, const wchar_t *arguments, DWORD limit_ms)
{
    static unsigned int number; /* the last one's output may still be about to go */
    wchar_t line[4 * PROOF_PATH_CHARS], file[PROOF_PATH_CHARS];

    format_text(line, ARRAYSIZE(line), L"\"%ls\\%ls\" %ls", folder, program, arguments);
    format_text(file, PROOF_PATH_CHARS, L"%ls\\output-%u.txt", proof->work, ++number);
    proof_run(run, line, file, limit_ms);
}

void proof_run_kit(const struct proof *proof, struct proof_run *run, const wchar_t *program,
                   const wchar_t *arguments, DWORD limit_ms)
{
    run_in(proof, run, proof->kit, program, arguments, limit_ms);
}

void proof_run_native(const struct proof *proof, struct proof_run *run, const wchar_t *program,
                      const wchar_t *arguments, DWORD limit_ms)
{
    wchar_t path[60];

    format_text(path, ARRAYSIZE(path), L"%ls\\%ls", proof->native, program);
    run_in(proof, run, proof->kit, path, arguments, limit_ms);
}

bool proof_can_run(const struct proof *proof, const wchar_t *program)
{
    return wcscmp(proof->native, L"x64") == 0 || wcsncmp(program, L"x64", 3) != 0;
}

void proof_run_system(const struct proof *proof, struct proof_run *run, const wchar_t *program,
                      const wchar_t *arguments, DWORD limit_ms)
{
    wchar_t folder[MAX_PATH] = L"";

    GetSystemDirectoryW(folder, MAX_PATH);
    run_in(proof, run, folder, program, arguments, limit_ms);
}

/* Backups of a directory go into it: nobody else may read them. */
static bool make_work_folder(struct proof *proof, const wchar_t *out)
{
    wchar_t full[MAX_PATH];
    DWORD length = GetFullPathNameW(out, MAX_PATH, full, NULL);

    return length && length < MAX_PATH &&
           format_text(proof->work, MAX_PATH, L"%ls\\ntdsprove-%lu", full, GetCurrentProcessId()) &&
           private_folder_create(proof->work);
}

static void remove_tree(const wchar_t *folder)
{
    wchar_t path[PROOF_PATH_CHARS];
    WIN32_FIND_DATAW found;
    HANDLE search;

    format_text(path, PROOF_PATH_CHARS, L"%ls\\*", folder);
    search = FindFirstFileW(path, &found);
    if (search != INVALID_HANDLE_VALUE) {
        do {
            if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
                continue;
            format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", folder, found.cFileName);
            if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
                DeleteFileW(path);
            else if (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT)
                RemoveDirectoryW(path);
            else
                remove_tree(path);
        } while (FindNextFileW(search, &found));
        FindClose(search);
    }
    RemoveDirectoryW(folder);
}

/* A virus scanner, or a process that is just ending, may hold a file for a moment. */
static bool remove_work_folder(const struct proof *proof)
{
    int tries_left = REMOVE_TRIES;

    do {
        remove_tree(proof->work);
        if (GetFileAttributesW(proof->work) == INVALID_FILE_ATTRIBUTES)
            return true;
        Sleep(REMOVE_STEP_MS);
    } while (--tries_left);
    output_text(true, L"prove.cmd: delete this folder by hand, it holds a backup: ");
    output_text(true, proof->work);
    output_text(true, L"\n");
    return false;
}

/* --- the results ------------------------------------------------------------------------------ */

static bool write_file(const wchar_t *folder, const wchar_t *name, const char *bytes, size_t count)
{
    wchar_t path[PROOF_PATH_CHARS];
    HANDLE file;
    DWORD written = 0;
    bool done;

    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", folder, name);
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    done = WriteFile(file, bytes, (DWORD)count, &written, NULL) && written == count;
    CloseHandle(file);
    return done;
}

/* The page of what is proved that the kit came with. NULL: it is not there. */
static char *read_page(const struct proof *proof)
{
    wchar_t path[PROOF_PATH_CHARS];
    void *bytes;
    DWORD byte_count;
    char *page;

    format_text(path, PROOF_PATH_CHARS, L"%ls\\claims.md", proof->kit);
    if (whole_file_read(path, 1 << 20, &bytes, &byte_count) != S_OK)
        return NULL;
    page = calloc(1, (size_t)byte_count + 1);
    if (page)
        memcpy(page, bytes, byte_count);
    free(bytes);
    return page;
}

static bool write_results(const struct proof *proof, const char *page, const wchar_t *out)
{
    size_t json_bytes = 0, strangers = 0;
    char *json = proof_report_json(&proof->report, proof->level, proof->began, &json_bytes);
    char *made = proof_report_page(&proof->report, page, &strangers);
    bool written = json && made && !proof->report.is_incomplete && !strangers &&
                   write_file(out, L"proof.json", json, json_bytes) &&
                   write_file(out, L"proof.md", made, strlen(made));

    free(json);
    free(made);
    return written;
}

static void announce(const struct options *options)
{
    output_text(false,
                L"Level 1 reads only: this computer, the files of the kit, the registry; it runs "
                L"ntdsdoctor and\ntest programs that need no directory.\n");
    if (options->level > 1)
        output_text(
            false, L"Level 2 makes shadow copies and backups in a protected folder that is "
                   L"deleted at the end, and\nkills a backup. It does not change the directory.\n");
    output_text(false, L"\n");
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    struct proof proof = {.began = clock_now(),
                          .native = bitness_of_system() == 64 ? L"x64" : L"x86"};
    DWORD server_chars = ARRAYSIZE(proof.server);
    struct options options;
    bool removed, written;
    char *page;
    int code;

    if (!parse(argc, argv, &options))
        return EXIT_USAGE;
    if (options.help) {
        output_text(false, usage_text);
        return 0;
    }
    proof.level = options.level;
    proof.adlds = options.adlds;
    proof.wait_s = options.wait_s;
    if (!find_kit(proof.kit) || !GetComputerNameW(proof.server, &server_chars) ||
        !make_work_folder(&proof, options.out)) {
        output_text(true, L"prove.cmd: no folder can be made where the results should go.\n");
        return EXIT_NO_PROOF;
    }
    page = read_page(&proof);
    if (!page) {
        remove_work_folder(&proof);
        output_text(true, L"prove.cmd: claims.md is missing. Unpack the whole ZIP.\n");
        return EXIT_NO_PROOF;
    }
    announce(&options);
    proof_read_checks(&proof);
    if (proof.level > 1)
        proof_backup_checks(&proof);
    removed = remove_work_folder(&proof);
    written = write_results(&proof, page, options.out);
    output_text(!written, written ? L"\nproof.json and proof.md are written.\n"
                                  : L"prove.cmd: the results cannot be written.\n");
    code = !written || !removed                     ? EXIT_NO_PROOF
           : proof_report_has_failed(&proof.report) ? EXIT_FAILED_CLAIM
                                                    : 0;
    proof_report_fini(&proof.report);
    free(page);
    return code;
}
