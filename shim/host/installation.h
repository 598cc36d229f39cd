/*
 * installation.h - what tells this installation of Windows, as a domain controller, from another.
 *
 * A directory's database fits the installation that it was made in: its secrets are encrypted with
 * a key that is encrypted with the boot key of the SYSTEM hive, and it knows the domain controller
 * by name. Elsewhere the directory does not start, and a computer that starts as a domain
 * controller restarts again and again.
 *
 * Not run on Windows: the boot key is in the classes of four registry keys, as published forensic
 * tools say; Wine has the domain's SID never.
 */
#ifndef NTDSBCLI_INSTALLATION_H
#define NTDSBCLI_INSTALLATION_H

#include "result.h"

#include "hash.h"

#include <windows.h>
#include <stddef.h>
#include <stdint.h>

#define INSTALLATION_BOOT_KEY_PARTS 4u
#define INSTALLATION_PART_CHARS     33u

/* What cannot be read is not known: NULL, or an empty part. */
struct installation
{
    wchar_t *domain_sid;   /* S-1-5-21-... */
    wchar_t *machine_name; /* "Machine DN Name" of NTDS */
    wchar_t boot_key[INSTALLATION_BOOT_KEY_PARTS][INSTALLATION_PART_CHARS];
};

/* Reads this computer's. installation_fini in every case. Any thread. */
void installation_read(struct installation *installation);

/* Also wipes the boot key. */
void installation_fini(struct installation *installation);

/*
 * SHA-256 over salt and boot key: it says whether two are equal and nothing of either. Zeros: the
 * boot key is not known. Otherwise as hash_create.
 */
legacy_result installation_hash_boot_key(const struct installation *installation,
                                         const uint8_t *salt, size_t salt_bytes,
                                         uint8_t hash[HASH_BYTES]);

#endif
