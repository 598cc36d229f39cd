/*
 * privilege.h - privileges that the process holds, and makes use of.
 */
#ifndef NTDSBROKER_PRIVILEGE_H
#define NTDSBROKER_PRIVILEGE_H

#include <windows.h>

/* Enables one by its name ("SeBackupPrivilege"). Where it is not held nothing changes: what needs
 * it fails in its own way. */
void privilege_enable(const wchar_t *name);

#endif
