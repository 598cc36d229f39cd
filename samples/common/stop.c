/* Ctrl-C, a closed window or a logoff: asks the main thread to stop, and waits for it. */
#include "stop.h"

#include "console.h"
#include "messages.h"

#define CLOSING_WAIT_MS 4000

/* Set by the console's handler thread, read by the main thread. */
static volatile LONG requested;

/* Signalled when the main thread has nothing left to undo. */
static HANDLE finished;

static HANDLE wish;

int WINAPI stop_on_event(DWORD event)
{
    bool again = InterlockedExchange(&requested, 1) != 0;

    SetEvent(wish);

    if (event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT)
        /* The second time Windows' own handler ends the program at once. */
        return !again;
    /* Window closed, or logoff: Windows ends the process when this returns. */
    WaitForSingleObject(finished, CLOSING_WAIT_MS);
    return FALSE;
}

bool stop_install(void)
{
    finished = CreateEventW(NULL, TRUE, FALSE, NULL);
    wish = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (finished && wish && SetConsoleCtrlHandler(stop_on_event, TRUE))
        return true;
    messages_error(L"cannot handle Ctrl-C: error %lu.\n", (unsigned long)GetLastError());
    return false;
}

void *stop_event(void)
{
    return wish;
}

bool stop_requested(void)
{
    return requested != 0;
}

void stop_finished(void)
{
    SetEvent(finished);
}
