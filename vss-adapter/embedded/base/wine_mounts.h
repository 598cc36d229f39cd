/*
 * wine_mounts.h - completes a function that requestors need and that Wine implements only in part,
 * 10 as 8.
 */
#ifndef NTDSBCLI_EMBEDDED_WINE_MOUNTS_H
#define NTDSBCLI_EMBEDDED_WINE_MOUNTS_H

/*
 * Backup programs ask twice for the name of a volume: GetVolumeNameForVolumeMountPoint of "C:\",
 * then of its result (as Microsoft's VShadow does). Wine knows drives only. If it refuses a name,
 * this process gets a function that answers; the DLL stays in the process from then on. Call while
 * the DLL is loaded.
 */
void wine_mounts_repair(void);

#endif
