/*
 * file_rights.c - walks the list entry by entry, for a few groups that every Windows knows.
 */
#include "file_rights.h"

#include "access_list.h"

#include <aclapi.h>
#include <wchar.h>

/* What the engine opens its files with. */
#define ENGINE_ACCESS (FILE_READ_DATA | FILE_WRITE_DATA | FILE_APPEND_DATA)

/* Groups that ordinary users, or no users at all, are in. Source: Microsoft Learn, "Well-known
 * SIDs". */
static const struct
{
    const wchar_t *sid;  /* or how it begins, if it */
    const wchar_t *tail; /* ends in this, whichever the domain */
    const wchar_t *name;
} ordinary[] = {
    {L"S-1-1-0", NULL, L"Everyone"},
    {L"S-1-5-11", NULL, L"Authenticated Users"},
    {L"S-1-5-32-545", NULL, L"Users"},
    {L"S-1-5-32-546", NULL, L"Guests"},
    {L"S-1-5-32-554", NULL, L"Pre-Windows 2000 Compatible Access"},
    {L"S-1-5-21-", L"-513", L"Domain Users"},
    {L"S-1-5-21-", L"-514", L"Domain Guests"},
    {L"S-1-5-4", NULL, L"INTERACTIVE"},
    {L"S-1-5-2", NULL, L"NETWORK"},
    {L"S-1-5-7", NULL, L"ANONYMOUS LOGON"},
};

/* One walk. */
struct walk
{
    struct file_rights *rights;
    ACCESS_MASK granted, denied; /* to SYSTEM; the first entry that speaks of a right decides */
    bool named[ARRAYSIZE(ordinary)];
};

static bool is_of_system(const wchar_t *sid)
{
    /* SYSTEM, Administrators, Authenticated Users, Everyone: what is in SYSTEM's token. */
    static const wchar_t *const sids[] = {L"S-1-5-18", L"S-1-5-32-544", L"S-1-5-11", L"S-1-1-0"};
    size_t i;

    for (i = 0; i < ARRAYSIZE(sids); i++) {
        if (wcscmp(sid, sids[i]) == 0)
            return true;
    }
    return false;
}

static bool is_ordinary(const wchar_t *sid, size_t index)
{
    const wchar_t *tail = ordinary[index].tail;
    size_t lead_chars = wcslen(ordinary[index].sid);
    size_t chars = wcslen(sid);

    if (!tail)
        return wcscmp(sid, ordinary[index].sid) == 0;
    return wcsncmp(sid, ordinary[index].sid, lead_chars) == 0 && chars > wcslen(tail) &&
           wcscmp(sid + chars - wcslen(tail), tail) == 0;
}

/* What does not fit is left out: the groups before it are reason enough to warn. */
static void append(wchar_t text[FILE_RIGHTS_TEXT_CHARS], const wchar_t *lead, const wchar_t *more)
{
    if (wcslen(text) + wcslen(lead) + wcslen(more) < FILE_RIGHTS_TEXT_CHARS) {
        wcscat(text, lead);
        wcscat(text, more);
    }
}

/* The domains of a forest have a group of that name each. */
static bool has_sid(const wchar_t *sids, const wchar_t *sid)
{
    const wchar_t *found = sids;
    size_t chars = wcslen(sid);

    while ((found = wcsstr(found, sid)) != NULL && found[chars] && found[chars] != L' ')
        found += chars;
    return found != NULL;
}

static void add_reader(struct walk *walk, const struct access_entry *entry)
{
    struct file_rights *rights = walk->rights;
    size_t i;

    for (i = 0; i < ARRAYSIZE(ordinary); i++) {
        if (!is_ordinary(entry->sid, i))
            continue;
        rights->is_inherited = rights->is_inherited || (entry->flags & INHERITED_ACE);
        if (!walk->named[i])
            append(rights->readers, rights->readers[0] ? L", " : L"", ordinary[i].name);
        if (!has_sid(rights->reader_sids, entry->sid))
            append(rights->reader_sids, L" *", entry->sid);
        walk->named[i] = true;
    }
}

/* That another entry may deny an ordinary user what this one allows is no protection. */
static void take_entry(void *context, const struct access_entry *entry)
{
    struct walk *walk = context;

    if (entry->flags & INHERIT_ONLY_ACE)
        return;
    if (is_of_system(entry->sid) && entry->allows)
        walk->granted |= entry->mask & ~walk->denied;
    else if (is_of_system(entry->sid))
        walk->denied |= entry->mask & ~walk->granted;
    if (entry->allows && (entry->mask & FILE_READ_DATA))
        add_reader(walk, entry);
}

void file_rights_judge(PACL list, struct file_rights *rights)
{
    struct walk walk = {.rights = rights};

    memset(rights, 0, sizeof(*rights));
    if (list) {
        access_list_each(list, take_entry, &walk);
        rights->system_can_write = (walk.granted & ENGINE_ACCESS) == ENGINE_ACCESS;
    } else {
        rights->system_can_write = true;
        append(rights->readers, L"", L"Everyone");
    }
}

legacy_result file_rights_read(HANDLE file, struct file_rights *rights)
{
    PSECURITY_DESCRIPTOR descriptor;
    PACL list;
    DWORD error = GetSecurityInfo(file, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL,
                                  &list, NULL, &descriptor);

    if (error != ERROR_SUCCESS)
        return (legacy_result)error;
    file_rights_judge(list, rights);
    LocalFree(descriptor);
    return S_OK;
}
