/*
 * proof_identity.c - loads the kit's ntdsbcli.dll and asks it.
 */
#include "proof_identity.h"

#include "common/format.h"

#include <ntdsbcli.h>
#include <string.h>

static bool find_function(HMODULE module, const char *name, void *pointer)
{
    FARPROC function = GetProcAddress(module, name);

    memcpy(pointer, &function, sizeof(function));
    return function != NULL;
}

static HRESULT ask(HMODULE module, const struct proof *proof, const wchar_t *user,
                   const wchar_t *password)
{
    __typeof__(&DsSetAuthIdentityW) set_identity;
    __typeof__(&DsBackupPrepareW) prepare;
    void *token = NULL;
    DWORD token_bytes = 0;
    HBC context = NULL;
    HRESULT hr;

    if (!find_function(module, "DsSetAuthIdentityW", &set_identity) ||
        !find_function(module, "DsBackupPrepareW", &prepare))
        return E_NOINTERFACE;
    set_identity(user, L".", password);
    hr = prepare(proof->server, 0, BACKUP_TYPE_FULL, &token, &token_bytes, &context);
    set_identity(NULL, NULL, NULL);
    return hr;
}

HRESULT proof_identity_ask(const struct proof *proof, const wchar_t *user, const wchar_t *password)
{
    wchar_t path[PROOF_PATH_CHARS];
    HMODULE module;
    HRESULT hr;

    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls\\ntdsbcli.dll", proof->kit, proof->native);
    module = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    if (!module)
        return E_NOINTERFACE;
    hr = ask(module, proof, user, password);
    FreeLibrary(module);
    return hr;
}
