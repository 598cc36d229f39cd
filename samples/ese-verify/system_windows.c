/* system.h on Windows, which takes UTF-16. */
#include "system.h"

#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "paths.h"
#include "text.h"

/* The C runtime expands * and ? in arguments: the command prompt does not. */
int _dowildcard = -1;

struct system_file
{
    HANDLE handle;
    uint64_t position;
};

static void say_why(char *problem, DWORD error)
{
    wchar_t text[SYSTEM_TEXT_BYTES / 4];
    DWORD chars = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                                 error, 0, text, (DWORD)(sizeof(text) / sizeof(*text)), NULL);

    while (chars > 0 && text[chars - 1] <= L' ')
        text[--chars] = L'\0';
    if (chars == 0)
        snprintf(problem, SYSTEM_TEXT_BYTES, "Windows error %lu", error);
    else
        WideCharToMultiByte(CP_UTF8, 0, text, -1, problem, SYSTEM_TEXT_BYTES, NULL, NULL);
}

/* With backup semantics a folder opens, too, and is not mistaken for a file that is denied. */
static HANDLE open_path(const char *path)
{
    wchar_t *wide = text_to_wide(CP_UTF8, path);
    wchar_t *full = wide ? paths_full(wide) : NULL;
    HANDLE handle = INVALID_HANDLE_VALUE;

    if (full)
        handle = CreateFileW(
            full, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
            OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN | FILE_FLAG_BACKUP_SEMANTICS, NULL);
    free(full);
    free(wide);
    return handle;
}

struct system_file *system_open(const char *path, uint64_t *bytes, char *problem)
{
    struct system_file *file = calloc(1, sizeof(*file));
    BY_HANDLE_FILE_INFORMATION info;

    if (!file) {
        say_why(problem, ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    file->handle = open_path(path);
    if (file->handle == INVALID_HANDLE_VALUE || !GetFileInformationByHandle(file->handle, &info)) {
        DWORD error = GetLastError();

        if (error == ERROR_SHARING_VIOLATION)
            snprintf(problem, SYSTEM_TEXT_BYTES,
                     "another program has it open exclusively, as the directory has its database");
        else
            say_why(problem, error);
        system_close(file);
        return NULL;
    }
    if (info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
        snprintf(problem, SYSTEM_TEXT_BYTES, "it is a folder; name the files in it");
        system_close(file);
        return NULL;
    }
    *bytes = (uint64_t)info.nFileSizeHigh << 32 | info.nFileSizeLow;
    return file;
}

bool system_read(struct system_file *file, uint64_t offset, void *to, size_t bytes, size_t *got,
                 char *problem)
{
    LARGE_INTEGER place = {.QuadPart = (LONGLONG)offset};
    DWORD count = 0;

    if (file->position != offset && !SetFilePointerEx(file->handle, place, NULL, FILE_BEGIN)) {
        say_why(problem, GetLastError());
        return false;
    }
    file->position = UINT64_MAX; /* unknown, should this fail */
    if (!ReadFile(file->handle, to, (DWORD)bytes, &count, NULL)) {
        say_why(problem, GetLastError());
        return false;
    }
    file->position = offset + count;
    *got = count;
    return true;
}

void system_close(struct system_file *file)
{
    if (!file)
        return;
    if (file->handle != INVALID_HANDLE_VALUE)
        CloseHandle(file->handle);
    free(file);
}

uint64_t system_now_ms(void)
{
    return GetTickCount64();
}

const char *system_name_in(const char *path)
{
    const char *name = path;

    for (; *path; path++) {
        if (*path == '\\' || *path == '/' || *path == ':')
            name = path + 1;
    }
    return name;
}

bool system_is_terminal(void)
{
    return console_is_terminal(CONSOLE_OUTPUT);
}

void system_redraw(const char *text)
{
    wchar_t *wide = text_to_wide(CP_UTF8, text);

    if (wide)
        console_redraw_line(wide);
    free(wide);
}

void system_write(enum system_stream stream, const char *text)
{
    wchar_t *wide = text_to_wide(CP_UTF8, text);

    if (wide)
        console_print(stream == SYSTEM_ERROR ? CONSOLE_ERROR : CONSOLE_OUTPUT, L"%ls", wide);
    free(wide);
}

/* The C runtime calls it, but declares it nowhere. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    char **arguments = calloc((size_t)argc + 1, sizeof(*arguments));
    bool complete = arguments != NULL;
    int code = 1;
    int i;

    for (i = 0; complete && i < argc; i++) {
        arguments[i] = text_from_wide(CP_UTF8, argv[i]);
        complete = arguments[i] != NULL;
    }
    if (complete)
        code = ese_verify(argc, arguments);
    for (i = 0; arguments && i < argc; i++)
        free(arguments[i]);
    free(arguments);
    return code;
}
