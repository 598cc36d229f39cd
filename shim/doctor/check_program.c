/*
 * check_program.c - walks the loader's search path for a program, without loading anything.
 *
 * Source of the order: Microsoft Learn, "Dynamic-link library search order" (safe search, no
 * packaged app): the program's folder, the system folder of its bitness, the Windows folder, the
 * current folder, PATH. The current folder depends on how the program is started and is left out.
 */
#include "checks.h"

#include "common/bitness.h"
#include "common/format.h"
#include "program_file.h"
#include "remote/broker_process.h"

#include <stdlib.h>
#include <wchar.h>

#define PATH_CHARS     1024u
#define DLL_NAME       L"ntdsbcli.dll"
#define DELPHI_NAME    L"ntdsbclilib.dll" /* a published Pascal binding imports this name */
#define VARIABLE_CHARS 32767u

#define NEXT_COPY(broker)                                                                          \
    L"Copy ntdsbcli.dll and " broker L" for the program's bitness, both from one package, "        \
    L"into the program's own folder."

struct search
{
    struct findings *findings;
    const wchar_t *dll;
    int bits;
    wchar_t found[PATH_CHARS]; /* the first one, or "" */
};

static const wchar_t *next_copy(void)
{
    return bitness_of_system() == 64 ? NEXT_COPY(L"ntdsbroker64.exe")
                                     : NEXT_COPY(L"ntdsbroker32.exe");
}

static void try_folder(struct search *search, const wchar_t *folder, size_t folder_chars)
{
    wchar_t path[PATH_CHARS];

    while (folder_chars && folder[folder_chars - 1] == L'\\')
        folder_chars--;
    if (!folder_chars || folder_chars + wcslen(search->dll) + 2 > PATH_CHARS)
        return;
    format_text(path, PATH_CHARS, L"%.*ls\\%ls", (int)folder_chars, folder, search->dll);
    if (!program_file_exists(path) || _wcsicmp(path, search->found) == 0)
        return;
    if (!search->found[0])
        wcscpy(search->found, path);
    else
        findings_add(search->findings, AREA_PROGRAM, FINDING_NOTE, L"program.dll-shadowed", NULL,
                     L"%ls also exists, but comes later in the search order and is not used.",
                     path);
}

static void try_system_folder(struct search *search)
{
    wchar_t folder[PATH_CHARS];
    UINT length;

    if (search->bits == 32 && bitness_of_system() == 64)
        length = GetSystemWow64DirectoryW(folder, PATH_CHARS);
    else
        length = GetSystemDirectoryW(folder, PATH_CHARS);
    if (length && length < PATH_CHARS)
        try_folder(search, folder, length);
}

static void try_path(struct search *search)
{
    wchar_t *path = malloc(VARIABLE_CHARS * sizeof(*path));
    wchar_t *folder, *end;
    DWORD length = path ? GetEnvironmentVariableW(L"PATH", path, VARIABLE_CHARS) : 0;

    if (length && length < VARIABLE_CHARS) {
        for (folder = path; folder; folder = *end ? end + 1 : NULL) {
            end = folder + wcscspn(folder, L";");
            try_folder(search, folder, (size_t)(end - folder));
        }
    }
    free(path);
}

static void search_all(struct search *search, const wchar_t *program_folder)
{
    wchar_t windows[PATH_CHARS];
    UINT length;

    try_folder(search, program_folder, wcslen(program_folder));
    try_system_folder(search);
    length = GetWindowsDirectoryW(windows, PATH_CHARS);
    if (length && length < PATH_CHARS)
        try_folder(search, windows, length);
    try_path(search);
}

static bool is_broker(const struct program_file *file)
{
    return file->is_image && !file->image.is_dll &&
           file->image.machine == (bitness_of_system() == 64 ? PE_MACHINE_X64 : PE_MACHINE_X86);
}

