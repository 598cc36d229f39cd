/* Which directory the command line means, and its state. */
#include "directory_option.h"

#include <stdlib.h>
#include <wchar.h>

#include "text.h"
#include "vss_failures.h"

static bool is_name_of(COMPUTER_NAME_FORMAT format, const wchar_t *server)
{
    DWORD chars = 0;
    wchar_t *name;
    bool same;

    GetComputerNameExW(format, NULL, &chars);
    name = malloc(((size_t)chars + 1) * sizeof(*name));
    same = name && GetComputerNameExW(format, name, &chars) && _wcsicmp(name, server) == 0;
    free(name);
    return same;
}

static bool is_this_computer(const wchar_t *server)
{
    while (*server == L'\\')
        server++;
    return _wcsicmp(server, L"localhost") == 0 || is_name_of(ComputerNameNetBIOS, server) ||
           is_name_of(ComputerNameDnsHostname, server) ||
           is_name_of(ComputerNameDnsFullyQualified, server);
}

enum exit_code directory_option_find(struct directory_option *target, const struct options *options)
{
    const wchar_t *instance = options->adlds;

    *target = (struct directory_option){.directory = {.struct_bytes = sizeof(target->directory)},
                                        .failure = E_INVALIDARG};
    if (!is_this_computer(options->server)) {
        messages_error(
            L"\"%ls\" is not this computer.\n  A directory can only be backed up and restored on "
            L"its own server. Run this program there, or give this computer's name.\n",
            options->server);
        return EXIT_DIRECTORY;
    }
    if (instance) {
        target->directory.writer = NTDSVSS_WRITER_ADLDS;
        target->directory.instance = instance;
    }
    /* A name that does not fit is longer than any that VSS knows. */
    if (text_format(target->name, ARRAYSIZE(target->name), L"%ls%ls",
                    instance ? L"AD LDS instance " : L"", instance ? instance : options->server))
        target->failure = ntdsvss_directory_state(&target->directory, &target->state);
    if (FAILED(target->failure) && target->state != NTDSVSS_STATE_UNKNOWN)
        return directory_option_report_unknown(target);
    if (target->state != NTDSVSS_STATE_ABSENT || instance)
        return EXIT_OK;
    messages_error(L"\"%ls\" is not a domain controller.\n  Run this program on one, or name an AD "
                   L"LDS instance with --adlds.\n",
                   target->name);
    return EXIT_DIRECTORY;
}

enum exit_code directory_option_report_unknown(const struct directory_option *target)
{
    return vss_failures_report(L"ntdsvss_directory_state", target->name, target->failure,
                               FAILURES_START);
}

bool directory_option_may_be(const struct directory_option *target, enum ntdsvss_state wanted)
{
    return target->state == wanted || target->state == NTDSVSS_STATE_ABSENT ||
           (target->state == NTDSVSS_STATE_UNKNOWN && wanted == NTDSVSS_STATE_ONLINE);
}
