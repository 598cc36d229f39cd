/*
 * setup_program.c - opens the program, follows links, reads its headers.
 */
#include "setup_program.h"

#include "pe_kind.h"

#include <stdint.h>
#include <stdio.h>

/* The longest name that is installed and that is used by its path: ntdsbcli-uninstall.exe. */
#define LONGEST_NAME_CHARS 22

/* A 32-bit program sees another System32 than the one that is named. */
static HANDLE open_unredirected(const wchar_t *path, DWORD access, DWORD flags)
{
    void *redirection = NULL;
    BOOL is_off = Wow64DisableWow64FsRedirection(&redirection);
    HANDLE file = CreateFileW(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                              NULL, OPEN_EXISTING, flags, NULL);

    if (is_off)
        Wow64RevertWow64FsRedirection(redirection);
    return file;
}

/* The limit of a path does not hold for one with this prefix, which a relative path cannot have. */
static HANDLE open_path(const wchar_t *path, DWORD access, DWORD flags)
{
    static wchar_t full[SETUP_PATH_CHARS];
    wchar_t *at = full + 8;
    DWORD chars = GetFullPathNameW(path, SETUP_PATH_CHARS - 8, at, NULL);

    if (!chars || chars >= SETUP_PATH_CHARS - 8)
        return INVALID_HANDLE_VALUE;
    if (wcsncmp(at, L"\\\\?\\", 4) != 0 && wcsncmp(at, L"\\\\", 2) == 0)
        at = wmemcpy(at - 6, L"\\\\?\\UNC", 7);
    else if (wcsncmp(at, L"\\\\?\\", 4) != 0)
        at = wmemcpy(at - 4, L"\\\\?\\", 4);
    return open_unredirected(at, access, flags);
}

static bool final_path(HANDLE file, wchar_t path[SETUP_PATH_CHARS])
{
    DWORD chars = GetFinalPathNameByHandleW(file, path, SETUP_PATH_CHARS, VOLUME_NAME_DOS);

    if (!chars || chars >= SETUP_PATH_CHARS)
        return false;
    if (path[chars - 1] == L'\\')
        path[chars - 1] = 0;
    return true;
}

static void without_prefix(const wchar_t *raw, wchar_t path[SETUP_PATH_CHARS])
{
    if (wcsncmp(raw, L"\\\\?\\UNC\\", 8) == 0) {
        path[0] = L'\\';
        wcscpy(path + 1, raw + 7);
    } else {
        wcscpy(path, wcsncmp(raw, L"\\\\?\\", 4) == 0 ? raw + 4 : raw);
    }
}

static bool is_below_windows(const wchar_t *path)
{
    static wchar_t windows[SETUP_PATH_CHARS];
    static wchar_t raw[SETUP_PATH_CHARS];
    wchar_t name[MAX_PATH];
    UINT length = GetSystemWindowsDirectoryW(name, MAX_PATH);
    HANDLE opened;
    size_t chars;
    bool is_known;

    if (!length || length >= MAX_PATH)
        return false;
    opened = open_path(name, FILE_READ_ATTRIBUTES, FILE_FLAG_BACKUP_SEMANTICS);
    is_known = opened != INVALID_HANDLE_VALUE && final_path(opened, raw);
    if (opened != INVALID_HANDLE_VALUE)
        CloseHandle(opened);
    without_prefix(is_known ? raw : name, windows);
    chars = wcslen(windows);
    return _wcsnicmp(path, windows, chars) == 0 && (path[chars] == L'\\' || path[chars] == 0);
}

static enum pe_kind kind_of(HANDLE file)
{
    HANDLE mapping = CreateFileMappingW(file, NULL, PAGE_READONLY, 0, 0, NULL);
    const void *bytes = mapping ? MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0) : NULL;
    enum pe_kind kind = PE_KIND_NONE;
    LARGE_INTEGER size;

    if (bytes && GetFileSizeEx(file, &size))
        kind = pe_kind_of(bytes, (size_t)size.QuadPart);
    if (bytes)
        UnmapViewOfFile(bytes);
    if (mapping)
        CloseHandle(mapping);
    return kind;
}