static void check_broker(struct findings *findings, const wchar_t *dll,
                         const struct program_file *dll_file)
{
    wchar_t name[PROGRAM_FILE_TEXT_CHARS];
    struct program_file broker = {0};
    wchar_t path[PATH_CHARS + 32];

    wcscpy(path, dll);
    wcscpy(wcsrchr(path, L'\\') + 1, broker_process_name());
    format_text(name, PROGRAM_FILE_TEXT_CHARS, L"ntdsbroker%d", bitness_of_system());
    program_file_read(path, &broker);
    if (broker.error == ERROR_FILE_NOT_FOUND)
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.broker-missing", next_copy(),
                     L"%ls is missing: every backup and restore fails with hrCommunicationError.",
                     path);
    else if (broker.error)
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.broker-unreadable",
                     L"Give the backup account permission to read and run it.",
                     L"%ls cannot be read: Win32 error %lu.", path, broker.error);
    else if (!is_broker(&broker))
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.broker-damaged", next_copy(),
                     L"%ls is not a %d-bit program.", path, bitness_of_system());
    else if (!program_file_is_ours(&broker, name) || wcscmp(broker.version, dll_file->version) != 0)
        findings_add(
            findings, AREA_PROGRAM, FINDING_ERROR, L"program.broker-version", next_copy(),
            L"%ls has version %ls, but the DLL beside it has %ls. Both must be from one package.",
            path, broker.version[0] ? broker.version : L"(none)", dll_file->version);
    else
        findings_add(findings, AREA_PROGRAM, FINDING_OK, L"program.broker", NULL,
                     L"The broker is %ls, version %ls.", path, broker.version);
    program_file_fini(&broker);
}

static void check_dll(struct findings *findings, const wchar_t *path, int bits);

/* The other name only forwards to ntdsbcli.dll. */
static void check_aliased(struct findings *findings, const wchar_t *alias, int bits)
{
    wchar_t path[PATH_CHARS + 32];

    wcscpy(path, alias);
    wcscpy(wcsrchr(path, L'\\') + 1, DLL_NAME);
    if (program_file_exists(path))
        check_dll(findings, path, bits);
    else
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.dll-missing", next_copy(),
                     L"%ls forwards its calls to ntdsbcli.dll, which is missing from its folder.",
                     alias);
}

/* False: the program cannot use the DLL, and a finding says why. bits: 0 for either. */
static bool is_usable(struct findings *findings, const wchar_t *path, int bits,
                      const struct program_file *dll)
{
    int dll_bits = dll->is_image ? pe_image_bits(&dll->image) : 0;

    if (dll->error)
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.dll-unreadable",
                     L"Give the backup account permission to read it.",
                     L"%ls cannot be read: Win32 error %lu.", path, dll->error);
    else if (!dll->is_image || !dll->image.is_dll || !dll_bits)
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.dll-damaged", next_copy(),
                     L"%ls is not a DLL that Windows can load.", path);
    else if (!program_file_is_ours(dll, L"ntdsbcli") && !program_file_is_ours(dll, L"ntdsbclilib"))
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.dll-foreign", next_copy(),
                     L"%ls is not this product's ntdsbcli.dll, but '%ls' by '%ls', version %ls.",
                     path, dll->name[0] ? dll->name : L"(no name)",
                     dll->company[0] ? dll->company : L"(no name)",
                     dll->version[0] ? dll->version : L"(none)");
    else if (bits && dll_bits != bits)
        findings_add(
            findings, AREA_PROGRAM, FINDING_ERROR, L"program.dll-bitness", next_copy(),
            L"%ls is a %d-bit DLL, but the program is %d-bit and cannot load it (error 193).", path,
            dll_bits, bits);
    else
        return true;
    return false;
}

static void check_dll(struct findings *findings, const wchar_t *path, int bits)
{
    struct program_file dll = {0};

    program_file_read(path, &dll);
    if (!is_usable(findings, path, bits, &dll))
        goto out;
    findings_add(findings, AREA_PROGRAM, FINDING_OK, L"program.dll", NULL,
                 L"The DLL is %ls, %d-bit, version %ls.", path, pe_image_bits(&dll.image),
                 dll.version);
    if (wcscmp(dll.version, NTDSBCLI_VERSION) != 0)
        findings_add(
            findings, AREA_PROGRAM, FINDING_WARNING, L"program.dll-version",
            L"Use the ntdsdoctor of that package, or update the files in the program's folder.",
            L"That DLL has version %ls, but this ntdsdoctor has " NTDSBCLI_VERSION L".",
            dll.version);
    if (program_file_is_ours(&dll, L"ntdsbclilib"))
        check_aliased(findings, path, bits);
    else
        check_broker(findings, path, &dll);
out:
    program_file_fini(&dll);
}

