/*
 * write_trust.h - can a folder or a file be trusted for writing: is it true that nobody but SYSTEM,
 * Administrators, Windows itself (TrustedInstaller) and this process's own account can change it,
 * or put something else into its place?
 *
 * A program that runs elevated must not write where another account chose the place. What cannot
 * be read, or is of a kind that is not known, counts as not to be trusted.
 */
#ifndef NTDSBCLI_WRITE_TRUST_H
#define NTDSBCLI_WRITE_TRUST_H

#include <windows.h>
#include <accctrl.h>
#include <stdbool.h>

#define WRITE_TRUST_WHY_CHARS 600u

enum write_trust_of
{
    /* Nobody else owns it or may write to it, delete it or change its rights, nor, if it is a
     * folder, what is created in it. */
    WRITE_TRUST_OBJECT,
    /* A folder above: nobody else owns it or may delete or replace what is in it. Others may
     * create something beside. */
    WRITE_TRUST_PARENT
};

/* owner: NULL is nobody's. list: NULL gives everyone everything. own: as text; why receives the
 * reason of a false, as the end of a sentence about "it". */
bool write_trust_judge(PSID owner, PACL list, const wchar_t *own, enum write_trust_of of,
                       wchar_t why[WRITE_TRUST_WHY_CHARS]);

/* Of an object that was opened with READ_CONTROL. */
bool write_trust_check(HANDLE object, enum write_trust_of of, wchar_t why[WRITE_TRUST_WHY_CHARS]);

/* GetSecurityInfo, for tests; NULL puts the system's back. Not while another thread checks. */
typedef DWORD(WINAPI *write_trust_reader)(HANDLE, SE_OBJECT_TYPE, SECURITY_INFORMATION, PSID *,
                                          PSID *, PACL *, PACL *, PSECURITY_DESCRIPTOR *);
void write_trust_replace_reader(write_trust_reader reader);

#endif
