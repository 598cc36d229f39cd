/*
 * context.c - the base of both kinds of contexts.
 */
#include "context.h"

#include <stdlib.h>

struct context *context_of(struct handle_object *object)
{
    return CONTAINING_RECORD(object, struct context, object);
}

static void destroy(struct handle_object *object)
{
    struct context *context = context_of(object);

    broker_client_stop(context->broker);
    context->fini(context);
    DeleteCriticalSection(&context->lock);
    free(context);
}

static void hang_up(struct handle_object *object)
{
    struct context *context = context_of(object);

    broker_client_hang_up(context->broker);
    context->broker = NULL;
}

void context_init(struct context *context, enum handle_kind kind, void (*fini)(struct context *))
{
    context->object = (struct handle_object){
        .references = 1, .kind = kind, .destroy = destroy, .hang_up = hang_up};
    context->fini = fini;
    InitializeCriticalSection(&context->lock);
}

legacy_result context_open(struct context *context)
{
    settings_read(&context->settings);
    host_log_open(&context->settings);
    return server_name_own(context->host) ? S_OK : result_last_error();
}

bool context_enter(struct context *context)
{
    EnterCriticalSection(&context->lock);
    if (!context->ended)
        return true;
    LeaveCriticalSection(&context->lock);
    return false;
}

void context_leave(struct context *context)
{
    LeaveCriticalSection(&context->lock);
}

void context_end(struct context *context)
{
    context->ended = true;
    broker_client_stop(context->broker);
    context->broker = NULL;
}
