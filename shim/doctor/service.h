/*
 * service.h - state and start type of a Windows service.
 */
#ifndef NTDSDOCTOR_SERVICE_H
#define NTDSDOCTOR_SERVICE_H

#include <windows.h>
#include <stdbool.h>

struct service_facts
{
    bool exists;
    bool is_disabled;
    DWORD state; /* SERVICE_* of winsvc.h; 0: unknown */
    DWORD error; /* Win32 code if the service cannot be queried, or 0 */
};

void service_query(const wchar_t *name, struct service_facts *facts);

const wchar_t *service_state_name(DWORD state);

#endif
