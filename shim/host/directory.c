/*
 * directory.c - the one directory that the old API knows: NTDS.
 */
#include "directory.h"

legacy_result directory_location(enum directory_location which, wchar_t **path)
{
    return registration_location(REGISTRATION_NTDS, which, path);
}

enum ntdsvss_state directory_query_state(void)
{
    return registration_state(REGISTRATION_NTDS);
}
