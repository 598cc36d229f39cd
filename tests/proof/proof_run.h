/*
 * proof_run.h - runs a program to its end and keeps what it printed.
 */
#ifndef PROOF_RUN_H
#define PROOF_RUN_H

#include <windows.h>
#include <stdbool.h>

/* Starts a process, suspended, in a way of its own. False: the last error says why. */
typedef BOOL (*proof_create)(void *context, wchar_t *line, STARTUPINFOW *startup,
                             PROCESS_INFORMATION *created);

/* How a program is started; all members may be NULL. */
struct proof_way
{
    HANDLE token; /* instead of our own */
    HANDLE job;
    proof_create create; /* instead of with a token */
    void *context;
};

struct proof_run
{
    DWORD start_error; /* not 0: it did not start */
    bool is_late;      /* it was ended at its limit */
    DWORD code;
    char *output;   /* both streams, as bytes, terminated; never NULL until proof_run_fini */
    HANDLE process; /* of proof_run_start, until proof_run_wait */
    wchar_t file[MAX_PATH];
};

/*
 * line: the whole command line, with the program's path in quotes. file: where its output goes
 * meanwhile; deleted afterwards. way: NULL, as we are.
 */
void proof_run_start(struct proof_run *run, const wchar_t *line, const wchar_t *file,
                     const struct proof_way *way);
void proof_run_wait(struct proof_run *run, DWORD limit_ms);

/* Both. */
void proof_run(struct proof_run *run, const wchar_t *line, const wchar_t *file, DWORD limit_ms);
void proof_run_fini(struct proof_run *run);

/* How it ended, for evidence: "exit code 3", "not started (Win32 error 2)". */
#define PROOF_END_CHARS 60
void proof_run_describe(const struct proof_run *run, wchar_t text[PROOF_END_CHARS]);

#endif
