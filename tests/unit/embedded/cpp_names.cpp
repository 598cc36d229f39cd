/*
 * cpp_names.cpp - the C++ names that older programs import, as Microsoft's compiler writes them.
 *
 * Compiled for that ABI, for which there are no headers: what it refers to has to be in the DLL.
 */
typedef long HRESULT;
typedef unsigned short WCHAR16;
class IVssBackupComponents;
class IVssExamineWriterMetadata;

__declspec(dllimport) HRESULT __stdcall CreateVssBackupComponents(IVssBackupComponents **out);
__declspec(dllimport) HRESULT
    __stdcall CreateVssExamineWriterMetadata(WCHAR16 *xml, IVssExamineWriterMetadata **out);
__declspec(dllimport) HRESULT
    __stdcall IsVolumeSnapshotted(WCHAR16 *volume, int *present, long *compatibility);
__declspec(dllimport) HRESULT __stdcall ShouldBlockRevert(const WCHAR16 *volume, bool *block);

extern "C" {
HRESULT cpp_create(IVssBackupComponents **out)
{
    return CreateVssBackupComponents(out);
}

HRESULT cpp_examine(WCHAR16 *xml, IVssExamineWriterMetadata **out)
{
    return CreateVssExamineWriterMetadata(xml, out);
}

HRESULT cpp_is_snapshotted(WCHAR16 *volume, int *present, long *compatibility)
{
    return IsVolumeSnapshotted(volume, present, compatibility);
}

HRESULT cpp_should_block_revert(const WCHAR16 *volume, bool *block)
{
    return ShouldBlockRevert(volume, block);
}
}
