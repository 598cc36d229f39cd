/*
 * check_rights.c - can this account back up and restore?
 */
#include "checks.h"

#include "host/identity.h"

#define NEXT_ACCOUNT                                                                               \
    L"Run ntdsdoctor as the account that makes the backups, from an elevated prompt, as an "       \
    L"administrator or Backup Operator."

static void check_backup_right(struct findings *findings)
{
    if (identity_holds_privilege(NULL, L"SeBackupPrivilege"))
        findings_add(findings, AREA_RIGHTS, FINDING_OK, L"rights.backup", NULL,
                     L"SeBackupPrivilege is held: this account can make backups.");
    else
        findings_add(findings, AREA_RIGHTS, FINDING_ERROR, L"rights.backup", NEXT_ACCOUNT,
                     L"SeBackupPrivilege is not held: DsBackupPrepare fails with error 5.");
}

static void check_restore_right(struct findings *findings)
{
    bool holds = identity_holds_privilege(NULL, L"SeRestorePrivilege");
    bool is_administrator = identity_is_administrator(NULL);

    if (holds && is_administrator)
        findings_add(
            findings, AREA_RIGHTS, FINDING_OK, L"rights.restore", NULL,
            L"The account is an elevated administrator with SeRestorePrivilege: it can restore.");
    else
        findings_add(findings, AREA_RIGHTS, FINDING_NOTE, L"rights.restore",
                     L"If this account is to restore, run elevated, as an administrator. To back "
                     L"up it needs neither.",
                     L"Restores need an elevated administrator with SeRestorePrivilege, and %ls: "
                     L"DsRestorePrepare would fail with error 5.",
                     holds ? L"this account is not one" : L"that privilege is not held");
}

void check_rights(struct findings *findings)
{
    check_backup_right(findings);
    check_restore_right(findings);
}
