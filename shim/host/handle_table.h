/*
 * handle_table.h - HBC values: never pointers, so that none a caller makes up can do harm.
 */
#ifndef NTDSBCLI_HANDLE_TABLE_H
#define NTDSBCLI_HANDLE_TABLE_H

#include <windows.h>

enum handle_kind
{
    HANDLE_BACKUP = 1,
    HANDLE_RESTORE = 2,
    HANDLE_RESTRICTED = 4 /* a restore without token: good for asking locations only */
};

/* Base of what a handle stands for. The table holds one reference, each call in progress another.
 */
struct handle_object
{
    LONG references;
    enum handle_kind kind;
    void (*destroy)(struct handle_object *object); /* with the last reference */
    void (*hang_up)(
        struct handle_object *object); /* lets go of its broker without waiting for it */
};

/*
 * Makes a handle for object and takes over the reference it was created with. NULL: too many
 * handles (4095), or out of memory; the reference is still the caller's then. Any thread.
 */
void *handle_table_add(struct handle_object *object);

/*
 * The object of a handle of one of the kinds (bits or-ed), with a reference for the caller; NULL
 * for everything else: NULL, stale, of another process, of another kind. Any thread.
 */
struct handle_object *handle_table_acquire(void *handle, unsigned int kinds);

/* As acquire, and the handle is stale from now on: the caller gets the table's reference. */
struct handle_object *handle_table_remove(void *handle, unsigned int kinds);

void handle_object_release(struct handle_object *object);

/*
 * For the unloading of the DLL, when no call can be in progress any more: hangs up and destroys
 * whatever still has a handle, and frees the table. The number of such objects.
 */
size_t handle_table_close(void);

#endif
