/*
 * system_crypt.c - loads bcrypt.dll.
 *
 * Must not know what is hashed, or what random bytes are for.
 */
#include "system_crypt.h"

#include "common/log_file.h"

static struct
{
    INIT_ONCE once;
    bool loaded;
    struct system_crypt functions;
} crypt = {.once = INIT_ONCE_STATIC_INIT};

static bool find(HMODULE module, const char *name, void *function)
{
    FARPROC found = GetProcAddress(module, name);

    memcpy(function, &found, sizeof(found));
    return found != NULL;
}

/* The module stays: its functions are in use as long as this DLL is. */
static BOOL CALLBACK load_once(INIT_ONCE *once, void *parameter, void **context)
{
    struct system_crypt *functions = &crypt.functions;
    HMODULE module = LoadLibraryExW(L"bcrypt.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);

    (void)once;
    (void)parameter;
    (void)context;
    crypt.loaded = module && find(module, "BCryptGenRandom", &functions->random) &&
                   find(module, "BCryptOpenAlgorithmProvider", &functions->open_algorithm) &&
                   find(module, "BCryptCloseAlgorithmProvider", &functions->close_algorithm) &&
                   find(module, "BCryptCreateHash", &functions->create_hash) &&
                   find(module, "BCryptHashData", &functions->hash_data) &&
                   find(module, "BCryptFinishHash", &functions->finish_hash) &&
                   find(module, "BCryptDestroyHash", &functions->destroy_hash);
    if (!crypt.loaded)
        log_line(LOG_ERROR, L"Loading bcrypt.dll from the system folder failed: Win32 error %lu",
                 GetLastError());
    return TRUE;
}

const struct system_crypt *system_crypt(void)
{
    InitOnceExecuteOnce(&crypt.once, load_once, NULL, NULL);
    return crypt.loaded ? &crypt.functions : NULL;
}

bool system_crypt_random(void *buffer, ULONG byte_count)
{
    const struct system_crypt *functions = system_crypt();

    return functions &&
           functions->random(NULL, buffer, byte_count, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
}
