/*
 * accctrl.h - as much of it as the fuzzed modules use.
 */
#ifndef NTDSBCLI_FUZZ_ACCCTRL_H
#define NTDSBCLI_FUZZ_ACCCTRL_H

#include <windows.h>

typedef int SE_OBJECT_TYPE;
typedef DWORD SECURITY_INFORMATION;
typedef void *PSID, *PACL, *PSECURITY_DESCRIPTOR;

#endif
