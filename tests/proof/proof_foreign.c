/*
 * proof_foreign.c - level 2, on a domain controller: a backup while diskshadow makes a shadow copy.
 *
 * Its shadow copy is volatile: it ends with diskshadow. Without "begin backup" it is a copy backup,
 * which no writer takes for one that it may truncate its logs after. Source: Microsoft Learn,
 * "diskshadow", "set context".
 */
#include "proof.h"
#include "proof_files.h"

#include "common/format.h"

#include <windows.h>
#include <string.h>

#define SCRIPT_BYTES 2000

/* The volume of the directory's database, as "C:", or the path of a mounted one. */
static bool database_volume(wchar_t volume[MAX_PATH])
{
    wchar_t database[MAX_PATH];
    DWORD bytes = sizeof(database);
    size_t length;

    if (RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters",
                     L"DSA Database file", RRF_RT_REG_SZ, NULL, database,
                     &bytes) != ERROR_SUCCESS ||
        !GetVolumePathNameW(database, volume, MAX_PATH))
        return false;
    length = wcslen(volume);
    if (length == 3)
        volume[2] = 0;
    return true;
}

/* The metadata file would else be left in the current folder. False also if a path has characters
 * that a script cannot have. */
static bool write_script(const struct proof *proof, const wchar_t *file)
{
    wchar_t volume[MAX_PATH], text[SCRIPT_BYTES];
    char bytes[SCRIPT_BYTES];
    BOOL is_changed = FALSE;
    DWORD written = 0;
    HANDLE handle;
    int count;
    bool done;

    if (!database_volume(volume) ||
        !format_text(text, SCRIPT_BYTES,
                     L"set context volatile\r\nset metadata \"%ls\\diskshadow.cab\"\r\n"
                     L"add volume %ls\r\ncreate\r\nexit\r\n",
                     proof->work, volume))
        return false;
    count = WideCharToMultiByte(CP_ACP, 0, text, (int)wcslen(text), bytes, sizeof(bytes), NULL,
                                &is_changed);
    if (count <= 0 || is_changed)
        return false;
    handle = CreateFileW(file, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return false;
    done = WriteFile(handle, bytes, (DWORD)count, &written, NULL);
    CloseHandle(handle);
    return done;
}

static void start_diskshadow(const struct proof *proof, struct proof_run *run)
{
    wchar_t system[MAX_PATH] = L"", script[PROOF_PATH_CHARS], output[PROOF_PATH_CHARS];
    wchar_t line[PROOF_LINE_CHARS];

    memset(run, 0, sizeof(*run));
    GetSystemDirectoryW(system, MAX_PATH);
    format_text(script, PROOF_PATH_CHARS, L"%ls\\diskshadow.txt", proof->work);
    format_text(output, PROOF_PATH_CHARS, L"%ls\\diskshadow.out", proof->work);
    format_text(line, PROOF_LINE_CHARS, L"\"%ls\\diskshadow.exe\" /s \"%ls\"", system, script);
    if (write_script(proof, script))
        proof_run_start(run, line, output, NULL);
    else
        run->start_error = ERROR_NO_UNICODE_TRANSLATION;
}

/* The other's end is not ours to prove: it does not wait for anybody. */
static void report(struct proof *proof, const struct proof_run *theirs,
                   const struct proof_run *ours, bool whole)
{
    wchar_t their_end[PROOF_END_CHARS], our_end[PROOF_END_CHARS];
    bool are_both_good = !theirs->start_error && !theirs->is_late && theirs->code == 0;

    proof_run_describe(theirs, their_end);
    proof_run_describe(ours, our_end);
    proof_report_add(&proof->report, L"two-backups", L"diskshadow at the same time",
                     !whole          ? PROOF_FAILED
                     : are_both_good ? PROOF_PROVED
                                     : PROOF_NOT_POSSIBLE,
                     L"legacy-backup: %ls, %ls; diskshadow: %ls", our_end,
                     whole ? L"good" : L"not good", their_end);
}

void proof_foreign_check(struct proof *proof)
{
    wchar_t programs[PROOF_PATH_CHARS], folder[PROOF_PATH_CHARS], output[PROOF_PATH_CHARS];
    wchar_t line[PROOF_LINE_CHARS];
    struct proof_run theirs, ours;

    format_text(programs, PROOF_PATH_CHARS, L"%ls\\%ls", proof->kit, proof->native);
    format_text(folder, PROOF_PATH_CHARS, L"%ls\\foreign", proof->work);
    format_text(output, PROOF_PATH_CHARS, L"%ls\\foreign.out", proof->work);
    proof_backup_line(proof, programs, folder, line);
    start_diskshadow(proof, &theirs);
    proof_run_start(&ours, line, output, NULL);
    proof_run_wait(&theirs, PROOF_BACKUP_MS);
    proof_run_wait(&ours, PROOF_BACKUP_MS);
    report(proof, &theirs, &ours,
           !ours.start_error && !ours.is_late && ours.code == 0 && proof_is_whole(proof, folder));
    proof_run_fini(&theirs);
    proof_run_fini(&ours);
    proof_remove_tree(folder);
}
