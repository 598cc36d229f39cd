/*
 * setup_events.h - the Event Log source of the product, of which a computer has one.
 *
 * The texts of its entries are in ntdsbevents.dll, which has no code, so that a service or a viewer
 * that maps it holds nothing but it. Of several installations the newest has it registered.
 */
#ifndef SETUP_EVENTS_H
#define SETUP_EVENTS_H

#include <wchar.h>

/* After the files of folder were put there. A failure is a note. */
void setup_events_register(const wchar_t *folder);

/* After they were deleted: another installation's file takes over, or the source goes. key: that
 * of the installation's entry. */
void setup_events_release(const wchar_t *folder, const wchar_t *key);

#endif
