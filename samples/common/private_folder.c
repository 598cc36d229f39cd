/* Creates folders for files that hold the password hashes of a domain. */
#include "private_folder.h"

#include <sddl.h>

/* Protected from inheritance; SYSTEM, Administrators, and whoever the owner is: on a share that is
 * an account of another computer, which only the right of the owner reaches. */
#define OWN_LIST L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;OW)"

bool private_folder_create(const wchar_t *path)
{
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof(attributes)};
    bool created;
    DWORD error;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(
            OWN_LIST, SDDL_REVISION_1, &attributes.lpSecurityDescriptor, NULL))
        return false;
    created = CreateDirectoryW(path, &attributes);
    error = GetLastError();
    LocalFree(attributes.lpSecurityDescriptor);
    SetLastError(error);
    return created;
}