/* FNV-1a of the folder in lower case. */
static void make_key(struct setup_target *target)
{
    static wchar_t lower[SETUP_PATH_CHARS];
    uint64_t hash = 14695981039346656037u;
    const wchar_t *at;

    wcscpy(lower, target->folder);
    CharLowerW(lower);
    for (at = lower; *at; at++)
        hash = (hash ^ *at) * 1099511628211u;
    _snwprintf(target->key, SETUP_KEY_CHARS, L"ntdsbcli-%08lx%08lx", (unsigned long)(hash >> 32),
               (unsigned long)(hash & 0xFFFFFFFFu));
}

static enum setup_exit refuse_length(const wchar_t *path)
{
    return setup_result_refuse(
        SETUP_LONG_PATH,
        L"The path of the program is too long: Windows does not start programs from a folder whose "
        L"path has more than %d characters. Move it to another folder. Nothing was changed. (%ls)",
        MAX_PATH - 2 - LONGEST_NAME_CHARS, path);
}

static enum setup_exit judge_folder(struct setup_target *target)
{
    without_prefix(target->raw_folder, target->folder);
    if (is_below_windows(target->folder))
        return setup_result_refuse(SETUP_WINDOWS_FOLDER,
                                   L"%ls is a folder of Windows. Setup does not install there.",
                                   target->folder);
    if (wcslen(target->folder) + 1 + LONGEST_NAME_CHARS >= MAX_PATH)
        return refuse_length(target->folder);
    make_key(target);
    return SETUP_GOOD;
}

static bool is_64_bit_windows(void)
{
    BOOL is_emulated = FALSE;

    return sizeof(void *) == 8 ||
           (IsWow64Process(GetCurrentProcess(), &is_emulated) && is_emulated);
}

static enum setup_exit judge_kind(enum pe_kind kind, struct setup_target *target)
{
    static const struct
    {
        enum pe_kind kind;
        const wchar_t *why;
    } refused[] = {
        {PE_KIND_ARM, L"is a program for ARM processors, and there is no ntdsbcli.dll for ARM."},
        {PE_KIND_16_BIT, L"is a 16-bit program and cannot load ntdsbcli.dll."},
        {PE_KIND_DLL, L"is a DLL. Specify the program that loads it."},
        {PE_KIND_OTHER, L"is a program for another processor."},
        {PE_KIND_NONE, L"is not a program."},
    };
    size_t i;

    for (i = 0; i < ARRAYSIZE(refused); i++) {
        if (refused[i].kind == kind)
            return setup_result_refuse(SETUP_KIND, L"%ls %ls", target->program, refused[i].why);
    }
    if (kind == PE_KIND_ANY)
        kind = is_64_bit_windows() ? PE_KIND_X64 : PE_KIND_X86;
    if (kind == PE_KIND_X64 && !is_64_bit_windows())
        return setup_result_refuse(
            SETUP_KIND, L"%ls is a 64-bit program, and this is a 32-bit Windows.", target->program);
    target->architecture = kind == PE_KIND_X86 ? L"x86" : L"x64";
    return SETUP_GOOD;
}

static enum setup_exit judge_opened(HANDLE file, struct setup_target *target)
{
    enum setup_exit code;
    wchar_t *name = wcsrchr(target->raw_folder, L'\\');

    *name++ = 0;
    setup_result_tell(L"Program", target->program);
    setup_result_tell(L"Name", name);
    code = judge_folder(target);
    return code == SETUP_GOOD ? judge_kind(kind_of(file), target) : code;
}

enum setup_exit setup_program_judge(const wchar_t *program, struct setup_target *target)
{
    HANDLE file = open_path(program, GENERIC_READ, 0);
    enum setup_exit code;

    if (file == INVALID_HANDLE_VALUE) {
        code = setup_result_refuse(SETUP_NO_PROGRAM,
                                   L"The program %ls does not exist or cannot be read.", program);
    } else if (!final_path(file, target->raw_folder)) {
        code = refuse_length(program);
    } else {
        without_prefix(target->raw_folder, target->program);
        code = judge_opened(file, target);
    }
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    return code;
}

enum setup_exit setup_program_folder(const wchar_t *folder, struct setup_target *target)
{
    HANDLE opened = open_path(folder, FILE_READ_ATTRIBUTES, FILE_FLAG_BACKUP_SEMANTICS);
    enum setup_exit code;

    if (opened == INVALID_HANDLE_VALUE || !final_path(opened, target->raw_folder))
        code = setup_result_refuse(SETUP_NO_PROGRAM, L"The folder %ls does not exist.", folder);
    else
        code = judge_folder(target);
    if (opened != INVALID_HANDLE_VALUE)
        CloseHandle(opened);
    return code;
}
