/*
 * replication.h - the inbound replication partners of this domain controller.
 */
#ifndef NTDSDOCTOR_REPLICATION_H
#define NTDSDOCTOR_REPLICATION_H

#include <windows.h>
#include <stddef.h>
#include <stdint.h>

#define REPLICATION_CHARS 256

struct replication_link
{
    wchar_t partition[REPLICATION_CHARS], source[REPLICATION_CHARS];
    uint64_t succeeded; /* FILETIME of the last success; 0: never */
    DWORD result;       /* of the last attempt, a Win32 code */
    DWORD failure_count;
};

struct replication
{
    DWORD error; /* not 0: nothing below is known */
    struct replication_link *links;
    size_t count;
};

/* May take long. replication_fini in every case. */
void replication_read(struct replication *replication);
void replication_fini(struct replication *replication);

#endif
