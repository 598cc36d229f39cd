/*
 * What the registry tells the lab's directory service. Instead of NTDS another name may stand, as
 * ADAM_instance1; its writer then is one by registry.
 *
 * Services\NTDS\Parameters           "DSA Database file" REG_SZ, as on a domain controller
 *                                    "Lab write interval ms" REG_DWORD, between two pages
 * Services\NTDS\Lab                  switches for tests, all REG_DWORD, all 0 by default:
 *                                    "Start delay ms"  stays START_PENDING for so long
 *                                    "Stop delay ms"   stays STOP_PENDING for so long
 *                                    "Refuse freeze"   1: hears Freeze and never answers
 *                                    "Honour interlock" 1: does not start while a restore's
 *                                                      interlock is there
 *                                    "Hash limit MiB"  larger databases are not hashed at a
 *                                                      freeze; default 256
 * Services\VSS\Embedded\Writers\NTDS "FreezeEvents" REG_SZ: base name of the events
 */
#ifndef NTDSBCLI_LAB_SETTINGS_H
#define NTDSBCLI_LAB_SETTINGS_H

#include <windows.h>
#include <stdbool.h>

struct settings
{
    wchar_t service[64];
    wchar_t freeze_log[MAX_PATH]; /* freeze.log; of another service NAME-freeze.log */
    wchar_t database[MAX_PATH];
    wchar_t freeze_events[64]; /* empty: freezing is not heard of */
    DWORD write_interval_ms;
    DWORD start_delay_ms;
    DWORD stop_delay_ms;
    bool refuse_freeze;
    bool is_locked; /* an interlock that is honoured */
    DWORD hash_limit_mib;
};

/*
 * Reads all of it. Only a name that is too long, and a database path that is missing or too long,
 * are errors; *settings is untouched then.
 */
HRESULT settings_read(const wchar_t *service, struct settings *settings);

#endif
