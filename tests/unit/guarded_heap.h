/*
 * guarded_heap.h - what a test program tells its heap (guarded_heap.c).
 */
#ifndef GUARDED_HEAP_H
#define GUARDED_HEAP_H

/* Of the blocks that are made between here and the end, so many stay, as they are meant to. */
void guarded_heap_keep(long blocks);

#endif
