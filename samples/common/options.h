/* The command line that the programs share: SERVER FOLDER and some options. */
#ifndef SAMPLES_OPTIONS_H
#define SAMPLES_OPTIONS_H

#include <stdbool.h>
#include <windows.h>

struct options
{
    const wchar_t *server;
    const wchar_t *folder;
    DWORD buffer_bytes; /* 1 to 67108864; 524288 unless told */
    bool ansi;
    bool dry_run;
    const wchar_t *adlds; /* an instance; NULL unless told */
    bool help;            /* the others are not filled in then */
};

/* What a program has beside --help and --buffer. */
#define OPTIONS_ANSI    1u
#define OPTIONS_DRY_RUN 2u
#define OPTIONS_ADLDS   4u

/* Reads it; what is wrong is reported. ALLOWED: OPTIONS_ values. */
bool options_parse(int argc, wchar_t **argv, unsigned allowed, struct options *options);

#endif
