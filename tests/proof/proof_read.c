/*
 * proof_read.c - level 1: what can be seen without changing anything.
 */
#include "proof.h"
#include "proof_texts.h"

#include "common/format.h"
#include "doctor/service.h"
#include "host/hash.h"
#include "host/os_name.h"
#include "verify/file_reader.h"

#include <windows.h>
#include <softpub.h>
#include <stdlib.h>
#include <string.h>
#include <wintrust.h>

#define DOCTOR_MS 300000u
#define UNIT_MS   300000u
#define TOOL_MS   600000u

#define PROVIDERS_CHARS 400

static const wchar_t *const bitnesses[] = {L"x64", L"x86"};

/* --- facts ------------------------------------------------------------------------------------ */

static void hash_file(const wchar_t *path, wchar_t text[2 * HASH_BYTES + 1])
{
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    struct file_reader *reader = NULL;
    uint8_t result[HASH_BYTES];
    LARGE_INTEGER size;

    wcscpy(text, L"cannot be read");
    if (file == INVALID_HANDLE_VALUE)
        return;
    if (GetFileSizeEx(file, &size))
        reader = file_reader_create(file, (uint64_t)size.QuadPart, FILE_CHECK_NONE, path);
    else
        CloseHandle(file);
    if (reader && file_reader_hash(reader, result) == S_OK)
        hash_format(result, HASH_BYTES, text);
    file_reader_destroy(reader);
}

/* S_OK: signed, and Windows trusts it. */
static LONG signature_of(const wchar_t *path)
{
    GUID action = WINTRUST_ACTION_GENERIC_VERIFY_V2;
    WINTRUST_FILE_INFO file = {.cbStruct = sizeof(file), .pcwszFilePath = path};
    WINTRUST_DATA data = {.cbStruct = sizeof(data),
                          .dwUIChoice = WTD_UI_NONE,
                          .fdwRevocationChecks = WTD_REVOKE_NONE,
                          .dwUnionChoice = WTD_CHOICE_FILE,
                          .dwStateAction = WTD_STATEACTION_VERIFY};
    LONG result;

    data.pFile = &file;
    result = WinVerifyTrust(INVALID_HANDLE_VALUE, &action, &data);
    data.dwStateAction = WTD_STATEACTION_CLOSE;
    WinVerifyTrust(INVALID_HANDLE_VALUE, &action, &data);
    return result;
}

static void note_files(struct proof *proof)
{
    static const wchar_t *const names[] = {L"ntdsbcli.dll", L"ntdsbroker64.exe",
                                           L"ntdsbroker32.exe", L"ntdsdoctor.exe"};
    wchar_t path[PROOF_PATH_CHARS], name[60], sum[2 * HASH_BYTES + 1];
    size_t i, k;

    for (i = 0; i < ARRAYSIZE(bitnesses); i++) {
        for (k = 0; k < ARRAYSIZE(names); k++) {
            format_text(name, ARRAYSIZE(name), L"%ls\\%ls", bitnesses[i], names[k]);
            format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", proof->kit, name);
            if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
                continue;
            hash_file(path, sum);
            proof_report_fact(&proof->report, name, L"SHA-256 %ls, signature 0x%08lx", sum,
                              (unsigned long)signature_of(path));
        }
    }
}

/* Programs that load it by its full path get that one, whatever lies beside them. */
static void note_system_dll(struct proof *proof, const wchar_t *folder)
{
    wchar_t path[MAX_PATH], name[60];
    UINT length = GetSystemWindowsDirectoryW(path, MAX_PATH - 40);

    format_text(path + length, MAX_PATH - length, L"\\%ls\\ntdsbcli.dll", folder);
    format_text(name, ARRAYSIZE(name), L"%ls\\ntdsbcli.dll", folder);
    proof_report_fact(&proof->report, name,
                      GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES ? L"not there"
                                                                          : L"there");
}

static void note_machine(struct proof *proof)
{
    wchar_t system[OS_NAME_CHARS], type[40] = L"unknown", branch[80] = L"";
    DWORD type_bytes = sizeof(type), branch_bytes = sizeof(branch);

    os_name(system);
    RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Control\\ProductOptions",
                 L"ProductType", RRF_RT_REG_SZ, NULL, type, &type_bytes);
    RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
                 L"BuildLabEx", RRF_RT_REG_SZ, NULL, branch, &branch_bytes);
    proof_report_fact(&proof->report, L"windows", L"%ls", system);
    proof_report_fact(&proof->report, L"build", L"%ls", branch);
    proof_report_fact(&proof->report, L"role", L"%ls", type);
    proof->is_controller = wcscmp(type, L"LanmanNT") == 0;
    note_system_dll(proof, L"System32");
    note_system_dll(proof, L"SysWOW64");
}

/* --- claims ----------------------------------------------------------------------------------- */

