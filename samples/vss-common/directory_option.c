/* Which directory the command line means, and whether it runs. It must not know VSS. */
#include "directory_option.h"

#include <stdlib.h>
#include <wchar.h>

#include "console.h"
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

/* False where a name is too long. */
static bool name_directory(struct directory_option *target, const struct options *options)
{
    const wchar_t *instance = options->adlds;

    if (!instance)
        return text_format(target->name, ARRAYSIZE(target->name), L"%ls", options->server) &&
               text_format(target->service, ARRAYSIZE(target->service), L"NTDS");
    return text_format(target->name, ARRAYSIZE(target->name), L"AD LDS instance %ls", instance) &&
           text_format(target->service, ARRAYSIZE(target->service), L"ADAM_%ls", instance);
}

enum exit_code directory_option_find(struct directory_option *target, const struct options *options)
{
    HRESULT hr;

    *target = (struct directory_option){.directory = {.struct_bytes = sizeof(target->directory)}};
    if (!is_this_computer(options->server)) {
        messages_error(L"\"%ls\" is not this computer.\n  A directory can be backed up and "
                       L"restored on its own server only: run this program there, or give the name "
                       L"of this computer.\n",
                       options->server);
        return EXIT_DIRECTORY;
    }
    if (options->adlds) {
        target->directory.writer = NTDSVSS_WRITER_ADLDS;
        target->directory.instance = options->adlds;
    }
    hr = name_directory(target, options)
             ? ntdsvss_directory_state(&target->directory, &target->state)
             : E_INVALIDARG;
    if (SUCCEEDED(hr))
        return EXIT_OK;
    return vss_failures_report(L"ntdsvss_directory_state", target->name, hr, FAILURES_START);
}
