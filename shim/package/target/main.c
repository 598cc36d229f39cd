/*
 * main.c - setup-target: tells the installer about the program that the product is installed for.
 *
 *   setup-target PROGRAM RESULT     judges a program
 *   setup-target FOLDER RESULT      judges the files of the product in a folder
 *
 * Writes the INI file RESULT, section [target]: Program, Folder, Name, Architecture (x86, x64), Key
 * (a name made from the folder), Foreign (the product's file names that another product's files
 * have, each followed by a slash), InUse (those that a process has loaded), Message (what is wrong,
 * if the exit code is not 0). The exit codes are the installer's. Changes nothing else.
 */
#include "owner.h"
#include "pe_kind.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define PATH_CHARS 32768

enum exit_code
{
    EXIT_GOOD = 0,
    EXIT_USAGE = 2,
    EXIT_NO_PROGRAM = 3,
    EXIT_KIND = 4,
    EXIT_RUNNING = 5,
    EXIT_WINDOWS_FOLDER = 8
};

static const wchar_t *const product_files[] = {L"ntdsbcli.dll", L"ntdsbroker64.exe",
                                               L"ntdsbclilib.dll"};

static wchar_t program[PATH_CHARS], folder[PATH_CHARS];
static const wchar_t *result_path;

static void tell(const wchar_t *key, const wchar_t *value)
{
    WritePrivateProfileStringW(L"target", key, value, result_path);
}

static enum exit_code refuse(enum exit_code code, const wchar_t *why, const wchar_t *what)
{
    static wchar_t message[PATH_CHARS + 200];

    _snwprintf(message, PATH_CHARS + 199, why, what);
    tell(L"Message", message);
    return code;
}

/* With this mark at the beginning the INI functions keep every character. */
static bool begin_result(void)
{
    static const unsigned char mark[] = {0xFF, 0xFE};
    HANDLE file = CreateFileW(result_path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                              FILE_ATTRIBUTE_NORMAL, NULL);
    DWORD written;
    bool is_written;

    if (file == INVALID_HANDLE_VALUE)
        return false;
    is_written = WriteFile(file, mark, sizeof(mark), &written, NULL) && written == sizeof(mark);
    CloseHandle(file);
    return is_written;
}

/* With every link followed, and without the prefix of final paths. */
static bool final_path(HANDLE file, wchar_t path[PATH_CHARS])
{
    DWORD chars = GetFinalPathNameByHandleW(file, path, PATH_CHARS, VOLUME_NAME_DOS);

    if (!chars || chars >= PATH_CHARS)
        return false;
    if (wcsncmp(path, L"\\\\?\\UNC\\", 8) == 0)
        wmemmove(path + 1, path + 7, wcslen(path + 7) + 1);
    else if (wcsncmp(path, L"\\\\?\\", 4) == 0)
        wmemmove(path, path + 4, wcslen(path + 4) + 1);
    return true;
}

static bool is_below_windows(const wchar_t *path)
{
    static wchar_t windows[PATH_CHARS];
    wchar_t name[MAX_PATH];
    UINT length = GetSystemWindowsDirectoryW(name, MAX_PATH);
    HANDLE opened;
    size_t chars;
    bool is_known;

    if (!length || length >= MAX_PATH)
        return false;
    opened = CreateFileW(name, FILE_READ_ATTRIBUTES,
                         FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                         OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    is_known = opened != INVALID_HANDLE_VALUE && final_path(opened, windows);
    if (opened != INVALID_HANDLE_VALUE)
        CloseHandle(opened);
    if (!is_known)
        wcscpy(windows, name);
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

/* FNV-1a of the folder in lower case: a folder has the same key in every installation. */
static void tell_key(void)
{
    static wchar_t lower[PATH_CHARS];
    wchar_t key[40];
    uint64_t hash = 14695981039346656037u;
    const wchar_t *at;

    wcscpy(lower, folder);
    CharLowerW(lower);
    for (at = lower; *at; at++)
        hash = (hash ^ *at) * 1099511628211u;
    _snwprintf(key, 40, L"ntdsbcli-%08lx%08lx", (unsigned long)(hash >> 32),
               (unsigned long)(hash & 0xFFFFFFFFu));
    tell(L"Key", key);
}

static void tell_product_files(void)
{
    static wchar_t path[PATH_CHARS + 32];
    wchar_t foreign[100] = L"", in_use[100] = L"";
    size_t i;

    for (i = 0; i < sizeof(product_files) / sizeof(product_files[0]); i++) {
        _snwprintf(path, PATH_CHARS + 31, L"%ls\\%ls", folder, product_files[i]);
        if (owner_is_foreign(path))
            wcscat(wcscat(foreign, product_files[i]), L"/");
        if (owner_is_running(path))
            wcscat(wcscat(in_use, product_files[i]), L"/");
    }
    tell(L"Foreign", foreign);
    tell(L"InUse", in_use);
}

static enum exit_code judge_program(HANDLE file)
{
    wchar_t *name = wcsrchr(folder, L'\\');
    enum pe_kind kind = kind_of(file);

    tell(L"Program", program);
    if (!name)
        return refuse(EXIT_NO_PROGRAM, L"%ls is not in a folder.", program);
    *name++ = 0;
    tell(L"Name", name);
    tell(L"Folder", folder);
    if (is_below_windows(folder))
        return refuse(EXIT_WINDOWS_FOLDER,
                      L"%ls is a folder of Windows. Setup does not install there.", folder);
    switch (kind) {
    case PE_KIND_X86:
    case PE_KIND_X64:
        tell(L"Architecture", kind == PE_KIND_X86 ? L"x86" : L"x64");
        break;
    case PE_KIND_ARM:
        return refuse(EXIT_KIND,
                      L"%ls is a program for ARM processors, and there is no ntdsbcli.dll for ARM.",
                      program);
    case PE_KIND_16_BIT:
        return refuse(EXIT_KIND, L"%ls is a 16-bit program and cannot load ntdsbcli.dll.", program);
    case PE_KIND_DLL:
        return refuse(EXIT_KIND, L"%ls is a DLL. Specify the program that loads it.", program);
    case PE_KIND_OTHER:
        return refuse(EXIT_KIND, L"%ls is a program for another processor.", program);
    case PE_KIND_NONE:
        return refuse(EXIT_KIND, L"%ls is not a program.", program);
    }
    tell_key();
    tell_product_files();
    if (owner_is_running(program))
        return refuse(EXIT_RUNNING, L"%ls is running. End it first.", program);
    return EXIT_GOOD;
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    enum exit_code code;
    DWORD attributes;
    HANDLE file;

    if (argc != 3)
        return EXIT_USAGE;
    result_path = argv[2];
    if (!begin_result())
        return EXIT_USAGE;
    attributes = GetFileAttributesW(argv[1]);
    if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY)) {
        if (wcslen(argv[1]) >= PATH_CHARS)
            return EXIT_USAGE;
        wcscpy(folder, argv[1]);
        tell_product_files();
        return EXIT_GOOD;
    }
    file = CreateFileW(argv[1], GENERIC_READ, share, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE || !final_path(file, program)) {
        code =
            refuse(EXIT_NO_PROGRAM, L"The program %ls does not exist or cannot be read.", argv[1]);
    } else {
        wcscpy(folder, program);
        code = judge_program(file);
    }
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    return (int)code;
}
