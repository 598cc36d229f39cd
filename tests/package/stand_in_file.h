/*
 * stand_in_file.h - what a stand-in prints.
 */
#ifndef STAND_IN_FILE_H
#define STAND_IN_FILE_H

#include <windows.h>

/* A file beside this program. */
void stand_in_path(wchar_t path[MAX_PATH], const wchar_t *name);

/* Prints it but for its first line, which is the exit code; 1: there is none. */
int stand_in_print(const wchar_t *path);

#endif