/* NULL: the program imports neither name. */
static const wchar_t *imported_dll(struct findings *findings, const wchar_t *program,
                                   const struct program_file *file)
{
    static const struct
    {
        const char *ansi;
        const wchar_t *wide;
    } names[] = {{"ntdsbcli.dll", DLL_NAME}, {"ntdsbclilib.dll", DELPHI_NAME}};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        enum pe_import import = pe_image_find_import(&file->image, names[i].ansi);

        if (import == PE_IMPORT_NONE)
            continue;
        findings_add(findings, AREA_PROGRAM, FINDING_OK, L"program.import", NULL,
                     L"%ls (%d-bit) loads %ls %ls.", program, pe_image_bits(&file->image),
                     names[i].wide,
                     import == PE_IMPORT_AT_START ? L"when it starts" : L"at the first call");
        return names[i].wide;
    }
    findings_add(findings, AREA_PROGRAM, FINDING_NOTE, L"program.import",
                 L"If one of its DLLs makes the backup, check that DLL with --program too.",
                 L"%ls (%d-bit) does not import ntdsbcli.dll itself%ls. The program, or one of its "
                 L"DLLs, may load it at run time.",
                 program, pe_image_bits(&file->image), file->image.is_managed ? L" (.NET)" : L"");
    return NULL;
}

static void check_redirection(struct findings *findings, const wchar_t *program)
{
    wchar_t local[PATH_CHARS + 8];
    DWORD attributes;

    format_text(local, PATH_CHARS + 8, L"%ls.local", program);
    attributes = GetFileAttributesW(local);
    if (attributes != INVALID_FILE_ATTRIBUTES)
        findings_add(findings, AREA_PROGRAM, FINDING_WARNING, L"program.local",
                     L"Remove it, or make sure that both files of this package are in it.",
                     L"%ls exists: Windows may load DLLs from there instead.", local);
}

/* False: the file cannot run on this Windows, or have our DLL, and a finding says why. */
static bool is_program(struct findings *findings, const wchar_t *program,
                       const struct program_file *file)
{
    if (file->error || !file->is_image || !pe_image_bits(&file->image))
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.unreadable",
                     L"Specify the path of the program's .exe or .dll file.",
                     file->error ? L"%ls cannot be read: Win32 error %lu."
                                 : L"%ls is not a Windows program for x86 or x64.",
                     program, file->error);
    else if (file->image.machine == PE_MACHINE_ARM64)
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.processor",
                     L"Use the program's x64 version.",
                     L"%ls is an ARM64 program, and there is no ntdsbcli.dll for ARM64.", program);
    else if (pe_image_bits(&file->image) > bitness_of_system())
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.processor",
                     L"Use the program's 32-bit version.",
                     L"%ls is a 64-bit program, and this Windows is 32-bit.", program);
    else
        return true;
    return false;
}

static void check_named(struct findings *findings, const wchar_t *program)
{
    struct search search = {.findings = findings, .dll = DLL_NAME};
    struct program_file file = {0};
    wchar_t folder[PATH_CHARS];
    const wchar_t *imported;

    program_file_read(program, &file);
    if (!is_program(findings, program, &file))
        goto out;
    imported = imported_dll(findings, program, &file);
    if (imported)
        search.dll = imported;
    search.bits = pe_image_bits(&file.image);
    check_redirection(findings, program);
    wcscpy(folder, program);
    *wcsrchr(folder, L'\\') = 0;
    search_all(&search, folder);
    if (search.found[0])
        check_dll(findings, search.found, search.bits);
    else
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.dll-missing", next_copy(),
                     L"%ls would not find %ls.", program, search.dll);
out:
    program_file_fini(&file);
}

static void check_own(struct findings *findings)
{
    wchar_t path[PATH_CHARS];
    DWORD length = GetModuleFileNameW(NULL, path, PATH_CHARS - 32);

    if (!length || length >= PATH_CHARS - 32) {
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.path",
                     L"Start it from a folder with a shorter path.",
                     L"The path of this program cannot be determined.");
        return;
    }
    wcscpy(wcsrchr(path, L'\\') + 1, DLL_NAME);
    if (program_file_exists(path))
        check_dll(findings, path, 0);
    else
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.dll-missing",
                     L"Unpack the whole package, or name your backup program with --program.",
                     L"The ntdsbcli.dll of this package is missing: %ls.", path);
}

void check_program(struct findings *findings, const wchar_t *program)
{
    wchar_t full[PATH_CHARS];
    DWORD length;

    if (!program) {
        check_own(findings);
        return;
    }
    length = GetFullPathNameW(program, PATH_CHARS, full, NULL);
    if (!length || length >= PATH_CHARS || !wcsrchr(full, L'\\'))
        findings_add(findings, AREA_PROGRAM, FINDING_ERROR, L"program.unreadable",
                     L"Specify the path of the program's .exe or .dll file.",
                     L"'%ls' is not a path of a file.", program);
    else
        check_named(findings, full);
}
