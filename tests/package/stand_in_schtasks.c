/*
 * stand_in_schtasks.c - in the place of schtasks: keeps the XML of a task beside itself and starts
 * what it says at /run. What a file schtasks-fails.txt beside it names, "/run" for instance, fails.
 */
#include <windows.h>
#include <stdbool.h>
#include <stdio.h>
#include <wchar.h>

#define XML_CHARS 8192

static wchar_t folder[MAX_PATH];

static FILE *open_beside(const wchar_t *name, const wchar_t *mode)
{
    wchar_t path[2 * MAX_PATH];

    _snwprintf(path, ARRAYSIZE(path) - 1, L"%ls\\%ls", folder, name);
    path[ARRAYSIZE(path) - 1] = 0;
    return _wfopen(path, mode);
}

static bool is_to_fail(const wchar_t *verb)
{
    FILE *file = open_beside(L"schtasks-fails.txt", L"r");
    wchar_t word[40] = L"";

    if (!file)
        return false;
    fwscanf(file, L"%39ls", word);
    fclose(file);
    return wcscmp(word, verb) == 0;
}

static const wchar_t *value_of(int count, wchar_t **words, const wchar_t *option)
{
    int i;

    for (i = 2; i + 1 < count; i++) {
        if (wcscmp(words[i], option) == 0)
            return words[i + 1];
    }
    return L"";
}

/* The text of an element, with its ampersands. */
static bool element(const wchar_t *xml, const wchar_t *begin, const wchar_t *end, wchar_t *text,
                    size_t chars)
{
    const wchar_t *from = wcsstr(xml, begin);
    const wchar_t *to = from ? wcsstr(from, end) : NULL;
    size_t used = 0;

    if (!to)
        return false;
    for (from += wcslen(begin); from < to && used + 1 < chars; from++) {
        text[used++] = *from;
        if (wcsncmp(from, L"&amp;", 5) == 0)
            from += 4;
    }
    text[used] = 0;
    return true;
}

static bool read_xml(FILE *file, wchar_t xml[XML_CHARS])
{
    size_t count = file ? fread(xml, sizeof(*xml), XML_CHARS - 1, file) : 0;

    xml[count] = 0;
    if (file)
        fclose(file);
    return count && xml[0] == 0xfeff && wcsstr(xml, L"<UserId>S-1-5-18</UserId>");
}

static bool create(const wchar_t *name, int count, wchar_t **words)
{
    wchar_t xml[XML_CHARS];
    FILE *kept;

    if (wcscmp(value_of(count, words, L"/ru"), L"SYSTEM") != 0 ||
        !read_xml(_wfopen(value_of(count, words, L"/xml"), L"rb"), xml))
        return false;
    kept = open_beside(name, L"wb");
    if (!kept)
        return false;
    fwrite(xml, sizeof(*xml), wcslen(xml), kept);
    return fclose(kept) == 0;
}

static bool run(const wchar_t *name)
{
    wchar_t xml[XML_CHARS], program[MAX_PATH], arguments[1000], line[MAX_PATH + 1010];
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION created;

    if (!read_xml(open_beside(name, L"rb"), xml) ||
        !element(xml, L"<Command>", L"</Command>", program, ARRAYSIZE(program)) ||
        !element(xml, L"<Arguments>", L"</Arguments>", arguments, ARRAYSIZE(arguments)))
        return false;
    _snwprintf(line, ARRAYSIZE(line) - 1, L"\"%ls\" %ls", program, arguments);
    line[ARRAYSIZE(line) - 1] = 0;
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &created))
        return false;
    CloseHandle(created.hThread);
    CloseHandle(created.hProcess);
    return true;
}

static bool delete (const wchar_t *name)
{
    wchar_t path[2 * MAX_PATH];

    _snwprintf(path, ARRAYSIZE(path) - 1, L"%ls\\%ls", folder, name);
    path[ARRAYSIZE(path) - 1] = 0;
    return DeleteFileW(path);
}

/* Called by the C runtime, which declares it nowhere. */
int wmain(int count, wchar_t **words);

int wmain(int count, wchar_t **words)
{
    const wchar_t *verb = count > 1 ? words[1] : L"";
    wchar_t name[80];
    bool done;

    GetModuleFileNameW(NULL, folder, MAX_PATH);
    *wcsrchr(folder, L'\\') = 0;
    _snwprintf(name, ARRAYSIZE(name) - 1, L"task-%ls.xml", value_of(count, words, L"/tn"));
    name[ARRAYSIZE(name) - 1] = 0;
    if (is_to_fail(verb))
        return 1;
    if (wcscmp(verb, L"/create") == 0)
        done = create(name, count, words);
    else if (wcscmp(verb, L"/run") == 0)
        done = run(name);
    else
        done = wcscmp(verb, L"/delete") == 0 && delete (name);
    return done ? 0 : 1;
}
