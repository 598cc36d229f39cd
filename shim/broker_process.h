/*
 * broker_process.h - starts a broker that shares a private pipe with this process.
 */
#ifndef NTDSBCLI_BROKER_PROCESS_H
#define NTDSBCLI_BROKER_PROCESS_H

#include <windows.h>

struct broker_process
{
    HANDLE process;
    HANDLE pipe; /* overlapped */
};

/* hrCommunicationError where it cannot be started; the reason is in the log. */
HRESULT broker_process_start(struct broker_process *broker);

/* Closes both handles; does not end the process. */
void broker_process_close(struct broker_process *broker);

#endif
