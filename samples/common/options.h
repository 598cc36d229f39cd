/* The command line that the programs share: SERVER FOLDER and some options. */
#ifndef SAMPLES_OPTIONS_H
#define SAMPLES_OPTIONS_H

#include <stdbool.h>
#include <windows.h>

struct options
{
    const wchar_t *server;
    const wchar_t *folder;
    DWORD buffer_bytes; /* 1 to 67108864; 524288 by default */
    bool ansi;
    bool dry_run;
    bool delete_old; /* before the copy */
    bool no_check;
    bool other_computer;  /* the backup may be of one */
    const wchar_t *adlds; /* an instance, without ADAM_; NULL by default */
    bool help;            /* the other members are then unset */
};

/* Options of some programs; --help and --buffer are for all. */
#define OPTIONS_ANSI           1u
#define OPTIONS_RESTORE        2u /* --dry-run, --delete-old */
#define OPTIONS_ADLDS          4u
#define OPTIONS_NO_CHECK       8u
#define OPTIONS_OTHER_COMPUTER 16u

/* The instance that NAME means: its own name, or that of its service, ADAM_instance. */
const wchar_t *options_instance(const wchar_t *name);

/* Reads the command line; errors are reported. ALLOWED: OPTIONS_ values. */
bool options_parse(int argc, wchar_t **argv, unsigned allowed, struct options *options);

#endif
