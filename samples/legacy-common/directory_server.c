/* The calls and codes of ntdsbcli.h that backup and restore have in common. */
#include "directory_server.h"

#include <stdlib.h>

#include "text.h"

HRESULT directory_server_is_online(bool ansi, const wchar_t *server, BOOL *online)
{
    HRESULT hr;
    char *server_ansi;

    *online = FALSE;
    if (!ansi)
        return DsIsNTDSOnlineW(server, online);
    server_ansi = text_from_wide(CP_ACP, server);
    if (!server_ansi)
        return ERROR_NO_UNICODE_TRANSLATION;
    hr = DsIsNTDSOnlineA(server_ansi, online);
    free(server_ansi);
    return hr;
}

HRESULT directory_server_locations(bool ansi, HBC hbc, struct name_list *list)
{
    HRESULT hr;

    *list = (struct name_list){.ansi = ansi};
    if (ansi) {
        char *data = NULL;

        hr = DsRestoreGetDatabaseLocationsA(hbc, &data, &list->bytes);
        list->data = data;
    } else {
        wchar_t *data = NULL;

        hr = DsRestoreGetDatabaseLocationsW(hbc, &data, &list->bytes);
        list->data = data;
    }
    return hr;
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
                 L"ntdsbroker64.exe is beside ntdsbcli.dll, then try again.";
    return advice;
}
