/*
 * session_broker.c - what backup and restore contexts do alike with their brokers.
 *
 * Must not know requests.
 */
#include "session_broker.h"

/* A broker that was told to end does so in milliseconds, unless VSS holds it up. */
#define BROKER_END_MS 10000u

HRESULT session_broker_start(const struct settings *settings, const wchar_t *log_path,
                             struct broker_client **client)
{
    struct broker_client_options options = {
        .wait_ms = settings->wait_ms,
        .retry_ms = settings->retry_ms,
        .log_level = settings->log_level,
        .log_path = log_path,
    };

    return broker_client_start(&options, client);
}

void session_broker_stop(struct broker_client *client)
{
    broker_client_stop(client, BROKER_END_MS);
}

void session_broker_hang_up(struct broker_client *client)
{
    broker_client_stop(client, 0);
}
