/* The command line that the programs share: SERVER FOLDER and some options. */
#include "options.h"

#include <wchar.h>

#include "program_main.h"

#define BUFFER_BYTES_DEFAULT (512u * 1024u)
#define BUFFER_BYTES_MAX     (64u * 1024u * 1024u)

static bool parse_buffer(const wchar_t *text, DWORD *bytes)
{
    wchar_t *end = NULL;
    unsigned long value;

    if (!text || *text < L'0' || *text > L'9')
        return false;
    value = wcstoul(text, &end, 10);
    if (*end != L'\0' || value < 1 || value > BUFFER_BYTES_MAX)
        return false;
    *bytes = value;
    return true;
}

static bool usage_error(const wchar_t *problem, const wchar_t *argument)
{
    messages_error(L"%ls%ls\n  Try: %ls --help\n", problem, argument, this_program.name);
    return false;
}

/* A word that begins with two hyphens. */
static bool parse_option(const wchar_t *word, unsigned allowed, struct options *options)
{
    if ((allowed & OPTIONS_ANSI) && wcscmp(word, L"--ansi") == 0)
        options->ansi = true;
    else if ((allowed & OPTIONS_RESTORE) && wcscmp(word, L"--dry-run") == 0)
        options->dry_run = true;
    else if ((allowed & OPTIONS_RESTORE) && wcscmp(word, L"--delete-old") == 0)
        options->delete_old = true;
    else if ((allowed & OPTIONS_NO_CHECK) && wcscmp(word, L"--no-check") == 0)
        options->no_check = true;
    else if ((allowed & OPTIONS_OTHER_COMPUTER) && wcscmp(word, L"--other-computer") == 0)
        options->other_computer = true;
    else
        return usage_error(L"unknown option ", word);
    return true;
}

const wchar_t *options_instance(const wchar_t *name)
{
    return _wcsnicmp(name, L"ADAM_", 5) == 0 ? name + 5 : name;
}

static bool check_complete(const struct options *options)
{
    if (!options->server || !*options->server)
        return usage_error(L"the argument SERVER is missing", L"");
    if (!options->folder || !*options->folder)
        return usage_error(L"the argument FOLDER is missing", L"");
    return true;
}

bool options_parse(int argc, wchar_t **argv, unsigned allowed, struct options *options)
{
    int i;

    *options = (struct options){.buffer_bytes = BUFFER_BYTES_DEFAULT};
    for (i = 1; i < argc; i++) {
        if (wcscmp(argv[i], L"--help") == 0 || wcscmp(argv[i], L"/?") == 0) {
            options->help = true;
            return true;
        }
        if (wcscmp(argv[i], L"--buffer") == 0) {
            i++;
            if (!parse_buffer(i < argc ? argv[i] : NULL, &options->buffer_bytes))
                return usage_error(L"--buffer needs a number of bytes from 1 to 67108864", L"");
        } else if ((allowed & OPTIONS_ADLDS) && wcscmp(argv[i], L"--adlds") == 0) {
            options->adlds = ++i < argc ? options_instance(argv[i]) : L"";
            if (!*options->adlds)
                return usage_error(L"--adlds needs the name of an instance", L"");
        } else if (wcsncmp(argv[i], L"--", 2) == 0) {
            if (!parse_option(argv[i], allowed, options))
                return false;
        } else if (!options->server) {
            options->server = argv[i];
        } else if (!options->folder) {
            options->folder = argv[i];
        } else {
            return usage_error(L"unexpected argument ", argv[i]);
        }
    }
    return check_complete(options);
}
