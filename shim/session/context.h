/*
 * context.h - what backup and restore contexts are alike in: a handle's object, a lock around each
 * call, settings, a broker.
 */
#ifndef NTDSBCLI_CONTEXT_H
#define NTDSBCLI_CONTEXT_H

#include "host/handle_table.h"
#include "host/server_name.h"
#include "record/host_log.h"
#include "remote/broker_client.h"

#include <stdbool.h>

/* The first member of a session. */
struct context
{
    struct handle_object object;
    void (*fini)(struct context *context);
    CRITICAL_SECTION lock; /* guards the session, for the length of a call */
    bool ended;
    struct settings settings;
    wchar_t host[SERVER_NAME_CHARS]; /* this computer, as lists of names call it */
    struct broker_client *broker;    /* NULL for none */
};

/*
 * context: zeros, in memory from malloc. It begins with one reference; with the last one fini ends
 * what the session adds, and the memory is freed.
 */
void context_init(struct context *context, enum handle_kind kind, void (*fini)(struct context *));

struct context *context_of(struct handle_object *object);

/* Reads settings and this computer's name, and opens the log. */
legacy_result context_open(struct context *context);

/* Enters the lock; false (and not entered) if the context has ended meanwhile. */
bool context_enter(struct context *context);
void context_leave(struct context *context);

/* Inside the lock: stops the broker, and no call enters again. */
void context_end(struct context *context);

#endif
