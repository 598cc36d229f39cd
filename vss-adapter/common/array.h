/*
 * array.h - an array that grows by one item at a time.
 */
#ifndef NTDSBCLI_ARRAY_H
#define NTDSBCLI_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Makes room for one more item behind count of them.
 *
 * items       Address of the pointer to the first item, which is NULL or from malloc; free it with
 *             free.
 * capacity    How many items there is room for; 0 at first.
 * item_bytes  Size of an item.
 *
 * False: out of memory, and nothing has changed.
 */
bool array_grow(void *items, size_t *capacity, size_t count, size_t item_bytes);

#endif
