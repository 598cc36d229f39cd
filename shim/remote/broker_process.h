/*
 * broker_process.h - starts a broker that shares a private pipe with this process.
 */
#ifndef NTDSBCLI_BROKER_PROCESS_H
#define NTDSBCLI_BROKER_PROCESS_H

#include "host/result.h"

#include <windows.h>
#include <stdbool.h>

#define BROKER_EXIT_KILLED 3

struct broker_process
{
    HANDLE process;
    HANDLE pipe; /* overlapped */
    HANDLE job;  /* ends the broker with this process, until it is settled; NULL: none */
    bool settled;
};

/* The name of the broker's file: of the operating system's bitness, whatever this process's is. */
const wchar_t *broker_process_name(void);

/*
 * hrCommunicationError where it cannot be started; the reason is in the log. Until it is settled
 * the broker ends with this process, whatever it is doing.
 */
legacy_result broker_process_start(struct broker_process *broker);

/*
 * For a broker that has answered: from now on it outlives this process by as much as its session's
 * orderly end takes. hrCommunicationError.
 */
legacy_result broker_process_settle(struct broker_process *broker);

/* For one that hangs: VSS sees its requestor die. */
void broker_process_kill(const struct broker_process *broker);

/* What to do about a broker that could not be started with this Win32 error; "" for most. */
const wchar_t *broker_process_advice(DWORD error);

/* Closes the handles. A broker that was settled goes on, any other ends now. */
void broker_process_close(struct broker_process *broker);

#endif
