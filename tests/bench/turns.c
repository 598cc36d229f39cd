/*
 * Two programs that measure in turns: a section for their times, an event for each.
 */
#include "turns.h"

#include <stdio.h>
#include <stdlib.h>

#define WAIT_MS 300000u /* the other may still wait for its shadow */

static void need(const char *what, bool there)
{
    if (there)
        return;
    fprintf(stderr, "turns: %s: %lu\n", what, GetLastError());
    exit(1);
}

void turns_begin(struct turns *turns, bool first)
{
    HANDLE events[2];

    turns->section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                                        2 * sizeof(*turns->times), L"Local\\ntdsbcli-bench-times");
    need("CreateFileMapping", turns->section != NULL);
    turns->times = MapViewOfFile(turns->section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    need("MapViewOfFile", turns->times != NULL);
    events[0] = CreateEventW(NULL, FALSE, FALSE, L"Local\\ntdsbcli-bench-second");
    events[1] = CreateEventW(NULL, FALSE, FALSE, L"Local\\ntdsbcli-bench-first");
    need("CreateEvent", events[0] && events[1]);
    turns->mine = events[first];
    turns->others = events[!first];
    /* The second is ready now; the first has its turn when it sees that. */
    if (!first)
        turns_pass(turns);
}

void turns_wait(struct turns *turns)
{
    need("the other program did not take its turn",
         WaitForSingleObject(turns->mine, WAIT_MS) == WAIT_OBJECT_0);
}

void turns_pass(struct turns *turns)
{
    need("SetEvent", SetEvent(turns->others));
}

void turns_end(struct turns *turns)
{
    UnmapViewOfFile(turns->times);
    CloseHandle(turns->section);
    CloseHandle(turns->mine);
    CloseHandle(turns->others);
}
