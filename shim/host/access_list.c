/*
 * access_list.c - takes the entries apart.
 */
#include "access_list.h"

#include <sddl.h>

/* Kinds that hold a mask and the account behind it. Those with a condition count as if it were
 * true. */
static bool allows(BYTE type)
{
    return type == ACCESS_ALLOWED_ACE_TYPE || type == ACCESS_ALLOWED_CALLBACK_ACE_TYPE;
}

static bool denies(BYTE type)
{
    return type == ACCESS_DENIED_ACE_TYPE || type == ACCESS_DENIED_CALLBACK_ACE_TYPE;
}

void access_list_each(PACL list, void (*take)(void *context, const struct access_entry *entry),
                      void *context)
{
    static GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE,
                                      FILE_ALL_ACCESS};
    const ACCESS_ALLOWED_ACE *found; /* the other kinds that are known have the same form */
    void *ace;
    DWORD i;

    for (i = 0; i < list->AceCount; i++) {
        struct access_entry entry = {.sid = L""};
        wchar_t *sid = NULL;

        if (GetAce(list, i, &ace)) {
            found = ace;
            entry.type = found->Header.AceType;
            entry.flags = found->Header.AceFlags;
            if ((allows(entry.type) || denies(entry.type)) &&
                ConvertSidToStringSidW((PSID)&found->SidStart, &sid)) {
                entry.allows = allows(entry.type);
                entry.denies = denies(entry.type);
                entry.mask = found->Mask;
                entry.sid = sid;
                MapGenericMask(&entry.mask, &mapping);
            }
        }
        take(context, &entry);
        LocalFree(sid);
    }
}
