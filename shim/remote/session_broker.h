/*
 * session_broker.h - a context's broker: started with the settings, ended with it.
 */
#ifndef NTDSBCLI_SESSION_BROKER_H
#define NTDSBCLI_SESSION_BROKER_H

#include "broker_client.h"
#include "host/settings.h"

/* As broker_client_start; log_path: "" for none. */
HRESULT session_broker_start(const struct settings *settings, const wchar_t *log_path,
                             struct broker_client **client);

/* Waits for its end, but not for ever. NULL is ignored. */
void session_broker_stop(struct broker_client *client);

/* Does not wait: a broker that lost its client ends its session, and itself, without help. */
void session_broker_hang_up(struct broker_client *client);

#endif