static void check_doctor(struct proof *proof, const wchar_t *bitness)
{
    wchar_t program[60], end[PROOF_END_CHARS];
    struct proof_run run;
    bool good;

    format_text(program, ARRAYSIZE(program), L"%ls\\ntdsdoctor.exe", bitness);
    proof_run_kit(proof, &run, program, L"--json", DOCTOR_MS);
    proof_run_describe(&run, end);
    good = !run.start_error && !run.is_late && run.code != 1 && run.code != 2 &&
           proof_texts_number(run.output, "exit_code") == (int64_t)run.code &&
           proof_texts_number(run.output, "schema") > 0;
    proof_report_add(&proof->report, L"windows-doctor",
                     wcscmp(bitness, L"x64") == 0 ? L"ntdsdoctor x64" : L"ntdsdoctor x86",
                     good ? PROOF_PROVED : PROOF_FAILED, L"%ls, %u finding(s), %u error(s)", end,
                     (unsigned int)proof_texts_count(run.output, "\"level\": "),
                     (unsigned int)proof_texts_count(run.output, "\"level\": \"error\""));
    proof_run_fini(&run);
}

/* Test programs that need no directory, and the claim that each proves. */
static void check_units(struct proof *proof, const wchar_t *bitness)
{
    static const struct
    {
        const wchar_t *claim, *program;
    } units[] = {
        {L"private-pipe", L"test_security_pipe.exe"},
        {L"checksums", L"test_file_reader.exe"},
        {L"restore-verified", L"test_token.exe"},
        {L"hostile-input", L"test_request.exe"},
        {L"retries", L"test_retry.exe"},
    };
    wchar_t program[60], end[PROOF_END_CHARS];
    struct proof_run run;
    size_t i;

    for (i = 0; i < ARRAYSIZE(units); i++) {
        format_text(program, ARRAYSIZE(program), L"%ls\\%ls", bitness, units[i].program);
        proof_run_kit(proof, &run, program, L"", UNIT_MS);
        proof_run_describe(&run, end);
        proof_report_add(&proof->report, units[i].claim, units[i].program,
                         run.start_error || run.is_late || run.code ||
                                 !strstr(run.output, "[  PASSED  ]")
                             ? PROOF_FAILED
                             : PROOF_PROVED,
                         L"%ls: %ls", program, end);
        proof_run_fini(&run);
    }
}

/* What the product reads, with the rights that it asks for. */
static void check_keys(struct proof *proof)
{
    static const wchar_t *const keys[] = {
        L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters",
        L"SYSTEM\\CurrentControlSet\\Control\\ProductOptions",
        L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList",
        L"SYSTEM\\CurrentControlSet\\Control\\Lsa\\JD",
        L"SYSTEM\\CurrentControlSet\\Control\\Lsa\\Skew1",
        L"SYSTEM\\CurrentControlSet\\Control\\Lsa\\GBG",
        L"SYSTEM\\CurrentControlSet\\Control\\Lsa\\Data",
    };
    size_t i;

    for (i = 0; i < ARRAYSIZE(keys); i++) {
        HKEY key = NULL;
        LSTATUS status =
            RegOpenKeyExW(HKEY_LOCAL_MACHINE, keys[i], 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);

        if (key)
            RegCloseKey(key);
        proof_report_add(&proof->report, L"windows-keys", wcsrchr(keys[i], L'\\') + 1,
                         status == ERROR_SUCCESS          ? PROOF_PROVED
                         : status == ERROR_FILE_NOT_FOUND ? PROOF_NOT_POSSIBLE
                                                          : PROOF_FAILED,
                         status == ERROR_FILE_NOT_FOUND ? L"HKLM\\%ls is not there"
                                                        : L"HKLM\\%ls: Win32 error %ld",
                         keys[i], status);
    }
}

static void check_service(struct proof *proof)
{
    struct service_facts service;

    service_query(L"NTDS", &service);
    proof_report_add(&proof->report, L"windows-keys", L"service NTDS",
                     service.error    ? PROOF_FAILED
                     : service.exists ? PROOF_PROVED
                                      : PROOF_NOT_POSSIBLE,
                     service.error    ? L"its state cannot be queried: Win32 error %lu"
                     : service.exists ? L"its state can be queried"
                                      : L"this is no domain controller",
                     service.error);
}

/* Who may ask the service, as SDDL. */
static void note_service_security(struct proof *proof)
{
    struct proof_run run;
    const char *text;

    proof_run_system(proof, &run, L"sc.exe", L"sdshow NTDS", TOOL_MS);
    text = run.code == 0 ? strstr(run.output, "D:") : NULL;
    if (text)
        proof_report_fact(&proof->report, L"security of NTDS", L"%.*hs", (int)strcspn(text, "\r\n"),
                          text);
    proof_run_fini(&run);
}

static void note_vss(struct proof *proof)
{
    char providers[PROVIDERS_CHARS];
    struct proof_run run;

    proof_run_system(proof, &run, L"vssadmin.exe", L"list providers", TOOL_MS);
    proof_texts_guids(run.output, providers, PROVIDERS_CHARS);
    proof_report_fact(&proof->report, L"providers", L"%hs", providers);
    proof_run_fini(&run);
    proof_report_fact(&proof->report, L"shadow copies", L"%d", proof_count_shadows(proof));
}

void proof_read_facts(struct proof *proof)
{
    note_machine(proof);
    note_files(proof);
}

void proof_read_checks(struct proof *proof)
{
    size_t i;

    for (i = 0; i < ARRAYSIZE(bitnesses); i++) {
        if (!proof_can_run(proof, bitnesses[i]))
            continue; /* those of x86 are all there are */
        check_doctor(proof, bitnesses[i]);
        check_units(proof, bitnesses[i]);
    }
    check_keys(proof);
    check_service(proof);
    note_service_security(proof);
    note_vss(proof);
}
