/*
 * write_trust.c - judges owner and access list.
 *
 * Entries that deny do not count: there is always an account they do not speak of.
 */
#include "write_trust.h"

#include "access_list.h"
#include "common/format.h"
#include "identity.h"

#include <aclapi.h>
#include <sddl.h>
#include <wchar.h>

#define ACCOUNT_CHARS 300u

#define CHANGE_RIGHTS (DELETE | WRITE_DAC | WRITE_OWNER | FILE_DELETE_CHILD)
#define WRITE_RIGHTS                                                                               \
    (CHANGE_RIGHTS | FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA | FILE_WRITE_ATTRIBUTES)

static write_trust_reader read_security = GetSecurityInfo;

/* One judgement. */
struct judgement
{
    const wchar_t *own;
    enum write_trust_of of;
    wchar_t *why; /* "": nothing against it */
};

void write_trust_replace_reader(write_trust_reader reader)
{
    read_security = reader ? reader : GetSecurityInfo;
}

/* Source: Microsoft Learn, "Well-known SIDs", and for the fourth "Service accounts". */
static bool is_trusted(const wchar_t *sid, const wchar_t *own)
{
    static const wchar_t *const sids[] = {
        L"S-1-5-18",                                                       /* SYSTEM */
        L"S-1-5-32-544",                                                   /* Administrators */
        L"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", /* TrustedInstaller */
    };
    size_t i;

    for (i = 0; i < ARRAYSIZE(sids); i++) {
        if (wcscmp(sid, sids[i]) == 0)
            return true;
    }
    return wcscmp(sid, own) == 0;
}

/* CREATOR OWNER and OWNER RIGHTS: whoever owns it, and owners are judged for themselves. */
static bool is_of_owner(const wchar_t *sid)
{
    return wcscmp(sid, L"S-1-3-0") == 0 || wcscmp(sid, L"S-1-3-4") == 0;
}

/* "DOMAIN\name (S-1-...)", or the SID alone. */
static void name_account(const wchar_t *text, wchar_t account[ACCOUNT_CHARS])
{
    wchar_t name[128], domain[64];
    DWORD name_chars = ARRAYSIZE(name), domain_chars = ARRAYSIZE(domain);
    SID_NAME_USE use;
    PSID sid = NULL;

    if (ConvertStringSidToSidW(text, &sid) &&
        LookupAccountSidW(NULL, sid, name, &name_chars, domain, &domain_chars, &use))
        format_text(account, ACCOUNT_CHARS, L"%ls%ls%ls (%ls)", domain, domain[0] ? L"\\" : L"",
                    name, text);
    else
        format_text(account, ACCOUNT_CHARS, L"%ls", text);
    LocalFree(sid);
}

static void take_entry(void *context, const struct access_entry *entry)
{
    struct judgement *judgement = context;
    bool is_parent = judgement->of == WRITE_TRUST_PARENT;
    wchar_t account[ACCOUNT_CHARS];

    if (judgement->why[0] || entry->denies || (is_parent && (entry->flags & INHERIT_ONLY_ACE)))
        return;
    if (!entry->allows) {
        format_text(judgement->why, WRITE_TRUST_WHY_CHARS,
                    L"its access list has an entry of a kind that is not known (%u)", entry->type);
        return;
    }
    if (!(entry->mask & (is_parent ? CHANGE_RIGHTS : WRITE_RIGHTS)) ||
        is_trusted(entry->sid, judgement->own) || is_of_owner(entry->sid))
        return;
    name_account(entry->sid, account);
    format_text(judgement->why, WRITE_TRUST_WHY_CHARS,
                is_parent ? L"%ls may replace what is in it" : L"%ls may write to it", account);
}

static void judge_owner(const struct judgement *judgement, PSID owner)
{
    wchar_t account[ACCOUNT_CHARS] = L"not known";
    wchar_t *sid = NULL;

    if (owner && ConvertSidToStringSidW(owner, &sid)) {
        if (is_trusted(sid, judgement->own)) {
            LocalFree(sid);
            return;
        }
        name_account(sid, account);
        LocalFree(sid);
    }
    format_text(judgement->why, WRITE_TRUST_WHY_CHARS,
                L"its owner is %ls, and not SYSTEM, Administrators or the account of the program",
                account);
}

bool write_trust_judge(PSID owner, PACL list, const wchar_t *own, enum write_trust_of of,
                       wchar_t why[WRITE_TRUST_WHY_CHARS])
{
    struct judgement judgement = {own, of, why};

    why[0] = 0;
    judge_owner(&judgement, owner);
    if (!why[0] && !list)
        format_text(why, WRITE_TRUST_WHY_CHARS, L"it has no access list: everyone may write to it");
    if (!why[0])
        access_list_each(list, take_entry, &judgement);
    return !why[0];
}

bool write_trust_check(HANDLE object, enum write_trust_of of, wchar_t why[WRITE_TRUST_WHY_CHARS])
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    wchar_t own[IDENTITY_SID_CHARS];
    PSID owner = NULL;
    PACL list = NULL;
    bool trusted;
    DWORD error = identity_own_sid(own) ? ERROR_SUCCESS : GetLastError();

    if (error == ERROR_SUCCESS)
        error = read_security(object, SE_FILE_OBJECT,
                              OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &owner, NULL,
                              &list, NULL, &descriptor);
    if (error != ERROR_SUCCESS) {
        format_text(why, WRITE_TRUST_WHY_CHARS,
                    L"its owner and access list cannot be read: Win32 error %lu", error);
        return false;
    }
    trusted = write_trust_judge(owner, list, own, of, why);
    LocalFree(descriptor);
    return trusted;
}
