/*
 * writer_status.c - judges the directory's writer by the state it reports.
 *
 * The HRESULT of an asynchronous operation alone does not tell whether the writer succeeded, and
 * failures of writers that are not part of the backup do not matter.
 */
#include "common/report.h"
#include "common/codes.h"
#include "vss_api.h"
#include "writer.h"

#include <oleauto.h>
#include <stdbool.h>
#include <vsserror.h>

static HRESULT judge(const struct ntdsvss_settings *settings, const wchar_t *label,
                     const wchar_t *after, VSS_WRITER_STATE state, HRESULT failure)
{
    const struct code_name *known;

    if (SUCCEEDED(failure) && !writer_state_is_good((unsigned int)state))
        failure = VSS_E_UNEXPECTED_WRITER_ERROR;
    if (SUCCEEDED(failure)) {
        report_line(settings, NTDSVSS_LEVEL_TRACE, L"%ls writer after %ls: [%d] %ls", label, after,
                    (int)state, writer_state_name((unsigned int)state));
        return S_OK;
    }
    known = codes_find(failure);
    report_line(settings, NTDSVSS_LEVEL_ERROR,
                L"%ls writer after %ls: state [%d] %ls, failure %ls (0x%08lx)%ls%ls", label, after,
                (int)state, writer_state_name((unsigned int)state), known ? known->name : L"code",
                (unsigned long)failure, known ? L": " : L"", known ? known->meaning : L"");
    return failure;
}

HRESULT writer_check_status(const struct ntdsvss_settings *settings,
                            IVssBackupComponents *components, const struct writer *writer,
                            const wchar_t *after)
{
    VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
    IVssAsync *async = NULL;
    HRESULT failure = S_OK;
    VSS_ID instance, class_id;
    UINT count = 0;
    UINT i;
    BSTR name;
    HRESULT hr;

    hr = VSS_RUN(settings, components, GatherWriterStatus, &async);
    if (FAILED(hr))
        return hr;
    call_begin(settings, L"GetWriterStatus");
    hr = IVssBackupComponents_GetWriterStatusCount(components, &count);
    for (i = 0; SUCCEEDED(hr) && i < count; i++) {
        name = NULL;
        hr = IVssBackupComponents_GetWriterStatus(components, i, &instance, &class_id, &name,
                                                  &state, &failure);
        SysFreeString(name);
        if (SUCCEEDED(hr) && IsEqualGUID(&instance, &writer->instance))
            break;
    }
    IVssBackupComponents_FreeWriterStatus(components);
    hr = call_end(settings, L"GetWriterStatus", after, hr);
    if (FAILED(hr))
        return hr;
    if (i == count)
        return call_end(settings, L"Looking for the writer's status", after,
                        VSS_E_WRITER_NOT_RESPONDING);
    return judge(settings, writer->target->label, after, state, failure);
}

bool writer_is_its_code(HRESULT hr)
{
    return (hr >= VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT &&
            hr <= VSS_E_WRITERERROR_RECOVERY_FAILED) ||
           hr == VSS_E_WRITERERROR_PARTIAL_FAILURE;
}

HRESULT writer_prefer_status(const struct ntdsvss_settings *settings,
                             IVssBackupComponents *components, const struct writer *writer,
                             const wchar_t *after, HRESULT hr)
{
    HRESULT writer_hr;

    if (hr == HRESULT_FROM_WIN32(ERROR_TIMEOUT) || hr == HRESULT_FROM_WIN32(ERROR_CANCELLED))
        return hr;
    writer_hr = writer_check_status(settings, components, writer, after);
    return SUCCEEDED(hr) || writer_is_its_code(writer_hr) ? writer_hr : hr;
}
