/*
 * proof_identity.h - what the old API says under the account that DsSetAuthIdentity names.
 */
#ifndef PROOF_IDENTITY_H
#define PROOF_IDENTITY_H

#include "proof.h"

/* What DsBackupPrepare returns, on a server that is no domain controller: it is no backup in any
 * case. E_NOINTERFACE: the kit's ntdsbcli.dll cannot be loaded. */
HRESULT proof_identity_ask(const struct proof *proof, const wchar_t *user, const wchar_t *password);

#endif
