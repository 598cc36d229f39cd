/*
 * inject.h - makes the n-th call of a function that a module imports fail.
 *
 * The module is the product's own file, loaded as always: the table of its imports is turned to
 * wrappers. What it asks for and what fails is in shared memory, so that one program sees it in its
 * own process and in a broker (inject_dll.c). Must not know what the modules do.
 */
#ifndef FAULT_INJECT_H
#define FAULT_INJECT_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

#define INJECT_DLL L"fault-inject.dll"

enum inject_place
{
    INJECT_HOST,  /* the module that inject_host patched */
    INJECT_BROKER /* the processes that it starts */
};

/* Turns the imports of a module of this process; the processes that it starts by CreateProcess from
 * then on get INJECT_DLL before they run - where that lies beside this program and is of their
 * bitness, as this program must be. False: not possible. */
bool inject_host(HMODULE module);

/* The same in a broker; called by INJECT_DLL. */
bool inject_broker(void);

/* The functions that can fail, and their names. */
size_t inject_function_count(void);
const char *inject_function_name(size_t function);
size_t inject_find(const char *name); /* inject_function_count(): none */

/* Nothing fails, and all counts are 0. */
void inject_reset(void);

/* From the next call on: the nth call of this function fails, and only that. After inject_reset. */
void inject_arm(enum inject_place place, size_t function, unsigned int nth);

/*
 * Runs `succeeds` once for each call that this process makes in it, with that call failing; after
 * those of each function once with none. "" where it succeeded just then and at least that many
 * calls failed; otherwise the name of a function of which that is not true. made_good: a function
 * whose failure may have no consequence, or NULL. After inject_host.
 */
const char *inject_each(bool (*succeeds)(void *context), void *context, size_t least,
                        const char *made_good);

/* How the armed call fails. After inject_reset, which chooses the first. */
enum inject_manner
{
    INJECT_CODE,        /* with a code */
    INJECT_NO_CODE,     /* GetLastError says 0 */
    INJECT_HALF_WRITTEN /* WriteFile succeeds, with half of the bytes */
};
void inject_fail_by(enum inject_manner manner);

/* Since inject_reset: was the armed call made? */
bool inject_was_hit(void);

/* Since inject_reset: how many times the place called it. */
unsigned int inject_calls(enum inject_place place, size_t function);

/* What a Windows, or a job, may refuse that others allow. */
enum inject_refusal
{
    /*
     * Windows Server 2008 without updates, as documented: search flags of LoadLibraryExW
     * (KB2533623), information levels and flags of FindFirstFileExW, BCryptGenRandom without an
     * algorithm; functions that came later are not found.
     */
    INJECT_OLD_WINDOWS = 1,
    INJECT_OTHER_JOBS,  /* a process in a job of its maker's choice, or in none */
    INJECT_NORMAL_NAMES /* the normalised path of an open file, for want of rights on a folder */
};

/* From now on, also after inject_reset, in the patched modules of this process and of brokers that
 * are started later. */
void inject_refuse(enum inject_refusal refusal);

/* How many calls were refused so. */
unsigned int inject_refusals(enum inject_place place);

/* The flags of the last MoveFileExW, since inject_reset. */
DWORD inject_move_flags(void);

/* The same of ReOpenFile. */
DWORD inject_reopen_flags(void);

/* Blocks of memory that the patched module of this process holds, less those it held before. */
long inject_live_blocks(void);

#endif
