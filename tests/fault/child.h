/*
 * child.h - another program that talks through its standard handles.
 *
 * Must not know what it says.
 */
#ifndef FAULT_CHILD_H
#define FAULT_CHILD_H

#include <windows.h>
#include <stdbool.h>

#define CHILD_LINE_CHARS 160

struct child
{
    HANDLE process;
    HANDLE input;  /* to the child */
    HANDLE output; /* from it */
    char line[CHILD_LINE_CHARS];
};

/* argument may be NULL. End it with child_close. False: it could not be started. */
bool child_start(struct child *child, const wchar_t *program, const wchar_t *argument);

/* Reads lines until one begins with text; it is in child->line then. False: its output ended. */
bool child_wait_for(struct child *child, const char *text);

/* Sends an empty line. */
void child_go_on(struct child *child);

/* TerminateProcess, and waits until it has ended. */
void child_kill(struct child *child);

/* Closes the handles; the program is not waited for. */
void child_close(struct child *child);

#endif
