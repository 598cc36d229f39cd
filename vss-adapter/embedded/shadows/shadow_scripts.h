/*
 * shadow_scripts.h - the shell scripts behind shadow.c.
 *
 * Arguments of both: $1 root of the volume, $2 {id}, $3 name of the device, $4 folder of the
 * devices, $5 drive ("c:"). $0 is the job (unix_run.h). Names are arguments, never part of
 * the text.
 */
#ifndef NTDSBCLI_EMBEDDED_SHADOW_SCRIPTS_H
#define NTDSBCLI_EMBEDDED_SHADOW_SCRIPTS_H

/* An exit code of the copy. */
#define SHADOW_COPY_NO_SPACE 28

extern const char shadow_copy_script[];
extern const char shadow_delete_script[];

#endif
