/*
 * vss_api.c - loads vssapi.dll and creates components objects.
 *
 * Linking the import library instead would make the program unloadable where vssapi.dll is
 * missing (Windows PE, some server variants).
 */
#include "vss_api.h"
#include "common/bitness.h"
#include "common/report.h"
#include "common/system_library.h"

#include <oleauto.h>

typedef HRESULT(STDAPICALLTYPE *create_function)(IVssBackupComponents **);
typedef HRESULT(STDAPICALLTYPE *examine_function)(BSTR, IVssExamineWriterMetadata **);
typedef void(APIENTRY *free_properties_function)(VSS_SNAPSHOT_PROP *);

/* The C++ name, which is all that vssapi.dll had before Vista and what most programs import. */
#ifdef _WIN64
#define CREATE_CPP_NAME "?CreateVssBackupComponents@@YAJPEAPEAVIVssBackupComponents@@@Z"
#define EXAMINE_CPP_NAME                                                                           \
    "?CreateVssExamineWriterMetadata@@YAJPEAGPEAPEAVIVssExamineWriterMetadata@@@Z"
#else
#define CREATE_CPP_NAME  "?CreateVssBackupComponents@@YGJPAPAVIVssBackupComponents@@@Z"
#define EXAMINE_CPP_NAME "?CreateVssExamineWriterMetadata@@YGJPAGPAPAVIVssExamineWriterMetadata@@@Z"
#endif

static struct
{
    INIT_ONCE once;
    HMODULE module;
    create_function create;
    examine_function examine; /* NULL if it is missing */
    free_properties_function free_properties;
    DWORD error;
} api = {.once = INIT_ONCE_STATIC_INIT};

/* Under either of its names. pointer: of a pointer to a function, NULL if there is none. */
static void find_either(const char *name, const char *other_name, void *pointer)
{
    const struct system_function first = {name, pointer}, second = {other_name, pointer};

    if (!system_library_find(api.module, &first, 1))
        system_library_find(api.module, &second, 1);
}

static BOOL CALLBACK load_once(INIT_ONCE *once, void *parameter, void **context)
{
    (void)once;
    (void)parameter;
    (void)context;
    api.module = system_library_load(L"vssapi.dll");
    if (!api.module) {
        api.error = GetLastError();
        return TRUE;
    }
    find_either("CreateVssBackupComponentsInternal", CREATE_CPP_NAME, &api.create);
    find_either("CreateVssExamineWriterMetadataInternal", EXAMINE_CPP_NAME, &api.examine);
    find_either("VssFreeSnapshotPropertiesInternal", "VssFreeSnapshotProperties",
                &api.free_properties);
    if (!api.create || !api.free_properties)
        api.error = ERROR_PROC_NOT_FOUND;
    return TRUE;
}

bool vss_api_service_is_unreachable(HRESULT hr)
{
    static const DWORD errors[] = {ERROR_SERVICE_DISABLED,     ERROR_SERVICE_DOES_NOT_EXIST,
                                   ERROR_SERVICE_NOT_ACTIVE,   ERROR_SERVICE_DEPENDENCY_FAIL,
                                   ERROR_NOT_SAFEBOOT_SERVICE, RPC_S_SERVER_UNAVAILABLE};
    size_t i;

    for (i = 0; i < ARRAYSIZE(errors); i++) {
        if (hr == HRESULT_FROM_WIN32(errors[i]))
            return true;
    }
    return hr == REGDB_E_CLASSNOTREG || hr == CO_E_SERVER_EXEC_FAILURE;
}

HRESULT vss_api_create_components(const struct ntdsvss_settings *settings,
                                  IVssBackupComponents **components)
{
    IVssBackupComponents *created = NULL;
    HRESULT hr;

    InitOnceExecuteOnce(&api.once, load_once, NULL, NULL);
    if (api.error) {
        SetLastError(api.error);
        last_error(settings, L"Loading vssapi.dll from the system folder", NULL);
        return NTDSVSS_E_UNAVAILABLE;
    }
    call_begin(settings, L"CreateVssBackupComponents");
    hr = api.create(&created);
    hr = call_end(settings, L"CreateVssBackupComponents", NULL, hr);
    /* Wine's own vssapi.dll can do no more than say that it cannot. */
    if (hr == E_NOTIMPL || vss_api_service_is_unreachable(hr))
        return NTDSVSS_E_UNAVAILABLE;
    if (SUCCEEDED(hr))
        *components = created;
    return vss_api_explain_refusal(settings, hr);
}

HRESULT vss_api_examine_metadata(const struct ntdsvss_settings *settings, const wchar_t *document,
                                 IVssExamineWriterMetadata **metadata)
{
    IVssExamineWriterMetadata *examined = NULL;
    BSTR text = SysAllocString(document);
    HRESULT hr = NTDSVSS_E_UNAVAILABLE;

    if (!text)
        return E_OUTOFMEMORY;
    InitOnceExecuteOnce(&api.once, load_once, NULL, NULL);
    call_begin(settings, L"CreateVssExamineWriterMetadata");
    if (api.examine)
        hr = api.examine(text, &examined);
    SysFreeString(text);
    if (SUCCEEDED(hr))
        *metadata = examined;
    return call_end(settings, L"CreateVssExamineWriterMetadata", NULL, hr);
}

HRESULT vss_api_explain_refusal(const struct ntdsvss_settings *settings, HRESULT hr)
{
    /* E_UNEXPECTED: of Windows Server 2008. */
    if ((hr != VSS_E_UNEXPECTED && hr != E_UNEXPECTED) || !bitness_is_emulated())
        return hr;
    return call_end(settings, L"A 32-bit program on 64-bit Windows", NULL, NTDSVSS_E_WRONG_BITNESS);
}

void vss_api_free_snapshot_properties(VSS_SNAPSHOT_PROP *properties)
{
    api.free_properties(properties);
}
