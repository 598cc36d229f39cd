/*
 * A function of Wine that requestors need and some versions of it do not have in full.
 */
#ifndef NTDSBCLI_EMBEDDED_WINE_MOUNTS_H
#define NTDSBCLI_EMBEDDED_WINE_MOUNTS_H

/* Backup programs ask twice for the name of a volume: GetVolumeNameForVolumeMountPoint of "C:\",
 * then of its result (as Microsoft's VShadow did it). Wine 8 knows drives only. Where it refuses,
 * this process is given one that answers. Called while the DLL is loaded; from then on the DLL
 * stays in the process. Does nothing where Wine answers by itself. */
void wine_mounts_repair(void);

#endif
