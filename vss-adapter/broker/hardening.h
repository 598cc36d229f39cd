/*
 * hardening.h - what a program that runs with rights must not take from the program that started
 * it, and which of its rights it uses.
 */
#ifndef NTDSBROKER_HARDENING_H
#define NTDSBROKER_HARDENING_H

#include <windows.h>

/*
 * From now on DLLs that are loaded by name alone come from the system folder, and the variables
 * that stand for the system's folders are the system's, whatever the environment said: the
 * registrations of COM classes and the paths of writers are expanded by them. Call it before COM is
 * entered.
 */
void hardening_trust_system_only(void);

/* Enables a privilege by its name ("SeBackupPrivilege"). If it is not held nothing changes: what
 * needs it fails in its own way. */
void hardening_enable_privilege(const wchar_t *name);

#endif
