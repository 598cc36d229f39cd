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
    bool help; /* the others are not filled in then */
};

/* Reads it; what is wrong is reported. WITH_DRY_RUN: --dry-run is an option. */
bool options_parse(int argc, wchar_t **argv, bool with_dry_run, struct options *options);

#endif
