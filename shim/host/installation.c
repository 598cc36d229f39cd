/*
 * installation.c - asks the registry and the local security authority.
 */
#include "installation.h"

#include "common/registration.h"
#include "common/registry_text.h"

#include <ntsecapi.h>
#include <sddl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define NTDS_PARAMETERS REGISTRATION_SERVICES REGISTRATION_NTDS L"\\Parameters"
#define LSA_KEY         L"SYSTEM\\CurrentControlSet\\Control\\Lsa\\"

static wchar_t *copy_sid(PSID sid)
{
    wchar_t *text = NULL;
    wchar_t *copy = NULL;

    if (sid && ConvertSidToStringSidW(sid, &text)) {
        copy = _wcsdup(text);
        LocalFree(text);
    }
    return copy;
}

/* The policy's primary domain; the account domain would be the computer's own in restore mode. */
static wchar_t *read_domain_sid(void)
{
    LSA_OBJECT_ATTRIBUTES attributes = {0};
    POLICY_DNS_DOMAIN_INFO *info = NULL;
    LSA_HANDLE policy;
    wchar_t *sid = NULL;

    if (LsaOpenPolicy(NULL, &attributes, POLICY_VIEW_LOCAL_INFORMATION, &policy) != 0)
        return NULL;
    if (LsaQueryInformationPolicy(policy, PolicyDnsDomainInformation, (void **)&info) == 0 &&
        info) {
        sid = copy_sid(info->Sid);
        LsaFreeMemory(info);
    }
    LsaClose(policy);
    return sid;
}

static void read_class(const wchar_t *name, wchar_t part[INSTALLATION_PART_CHARS])
{
    DWORD chars = INSTALLATION_PART_CHARS;
    wchar_t path[sizeof(LSA_KEY) / sizeof(wchar_t) + 8];
    HKEY key;

    wcscpy(path, LSA_KEY);
    wcscat(path, name);
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key) !=
        ERROR_SUCCESS)
        return;
    if (RegQueryInfoKeyW(key, part, &chars, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) !=
        ERROR_SUCCESS)
        part[0] = 0;
    RegCloseKey(key);
}

void installation_read(struct installation *installation)
{
    static const wchar_t *const parts[INSTALLATION_BOOT_KEY_PARTS] = {L"JD", L"Skew1", L"GBG",
                                                                      L"Data"};
    size_t i;

    memset(installation, 0, sizeof(*installation));
    installation->domain_sid = read_domain_sid();
    registry_read_text(HKEY_LOCAL_MACHINE, NTDS_PARAMETERS, L"Machine DN Name",
                       &installation->machine_name);
    for (i = 0; i < INSTALLATION_BOOT_KEY_PARTS; i++)
        read_class(parts[i], installation->boot_key[i]);
}

void installation_fini(struct installation *installation)
{
    free(installation->domain_sid);
    free(installation->machine_name);
    SecureZeroMemory(installation, sizeof(*installation));
}

/* Half a boot key tells nothing. */
static bool has_boot_key(const struct installation *installation)
{
    size_t i;

    for (i = 0; i < INSTALLATION_BOOT_KEY_PARTS; i++) {
        if (!installation->boot_key[i][0])
            return false;
    }
    return true;
}

legacy_result installation_hash_boot_key(const struct installation *installation,
                                         const uint8_t *salt, size_t salt_bytes,
                                         uint8_t hash[HASH_BYTES])
{
    struct hash *sum;
    legacy_result hr;
    bool done;

    memset(hash, 0, HASH_BYTES);
    if (!has_boot_key(installation))
        return S_OK;
    hr = hash_create(&sum);
    if (hr != S_OK)
        return hr;
    hash_feed(sum, salt, salt_bytes);
    hash_feed(sum, installation->boot_key, sizeof(installation->boot_key));
    done = hash_finish(sum, hash);
    hash_destroy(sum);
    return done ? S_OK : ERROR_GEN_FAILURE;
}
