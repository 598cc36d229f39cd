/*
 * proof_task.c - a scheduled task of ntdsprove itself, which runs one command line as SYSTEM.
 *
 * It is made from XML: its path and arguments need no quoting and may be long, SYSTEM is named by
 * its SID, and without a trigger it cannot run by itself. Source: Microsoft Learn, "schtasks
 * create" and "Task Scheduler Schema" (1.2, from Windows Server 2008 on).
 */
#include "proof_errand.h"
#include "proof_system.h"

#include "common/format.h"

#include <string.h>
#include <wchar.h>

#define TOOL_MS   120000u
#define XML_CHARS (8 * PROOF_PATH_CHARS)

static const wchar_t xml_format[] =
    L"\xfeff<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n"
    L"<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n"
    L"  <Triggers/>\r\n"
    L"  <Principals><Principal id=\"Author\"><UserId>S-1-5-18</UserId>"
    L"<RunLevel>HighestAvailable</RunLevel></Principal></Principals>\r\n"
    L"  <Settings><DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>"
    L"<StopIfGoingOnBatteries>false</StopIfGoingOnBatteries></Settings>\r\n"
    L"  <Actions Context=\"Author\"><Exec><Command>%ls</Command>"
    L"<Arguments>\"/as-task:%ls\"</Arguments></Exec></Actions>\r\n"
    L"</Task>\r\n";

/* A path has none of the other characters that XML has other uses for. */
static bool escape(const wchar_t *path, wchar_t text[2 * PROOF_PATH_CHARS])
{
    size_t used = 0;

    for (; *path && used + 6 < 2 * PROOF_PATH_CHARS; path++) {
        if (*path == L'&') {
            wcscpy(text + used, L"&amp;");
            used += 5;
        } else {
            text[used++] = *path;
        }
    }
    text[used] = 0;
    return !*path;
}

static bool write_xml(const struct proof *proof, const wchar_t *folder, const wchar_t *file)
{
    wchar_t program[PROOF_PATH_CHARS], command[2 * PROOF_PATH_CHARS];
    wchar_t argument[2 * PROOF_PATH_CHARS], xml[XML_CHARS];
    DWORD written = 0;
    HANDLE handle;
    bool done;

    format_text(program, PROOF_PATH_CHARS, L"%ls\\%ls\\ntdsprove.exe", proof->kit, proof->native);
    if (!escape(program, command) || !escape(folder, argument) ||
        !format_text(xml, XML_CHARS, xml_format, command, argument))
        return false;
    handle = CreateFileW(file, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return false;
    done = WriteFile(handle, xml, (DWORD)(wcslen(xml) * sizeof(*xml)), &written, NULL);
    CloseHandle(handle);
    return done;
}

/* False: *run says why, and has no output. */
static bool schtasks(const struct proof *proof, struct proof_run *run, const wchar_t *arguments)
{
    proof_run_system(proof, run, L"schtasks.exe", arguments, TOOL_MS);
    proof_run_fini(run);
    return !run->start_error && !run->is_late && run->code == 0;
}

static const wchar_t *run_task(const struct proof *proof, const struct proof_errand *errand,
                               DWORD limit_ms, struct proof_run *run)
{
    wchar_t xml[PROOF_PATH_CHARS], create[2 * PROOF_PATH_CHARS], start[80], end[80];
    const DWORD id = GetCurrentProcessId();
    const wchar_t *why = NULL;
    struct proof_run deleted;

    format_text(xml, PROOF_PATH_CHARS, L"%ls\\task.xml", errand->folder);
    format_text(create, ARRAYSIZE(create), L"/create /tn ntdsprove-%lu /ru SYSTEM /xml \"%ls\" /f",
                id, xml);
    format_text(start, ARRAYSIZE(start), L"/run /tn ntdsprove-%lu", id);
    format_text(end, ARRAYSIZE(end), L"/delete /tn ntdsprove-%lu /f", id);
    if (!write_xml(proof, errand->folder, xml)) {
        run->start_error = GetLastError();
        return L"the task cannot be written";
    }
    if (!schtasks(proof, run, create))
        return L"the task cannot be made";
    if (schtasks(proof, run, start))
        proof_errand_wait(errand, limit_ms, run);
    else
        why = L"the task cannot be started";
    if (!schtasks(proof, &deleted, end) && !why) {
        *run = deleted;
        why = L"the task cannot be deleted";
    }
    return why;
}

const wchar_t *proof_task_run(const struct proof *proof, const wchar_t *line, DWORD limit_ms,
                              struct proof_run *run)
{
    const wchar_t *why = L"no order can be written for the task";
    struct proof_errand errand;

    memset(run, 0, sizeof(*run));
    if (proof_errand_create(&errand, proof, L"as-task", line, limit_ms)) {
        why = run_task(proof, &errand, limit_ms, run);
        proof_errand_fini(&errand);
    } else {
        run->start_error = GetLastError();
    }
    return why;
}
