/*
 * server.h - serves the broker's one client until it is gone.
 */
#ifndef NTDSBROKER_SERVER_H
#define NTDSBROKER_SERVER_H

#include <windows.h>

/*
 * pipe: overlapped, one client at its other end. host: the client's process, SYNCHRONIZE. Returns
 * after the session is closed, the process's exit code: 0, or 1 where the session could not be
 * closed in time and the process must be ended at once.
 */
int server_run(HANDLE pipe, HANDLE host);

#endif
