/*
 * The epoch of a directory's database: a number in the database and, as "DSA Database Epoch", in
 * the service's Parameters. A directory of Windows Server 2008 or later does not start on a
 * database of another epoch (event 2542).
 */
#ifndef NTDSBCLI_LAB_EPOCH_H
#define NTDSBCLI_LAB_EPOCH_H

#include "lab_database.h"

#include <windows.h>

/*
 * At the start of the service, with its database open. Where the registry has an epoch, it must be
 * the database's. Then the directory begins a new one, in both; where the marker "Database restored
 * from backup" is set, it also takes a new invocation id (event 1109) and removes the marker. That
 * each start has its own epoch is the lab's choice: it finds most.
 *
 * Events are lines "ID" in C:\ntdslab\events.log, of another service NAME-events.log.
 * HRESULT_FROM_WIN32(ERROR_DS_NOT_INSTALLED), as event 2542 has it: another database.
 */
HRESULT epoch_begin(const wchar_t *service, struct database *database);

#endif
