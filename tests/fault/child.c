/*
 * child.c - two pipes and a process.
 */
#include "child.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define KILLED_CODE 99

/* A pipe whose one end the child inherits. */
static bool make_pipe(HANDLE *read_end, HANDLE *write_end, bool child_reads)
{
    if (!CreatePipe(read_end, write_end, NULL, 0))
        return false;
    SetHandleInformation(child_reads ? *read_end : *write_end, HANDLE_FLAG_INHERIT,
                         HANDLE_FLAG_INHERIT);
    return true;
}

bool child_start(struct child *child, const wchar_t *program, const wchar_t *argument)
{
    STARTUPINFOW startup = {.cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION created = {0};
    wchar_t line[MAX_PATH + 64];
    BOOL started = FALSE;

    memset(child, 0, sizeof(*child));
    _snwprintf(line, ARRAYSIZE(line), L"\"%ls\" %ls", program, argument ? argument : L"");
    line[ARRAYSIZE(line) - 1] = 0;
    if (make_pipe(&startup.hStdInput, &child->input, true) &&
        make_pipe(&child->output, &startup.hStdOutput, false)) {
        startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
        started =
            CreateProcessW(program, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &created);
    }
    if (startup.hStdInput)
        CloseHandle(startup.hStdInput);
    if (startup.hStdOutput)
        CloseHandle(startup.hStdOutput);
    if (!started) {
        child_close(child);
        return false;
    }
    CloseHandle(created.hThread);
    child->process = created.hProcess;
    return true;
}

static bool read_line(struct child *child)
{
    size_t length = 0;
    DWORD got;
    char byte;

    while (ReadFile(child->output, &byte, 1, &got, NULL) && got) {
        if (byte == '\n') {
            child->line[length] = 0;
            return true;
        }
        if (byte != '\r' && length + 1 < CHILD_LINE_CHARS)
            child->line[length++] = byte;
    }
    child->line[0] = 0;
    return false;
}

bool child_wait_for(struct child *child, const char *text)
{
    while (read_line(child)) {
        if (strncmp(child->line, text, strlen(text)) == 0)
            return true;
    }
    return false;
}

void child_go_on(struct child *child)
{
    DWORD written;

    WriteFile(child->input, "\n", 1, &written, NULL);
}

void child_kill(struct child *child)
{
    TerminateProcess(child->process, KILLED_CODE);
    WaitForSingleObject(child->process, INFINITE);
}

void child_close(struct child *child)
{
    if (child->input)
        CloseHandle(child->input);
    if (child->output)
        CloseHandle(child->output);
    if (child->process)
        CloseHandle(child->process);
    memset(child, 0, sizeof(*child));
}
