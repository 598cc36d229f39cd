/*
 * interlock_layout.h - the names of what interlock.h describes (private to this folder).
 */
#ifndef NTDSVSS_INTERLOCK_LAYOUT_H
#define NTDSVSS_INTERLOCK_LAYOUT_H

#define INTERLOCK_PARAMETERS  L"Parameters"
#define INTERLOCK_KEY_NAME    L"Restore In Progress"
#define INTERLOCK_RECORD_NAME L"ntdsbcli"

#define INTERLOCK_CHECKPOINT_FOLDER L"CheckpointFilePath"
#define INTERLOCK_LOG_FOLDER        L"LogPath"
#define INTERLOCK_BACKUP_LOG_FOLDER L"BackupLogPath"

#define INTERLOCK_OWNER           L"Owner"
#define INTERLOCK_OWNER_START     L"OwnerStart"
#define INTERLOCK_BACKUP_ID       L"BackupId"
#define INTERLOCK_MAP             L"Map"
#define INTERLOCK_GENERATION_LOW  L"GenerationLow"
#define INTERLOCK_GENERATION_HIGH L"GenerationHigh"
#define INTERLOCK_KEPT_EPOCH      L"DatabaseEpoch"

#endif
