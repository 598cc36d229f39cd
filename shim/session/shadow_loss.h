/*
 * shadow_loss.h - why a shadow copy was lost while a backup read it.
 *
 * A shadow copy whose storage is full is deleted by Windows; all that a reader sees is a disk that
 * fails. The driver (volsnap) says more, in the System log.
 */
#ifndef NTDSBCLI_SHADOW_LOSS_H
#define NTDSBCLI_SHADOW_LOSS_H

#include "host/event_query.h"

/* After a read has failed: puts the newest problem that volsnap reported since then (FILETIME) into
 * our log. Nothing if there is none, or the System log cannot be read. */
void shadow_loss_report(uint64_t since);
void shadow_loss_report_by(const struct event_api *api, uint64_t since);

#endif
