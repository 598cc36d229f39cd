/*
 * deny-key KEY: takes every right to a key below HKLM from everybody, as a damaged access list
 * does.
 */
#include <windows.h>
#include <sddl.h>
#include <stdio.h>

int wmain(int count, wchar_t **words);

int wmain(int count, wchar_t **words)
{
    PSECURITY_DESCRIPTOR nobody = NULL;
    LSTATUS status;
    HKEY key;

    if (count != 2) {
        fwprintf(stderr, L"usage: deny-key KEY\n");
        return 2;
    }
    status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, words[1], 0, WRITE_DAC, &key);
    if (status != ERROR_SUCCESS)
        return 1;
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:P(D;;KA;;;WD)", SDDL_REVISION_1,
                                                             &nobody, NULL))
        status = RegSetKeySecurity(key, DACL_SECURITY_INFORMATION, nobody);
    RegCloseKey(key);
    LocalFree(nobody);
    return nobody && status == ERROR_SUCCESS ? 0 : 1;
}
