/*
 * proof_stop.c - a console handler and an event.
 */
#include "proof_stop.h"

#define CLEAN_UP_MS 60000u /* Windows waits some seconds if its window is closed */

static HANDLE stop;

static BOOL WINAPI on_stop(DWORD kind)
{
    if (stop)
        SetEvent(stop);
    /* The process ends when this returns. */
    if (kind != CTRL_C_EVENT && kind != CTRL_BREAK_EVENT)
        Sleep(CLEAN_UP_MS);
    return TRUE;
}

bool proof_stop_arm(void)
{
    stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    return stop && SetConsoleCtrlHandler(on_stop, TRUE);
}

bool proof_stop_disarm(void)
{
    bool requested = proof_stop_requested();

    if (stop)
        ResetEvent(stop);
    stop = NULL; /* left open: a handler may run now */
    return requested;
}

HANDLE proof_stop_event(void)
{
    return stop;
}

bool proof_stop_requested(void)
{
    return proof_stop_wait(0);
}

bool proof_stop_wait(DWORD limit_ms)
{
    if (stop)
        return WaitForSingleObject(stop, limit_ms) == WAIT_OBJECT_0;
    Sleep(limit_ms);
    return false;
}
