/*
 * main.c - ntdsprove: started by prove.cmd.
 */
#include "proof.h"
#include "proof_files.h"
#include "proof_instances.h"
#include "proof_options.h"
#include "proof_place.h"
#include "proof_restore.h"
#include "proof_stop.h"

#include "common/bitness.h"
#include "common/format.h"
#include "doctor/output.h"
#include "doctor/whole_file.h"
#include "host/clock.h"
#include "proof_system.h"

#include <windows.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_FAILED_CLAIM 1
#define EXIT_USAGE        2
#define EXIT_NO_PROOF     3

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

void proof_run_in(const struct proof *proof, struct proof_run *run, const wchar_t *folder,
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
    proof_run_in(proof, run, proof->kit, program, arguments, limit_ms);
}

void proof_run_native(const struct proof *proof, struct proof_run *run, const wchar_t *program,
                      const wchar_t *arguments, DWORD limit_ms)
{
    wchar_t path[60];

    format_text(path, ARRAYSIZE(path), L"%ls\\%ls", proof->native, program);
    proof_run_in(proof, run, proof->kit, path, arguments, limit_ms);
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
    proof_run_in(proof, run, folder, program, arguments, limit_ms);
}

static bool remove_folder(const wchar_t *folder)
{
    if (proof_remove_folder(folder))
        return true;
    output_text(true, L"prove.cmd: delete this folder by hand, it holds a backup: ");
    output_text(true, folder);
    output_text(true, L"\n");
    return false;
}

/* --- the results ------------------------------------------------------------------------------ */

static bool write_result(const wchar_t *folder, const wchar_t *name, const char *bytes,
                         size_t count)
{
    wchar_t path[PROOF_PATH_CHARS];

    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", folder, name);
    return proof_write_file(path, bytes, count);
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
                   write_result(out, L"proof.json", json, json_bytes) &&
                   write_result(out, L"proof.md", made, strlen(made));

    free(json);
    free(made);
    return written;
}

int wmain(int argc, wchar_t **argv);

/* Everything that was asked for. */
static void make_checks(struct proof *proof, const struct proof_options *options)
{
    bool with_lower = !options->only;

    proof_read_facts(proof);
    if (with_lower || proof->level == 1)
        proof_read_checks(proof);
    if (options->install && proof_instances_install(proof)) {
        proof->adlds = PROOF_INSTANCE;
        proof->port = PROOF_INSTANCE_PORT;
        proof_backup_checks(proof);
        proof_instances_prove(proof);
    } else if (!options->install && (proof->level == 2 || (proof->level > 2 && with_lower))) {
        proof_backup_checks(proof);
    }
    if (proof->level > 2 && proof->adlds)
        proof_restore_adlds(proof, NULL, NULL);
    else if (proof->level > 2)
        proof_restore_checks(proof);
}

int wmain(int argc, wchar_t **argv)
{
    struct proof proof = {.began = clock_now(),
                          .native = bitness_of_system() == 64 ? L"x64" : L"x86"};
    DWORD server_chars = ARRAYSIZE(proof.server);
    struct proof_options options;
    wchar_t out[MAX_PATH];
    const wchar_t *why;
    bool removed, stopped, written;
    char *page;
    int code;

    if (proof_system_is_started(argc, argv))
        return 0;
    if (!GetComputerNameW(proof.server, &server_chars) ||
        !proof_options_parse(argc, argv, proof.server, &options))
        return EXIT_USAGE;
    if (options.help) {
        proof_options_help();
        return 0;
    }
    proof.level = options.level;
    proof.adlds = options.adlds;
    proof.port = options.port;
    proof.from = options.from;
    proof.wait_s = options.wait_s;
    proof.may_make_account = options.account;
    why = find_kit(proof.kit) ? proof_place_open(&proof, options.out, out)
                              : L"the kit's own folder has no path.";
    if (why) {
        output_text(true, L"prove.cmd: ");
        output_text(true, why);
        output_text(true, L"\n");
        return EXIT_NO_PROOF;
    }
    page = read_page(&proof);
    if (!page) {
        remove_folder(proof.work);
        output_text(true, L"prove.cmd: claims.md is missing. Unpack the whole ZIP.\n");
        return EXIT_NO_PROOF;
    }
    proof_options_announce(&options);
    if (!proof_stop_arm())
        output_text(true, L"prove.cmd: Ctrl-C would leave everything as it is then.\n");
    make_checks(&proof, &options);
    stopped = proof_stop_disarm();
    proof_instances_remove(&proof);
    removed = remove_folder(proof.work);
    removed = (!proof.has_instances || remove_folder(proof.instances)) && removed;
    written = !stopped && write_results(&proof, page, out);
    output_text(!written, written   ? L"\nproof.json and proof.md are written.\n"
                          : stopped ? L"prove.cmd: stopped; there are no results.\n"
                                    : L"prove.cmd: the results cannot be written.\n");
    code = !written || !removed                     ? EXIT_NO_PROOF
           : proof_report_has_failed(&proof.report) ? EXIT_FAILED_CLAIM
                                                    : 0;
    proof_report_fini(&proof.report);
    free(page);
    return code;
}
