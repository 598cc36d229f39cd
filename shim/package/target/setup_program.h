/*
 * setup_program.h - the program, or the folder, that the installer was called for.
 */
#ifndef SETUP_PROGRAM_H
#define SETUP_PROGRAM_H

#include "setup_result.h"

#define SETUP_KEY_CHARS 40

/* Paths are final: every link is followed. The others are for people and for the INI functions. */
struct setup_target
{
    wchar_t program[SETUP_PATH_CHARS]; /* "" if a folder was named */
    wchar_t folder[SETUP_PATH_CHARS];
    wchar_t raw_folder[SETUP_PATH_CHARS]; /* with the prefix that lifts the limit of a path */
    const wchar_t *architecture;          /* x86 or x64 */
    wchar_t key[SETUP_KEY_CHARS];         /* made from the folder; the same in every installation */
};

/* Refuses programs that cannot load the DLL, folders of Windows, and paths that are too long. */
enum setup_exit setup_program_judge(const wchar_t *program, struct setup_target *target);

/* A folder that may no longer have a program. */
enum setup_exit setup_program_folder(const wchar_t *folder, struct setup_target *target);

#endif
