/*
 * access_list.h - the entries of a file's access list, one by one, with their accounts as text.
 *
 * The file system is not asked: what it grants this process says nothing about other accounts.
 */
#ifndef NTDSBCLI_ACCESS_LIST_H
#define NTDSBCLI_ACCESS_LIST_H

#include <windows.h>
#include <stdbool.h>

struct access_entry
{
    BYTE type;  /* ACCESS_ALLOWED_ACE_TYPE and so on */
    BYTE flags; /* INHERITED_ACE and so on */
    bool allows, denies;
    ACCESS_MASK mask; /* generic rights replaced by a file's own */
    const wchar_t *sid;
};

/*
 * Calls take for each entry of the list. Neither allows nor denies: the entry is of a kind that is
 * not known, or cannot be read, and mask and sid are 0 and "".
 */
void access_list_each(PACL list, void (*take)(void *context, const struct access_entry *entry),
                      void *context);

#endif
