/* The calls and codes of ntdsbcli.h that backup and restore have in common. */
#include "directory_server.h"

#include <stdlib.h>

#include "text.h"

/* A list, and the functions that return it. */
struct list_call
{
    const wchar_t *name;
    HRESULT(NTDSBCLI_API *get_a)(HBC hbc, LPSTR *list, LPDWORD bytes);
    HRESULT(NTDSBCLI_API *get_w)(HBC hbc, LPWSTR *list, LPDWORD bytes);
};

static struct list_call list_call_of(enum directory_server_list kind)
{
    const struct list_call calls[] = {
        [LIST_DATABASES] = {L"DsBackupGetDatabaseNames", DsBackupGetDatabaseNamesA,
                            DsBackupGetDatabaseNamesW},
        [LIST_LOGS] = {L"DsBackupGetBackupLogs", DsBackupGetBackupLogsA, DsBackupGetBackupLogsW},
        [LIST_LOCATIONS] = {L"DsRestoreGetDatabaseLocations", DsRestoreGetDatabaseLocationsA,
                            DsRestoreGetDatabaseLocationsW},
    };

    return calls[kind];
}

HRESULT directory_server_is_online(bool ansi, const wchar_t *server, BOOL *online)
{
    char *server_ansi = ansi ? text_from_wide(CP_ACP, server) : NULL;
    HRESULT hr = ERROR_NO_UNICODE_TRANSLATION;

    if (!ansi)
        hr = DsIsNTDSOnlineW(server, online);
    else if (server_ansi)
        hr = DsIsNTDSOnlineA(server_ansi, online);
    free(server_ansi);
    return hr;
}

HRESULT directory_server_get_list(bool ansi, HBC hbc, enum directory_server_list kind,
                                  struct name_list *list)
{
    const struct list_call call = list_call_of(kind);
    char *narrow = NULL;
    wchar_t *wide = NULL;
    HRESULT hr =
        ansi ? call.get_a(hbc, &narrow, &list->bytes) : call.get_w(hbc, &wide, &list->bytes);

    list->ansi = ansi;
    list->data = ansi ? (void *)narrow : wide;
    return hr;
}

const wchar_t *directory_server_list_function(enum directory_server_list kind)
{
    return list_call_of(kind).name;
}

bool directory_server_is_access_denied(HRESULT hr)
{
    return hr == ERROR_ACCESS_DENIED || hr == E_ACCESSDENIED || hr == hrAccessDenied;
}

bool directory_server_is_rpc_code(HRESULT hr)
{
    /* winerror.h has them between these two. */
    return hr >= RPC_S_INVALID_STRING_BINDING && hr <= RPC_X_BAD_STUB_DATA;
}

bool directory_server_is_service_code(HRESULT hr)
{
    return hr == hrCommunicationError || (FAILED(hr) && HRESULT_FACILITY(hr) == FACILITY_ITF);
}

const wchar_t *directory_server_find_advice(HRESULT hr, const struct messages_advice *table,
                                            size_t count)
{
    const wchar_t *advice = messages_find_advice(hr, table, count);

    if (!advice && hr == hrCommunicationError)
        advice = L"The broker of ntdsbcli.dll did not start, or stopped answering. Check that "
                 L"ntdsbroker64.exe (on 32-bit Windows ntdsbroker32.exe) is beside ntdsbcli.dll, "
                 L"then try again.";
    return advice;
}
