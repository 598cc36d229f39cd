/*
 * proof_log.c - finds the log of legacy-backup and reads what is new in it.
 */
#include "proof_log.h"

#include "common/format.h"
#include "host/settings.h"

#include <stdlib.h>
#include <string.h>

void proof_log_path(unsigned int number, wchar_t path[PROOF_LOG_CHARS])
{
    struct settings settings;
    wchar_t name[MAX_PATH] = L"";

    settings_read(&settings);
    host_log_name(L"legacy-backup.exe", number, name);
    format_text(path, PROOF_LOG_CHARS, L"%ls\\%ls", settings.log_folder, name);
}

bool proof_log_folder_of(const wchar_t *sid, wchar_t folder[PROOF_LOG_CHARS])
{
    struct settings settings;

    settings_read(&settings);
    return format_text(folder, PROOF_LOG_CHARS, L"%ls-%ls", settings.log_folder, sid);
}

static HANDLE open_log(const wchar_t *path)
{
    return CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                       NULL, OPEN_EXISTING, 0, NULL);
}

LONGLONG proof_log_bytes(const wchar_t *path)
{
    HANDLE file = open_log(path);
    LARGE_INTEGER size = {0};

    if (file == INVALID_HANDLE_VALUE)
        return 0;
    GetFileSizeEx(file, &size);
    CloseHandle(file);
    return size.QuadPart;
}

char *proof_log_since(const wchar_t *path, LONGLONG mark)
{
    LARGE_INTEGER from = {.QuadPart = mark};
    LONGLONG end = proof_log_bytes(path);
    HANDLE file = open_log(path);
    char *text = NULL;
    DWORD got = 0;

    /* It began anew meanwhile. */
    if (end < mark)
        from.QuadPart = 0;
    if (file != INVALID_HANDLE_VALUE)
        text = calloc(1, (size_t)(end - from.QuadPart) + 1);
    if (text && (!SetFilePointerEx(file, from, NULL, FILE_BEGIN) ||
                 !ReadFile(file, text, (DWORD)(end - from.QuadPart), &got, NULL))) {
        free(text);
        text = NULL;
    }
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    return text;
}

/* The records of backups that will not be kept: --backups must not count them. */
static void remove_records_of(const char *text)
{
    static const char before[] = "The record of this backup is in ";
    wchar_t wide[PROOF_LOG_CHARS];
    int chars;

    while (text && (text = strstr(text, before)) != NULL) {
        text += strlen(before);
        chars = MultiByteToWideChar(CP_UTF8, 0, text, (int)strcspn(text, "\r\n"), wide,
                                    PROOF_LOG_CHARS - 1);
        wide[chars] = 0;
        DeleteFileW(wide);
    }
}

void proof_log_mark_all(struct proof_log_marks *marks)
{
    wchar_t path[PROOF_LOG_CHARS];
    unsigned int i;

    for (i = 0; i < HOST_LOG_FILES_MAX; i++) {
        proof_log_path(i + 1, path);
        marks->bytes[i] = proof_log_bytes(path);
    }
}

void proof_log_remove_records(const struct proof_log_marks *marks)
{
    wchar_t path[PROOF_LOG_CHARS];
    unsigned int i;
    char *text;

    for (i = 0; i < HOST_LOG_FILES_MAX; i++) {
        proof_log_path(i + 1, path);
        text = proof_log_since(path, marks->bytes[i]);
        remove_records_of(text);
        free(text);
    }
}
