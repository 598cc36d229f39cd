/*
 * target.h - which directory a session is about: its writer's class, its service, its instance.
 */
#ifndef NTDSVSS_TARGET_H
#define NTDSVSS_TARGET_H

#include <ntdsvss.h>

/* MS docs: in-box VSS writers. */
extern const GUID ntds_writer_class;

#define TARGET_SERVICE_CHARS 257 /* MS docs, CreateService: names have at most 256 characters */

struct target
{
    const GUID *writer_class;
    const wchar_t *label;                  /* "NTDS" or "AD LDS", for log lines */
    wchar_t service[TARGET_SERVICE_CHARS]; /* NTDS, or ADAM_ and the instance's name */
};

/* directory: NULL is NTDS. E_INVALIDARG: a structure, or a name, that cannot be. */
HRESULT target_init(struct target *target, const struct ntdsvss_directory *directory);

/* The instance's name; NULL where the writer has one instance only. */
const wchar_t *target_instance(const struct target *target);

#endif
