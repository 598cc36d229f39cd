/* What a backup and a restore do before their session of ntdsvss.h. */
#include "requestor_session.h"

#include <objbase.h>

#include "vss_failures.h"
#include "stop.h"

#define WAIT_MS  600000u /* a shadow copy under load takes minutes */
#define RETRY_MS 600000u

/* A failure's line has the operation, the name of its code and what that means. */
static void show_trouble(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    (void)context;
    if (level <= NTDSVSS_LEVEL_WARNING)
        messages_error(L"%ls\n", line);
}

struct ntdsvss_settings requestor_session_settings(void)
{
    return (struct ntdsvss_settings){
        .wait_ms = WAIT_MS,
        .retry_ms = RETRY_MS,
        .cancel = stop_event(),
        .log = show_trouble,
    };
}

enum exit_code requestor_session_enter(void)
{
    HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    if (FAILED(hr))
        return vss_failures_report(L"CoInitializeEx", NULL, hr, FAILURES_START);
    hr = ntdsvss_com_security();
    if (SUCCEEDED(hr))
        return EXIT_OK;
    CoUninitialize();
    return vss_failures_report(L"ntdsvss_com_security", NULL, hr, FAILURES_START);
}
