/*
 * output.c - writes text and JSON to a console, a file or a pipe.
 */
#include "output.h"

#include "common/format.h"
#include "json.h"

#include <stdlib.h>
#include <wchar.h>

#define LINE_CHARS 2600

static bool write_bytes(HANDLE stream, const char *bytes, size_t byte_count)
{
    DWORD written = 0;

    return WriteFile(stream, bytes, (DWORD)byte_count, &written, NULL) && written == byte_count;
}

static bool write_text(HANDLE stream, const wchar_t *text)
{
    int char_count = (int)wcslen(text);
    DWORD mode, written;
    char *bytes;
    int byte_count;
    bool done;

    if (GetConsoleMode(stream, &mode))
        return WriteConsoleW(stream, text, (DWORD)char_count, &written, NULL);
    bytes = malloc((size_t)char_count * 3 + 1);
    if (!bytes)
        return false;
    byte_count =
        WideCharToMultiByte(CP_UTF8, 0, text, char_count, bytes, char_count * 3, NULL, NULL);
    done = write_bytes(stream, bytes, (size_t)byte_count);
    free(bytes);
    return done;
}

void output_text(bool is_error, const wchar_t *text)
{
    write_text(GetStdHandle(is_error ? STD_ERROR_HANDLE : STD_OUTPUT_HANDLE), text);
}

static const wchar_t *level_mark(enum finding_level level)
{
    static const wchar_t *const marks[] = {
        [FINDING_OK] = L"ok     ",
        [FINDING_NOTE] = L"note   ",
        [FINDING_WARNING] = L"WARNING",
        [FINDING_ERROR] = L"ERROR  ",
    };

    return marks[level];
}

static bool write_findings(HANDLE stream, const struct findings *findings)
{
    wchar_t line[LINE_CHARS];
    unsigned int counts[4] = {0};
    bool done = true;
    size_t i;

    for (i = 0; done && i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];

        counts[finding->level]++;
        format_text(line, LINE_CHARS, L"%ls %ls: %ls\n", level_mark(finding->level), finding->id,
                    finding->text);
        done = write_text(stream, line);
        if (done && finding->next && finding->level > FINDING_OK) {
            format_text(line, LINE_CHARS, L"        -> %ls\n", finding->next);
            done = write_text(stream, line);
        }
    }
    format_text(line, LINE_CHARS, L"%u error(s), %u warning(s); exit code %d\n",
                counts[FINDING_ERROR], counts[FINDING_WARNING], findings_exit_code(findings));
    return done && write_text(stream, line);
}

bool output_findings(const struct findings *findings, const struct backup_list *backups, bool json)
{
    HANDLE stream = GetStdHandle(STD_OUTPUT_HANDLE);
    size_t byte_count = 0;
    char *bytes;
    bool done;

    if (!json)
        return write_findings(stream, findings);
    bytes = json_build(findings, backups, &byte_count);
    if (!bytes)
        return false;
    done = write_bytes(stream, bytes, byte_count);
    free(bytes);
    return done;
}
