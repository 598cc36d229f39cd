/*
 * system_crypt.c - loads bcrypt.dll.
 */
#include "system_crypt.h"

#include "common/log_file.h"
#include "common/system_library.h"

static struct
{
    INIT_ONCE once;
    struct system_crypt functions;
} crypt = {.once = INIT_ONCE_STATIC_INIT};

/* The module stays: its functions are in use as long as this DLL is. */
static BOOL CALLBACK load_once(INIT_ONCE *once, void *parameter, void **context)
{
    struct system_crypt *into = &crypt.functions;
    const struct system_function functions[] = {
        {"BCryptGenRandom", &into->random},
        {"BCryptOpenAlgorithmProvider", &into->open_algorithm},
        {"BCryptCloseAlgorithmProvider", &into->close_algorithm},
        {"BCryptCreateHash", &into->create_hash},
        {"BCryptHashData", &into->hash_data},
        {"BCryptFinishHash", &into->finish_hash},
        {"BCryptDestroyHash", &into->destroy_hash},
    };
    HMODULE module = system_library_load(L"bcrypt.dll");
    bool loaded = module && system_library_find(module, functions, ARRAYSIZE(functions));

    (void)once;
    (void)parameter;
    (void)context;
    if (!loaded)
        log_line(LOG_ERROR, L"Loading bcrypt.dll from the system folder failed: Win32 error %lu",
                 GetLastError());
    return loaded; /* false: the next call tries again */
}

legacy_result system_crypt(const struct system_crypt **functions)
{
    *functions = &crypt.functions;
    return InitOnceExecuteOnce(&crypt.once, load_once, NULL, NULL) ? S_OK : result_last_error();
}

legacy_result system_crypt_random(void *buffer, ULONG byte_count)
{
    const struct system_crypt *functions;
    BCRYPT_ALG_HANDLE algorithm;
    legacy_result hr = system_crypt(&functions);

    if (hr != S_OK)
        return hr;
    /* BCRYPT_USE_SYSTEM_PREFERRED_RNG, which needs no handle, is not in every Windows Server 2008.
     */
    if (functions->open_algorithm(&algorithm, BCRYPT_RNG_ALGORITHM, NULL, 0) != 0)
        return ERROR_GEN_FAILURE;
    if (functions->random(algorithm, buffer, byte_count, 0) != 0)
        hr = ERROR_GEN_FAILURE;
    functions->close_algorithm(algorithm, 0);
    return hr;
}
