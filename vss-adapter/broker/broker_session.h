/*
 * broker_session.h - the broker's one backup or restore, and the requests that drive it.
 */
#ifndef NTDSBROKER_VSS_SESSION_H
#define NTDSBROKER_VSS_SESSION_H

#include "request.h"

#include <ntdsvss.h>

/* Zero-initialise. The session thread's alone, but for vss_session_abandon. */
struct vss_session
{
    struct ntdsvss_settings settings; /* set before the request that starts a session */
    struct ntdsvss_backup *volatile backup;
    struct ntdsvss_restore *volatile restore; /* at most one of the two */
    HANDLE offered; /* a file that the DLL takes a handle of its own for; NULL: none */
};

/* Runs a request and puts the reply's payload together. */
void vss_session_run(struct vss_session *session, const struct request *request,
                     struct protocol_writer *reply);

/* Aborts a backup, fails a restore that was not completed; releases all. */
void vss_session_close(struct vss_session *session);

/* For another thread, where the session's own hangs. The process must be ended afterwards. */
void vss_session_abandon(struct vss_session *session);

#endif
