; The installer: puts the product beside one program, in that program's bitness, and removes it.
; setup-target.exe (target/) tells what kind of program it is. Compiled by pack.cmake with
;   -DVERSION= -DTREE=<the package's files> -DTARGET_PROGRAM= -DOUT= [-DSIGN=<command for one file>]
; Options and exit codes: guides/legacy-program.md.
Unicode true
Target amd64-unicode
!include FileFunc.nsh
!include LogicLib.nsh
!include WordFunc.nsh
!include nsDialogs.nsh

Name "ntdsbcli ${VERSION}"
OutFile "${OUT}"
BrandingText "ntdsbcli ${VERSION}"
RequestExecutionLevel admin
ManifestSupportedOS all
SetCompressor /SOLID lzma
SetOverwrite try
ShowInstDetails show
ShowUninstDetails show
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "ntdsbcli"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "CompanyName" "the ntdsbcli authors"
VIAddVersionKey "FileDescription" "ntdsbcli Setup"
VIAddVersionKey "LegalCopyright" "MIT License"
!ifdef SIGN
    !uninstfinalize `${SIGN} "%1"` = 0
!endif

!define GOOD 0
!define USAGE 2
!define NO_PROGRAM 3
!define RUNNING 5
!define FOREIGN 6
!define NOT_WRITTEN 7

!define UNINSTALLER "ntdsbcli-uninstall.exe"
!define RECORD "ntdsbcli-uninstall.ini"
!define KEPT_SUFFIX ".before-ntdsbcli"
!define ENTRIES "Software\Microsoft\Windows\CurrentVersion\Uninstall"

Var target       ; the program, as the caller named it
Var program      ; the same, with every link followed
Var name         ; its file name
Var architecture ; x86 or x64
Var key          ; of this folder's entry among the installed programs
Var alias        ; 1: ntdsbclilib.dll too
Var replace      ; 1: files that are not ours may be renamed
Var keep_log     ; 1: the program's log stays
Var foreign      ; names of files that are not ours, each followed by a slash
Var in_use       ; the same, of files that a process has loaded
Var files        ; the same, of files that are installed
Var kept         ; the same, of files that were renamed
Var log          ; file for messages, or empty
Var code
Var message

; --- messages -----------------------------------------------------------------------------------

!macro TELL un
; Writes $message to the console or pipe that started this program, and to the log.
Function ${un}tell
    Push $0
    Push $1
    System::Call 'kernel32::GetStdHandle(i -11) p .r0'
    ${If} $0 P= 0
        System::Call 'kernel32::AttachConsole(i -1)'
        System::Call 'kernel32::GetStdHandle(i -11) p .r0'
    ${EndIf}
    ${If} $0 P<> 0
    ${AndIf} $0 P<> -1
        FileWrite $0 "ntdsbcli: $message$\r$\n"
    ${EndIf}
    ${If} $log != ""
        ClearErrors
        FileOpen $1 $log a
        ${IfNot} ${Errors}
            FileSeek $1 0 END
            FileWriteUTF16LE /BOM $1 "$message$\r$\n"
            FileClose $1
        ${EndIf}
    ${EndIf}
    DetailPrint $message
    Pop $1
    Pop $0
FunctionEnd

; Finds the option whose name is $R0, however its argument is quoted: $R2 is 1 if it was given, $R1
; is what follows its name.
Function ${un}option
    StrCpy $R1 ""
    StrCpy $R2 0
    StrLen $3 $R0
    StrCpy $4 1
    System::Call 'kernel32::GetCommandLineW() p .r0'
    System::Call 'shell32::CommandLineToArgvW(p r0, *i .r1) p .r2'
    ${DoWhile} $4 < $1
        IntOp $5 $4 * ${NSIS_PTR_SIZE}
        IntPtrOp $5 $5 + $2
        System::Call '*$5(w .r6)'
        StrCpy $7 $6 $3
        ${If} $7 == $R0
            StrCpy $R1 $6 "" $3
            StrCpy $R2 1
        ${EndIf}
        IntOp $4 $4 + 1
    ${Loop}
    System::Call 'kernel32::LocalFree(p r2)'
FunctionEnd

; Ends with $message and the exit code $code.
Function ${un}fail
    Call ${un}tell
    MessageBox MB_OK|MB_ICONSTOP $message /SD IDOK
    SetErrorLevel $code
    Quit
FunctionEnd

; Has setup-target judge the program or folder $0; $code is the result.
Function ${un}judge
    InitPluginsDir
    File "/oname=$PLUGINSDIR\setup-target.exe" "${TARGET_PROGRAM}"
    ClearErrors
    ExecWait '"$PLUGINSDIR\setup-target.exe" "$0" "$PLUGINSDIR\target.ini"' $code
    ${If} ${Errors}
        StrCpy $code ${NOT_WRITTEN}
        StrCpy $message "A helper program of Setup could not be run."
        Call ${un}fail
    ${EndIf}
    ReadINIStr $message "$PLUGINSDIR\target.ini" target Message
    ReadINIStr $foreign "$PLUGINSDIR\target.ini" target Foreign
    ReadINIStr $in_use "$PLUGINSDIR\target.ini" target InUse
FunctionEnd
!macroend
!insertmacro TELL ""
!insertmacro TELL "un."

!macro OPTION un option_name
    StrCpy $R0 "${option_name}"
    Call ${un}option
!macroend

!macro FAIL un exit_code text
    StrCpy $code ${exit_code}
    StrCpy $message "${text}"
    Call ${un}fail
!macroend

; $1 is 1 if the list of names in $0 has the name.
!macro HAS list file
    Push ${list}
    Push ${file}
    Call has
    Pop $1
!macroend
!macro UN_HAS list file
    Push ${list}
    Push ${file}
    Call un.has
    Pop $1
!macroend
!macro HAS_FUNCTION un
Function ${un}has ; LIST FILE -> 1 or 0
    Exch $R1
    Exch
    Exch $R0
    Push $R2
    Push $R3
    StrCpy $R2 0
    ${Do}
        ${WordFind} "/$R0" "/" "+1" $R3
        ${If} $R0 == ""
            ${ExitDo}
        ${EndIf}
        ${If} $R3 == $R1
            StrCpy $R2 1
            ${ExitDo}
        ${EndIf}
        StrLen $R3 $R3
        IntOp $R3 $R3 + 1
        StrCpy $R0 $R0 "" $R3
    ${Loop}
    StrCpy $R1 $R2
    Pop $R3
    Pop $R2
    Pop $R0
    Exch $R1
FunctionEnd
!macroend
!insertmacro HAS_FUNCTION ""
!insertmacro HAS_FUNCTION "un."

; --- pages --------------------------------------------------------------------------------------

Var path_field
Var alias_box

Function ask_page
    nsDialogs::Create 1018
    Pop $0
    ${NSD_CreateLabel} 0 0 100% 36u "Which backup program will use ntdsbcli.dll? \
        Setup copies the files into the program's own folder and does not change Windows."
    Pop $0
    ${NSD_CreateFileRequest} 0 44u 80% 13u $target
    Pop $path_field
    ${NSD_CreateBrowseButton} 82% 44u 18% 13u "Browse..."
    Pop $0
    ${NSD_OnClick} $0 ask_browse
    ${NSD_CreateCheckbox} 0 68u 100% 12u "The program needs ntdsbclilib.dll (Delphi programs)"
    Pop $alias_box
    ${NSD_SetState} $alias_box $alias
    nsDialogs::Show
FunctionEnd

Function ask_browse
    Pop $0
    nsDialogs::SelectFileDialog open "" "Programs|*.exe"
    Pop $0
    ${If} $0 != ""
        ${NSD_SetText} $path_field $0
    ${EndIf}
FunctionEnd

Function ask_leave
    ${NSD_GetText} $path_field $target
    ${NSD_GetState} $alias_box $alias
    ${If} $target == ""
        MessageBox MB_OK|MB_ICONEXCLAMATION "Choose a program." /SD IDOK
        Abort
    ${EndIf}
FunctionEnd

Page custom ask_page ask_leave
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

; --- installing ---------------------------------------------------------------------------------

Function remove ; for scripts: waits, and removes the uninstaller too
    GetFullPathName $0 $target
    ${If} $0 == ""
        StrCpy $0 $target ; the program may be gone
    ${EndIf}
    ${GetParent} $0 $INSTDIR
    ${IfNot} ${FileExists} "$INSTDIR\${RECORD}"
        !insertmacro FAIL "" ${NO_PROGRAM} "ntdsbcli is not installed in $INSTDIR."
    ${EndIf}
    !insertmacro OPTION "" "/KEEPLOG"
    StrCpy $1 ""
    ${If} $R2 = 1
        StrCpy $1 " /KEEPLOG"
    ${EndIf}
    ExecWait '"$INSTDIR\${UNINSTALLER}" /S$1 _?=$INSTDIR' $code
    ${If} $code = ${GOOD}
        Delete "$INSTDIR\${UNINSTALLER}"
        StrCpy $message "Removed from $INSTDIR."
        Call tell
    ${ElseIf} $code = ${RUNNING}
        !insertmacro FAIL "" ${RUNNING} "A file in $INSTDIR is in use. End the program first."
    ${Else}
        StrCpy $message "ntdsbcli could not be removed from $INSTDIR."
        Call fail
    ${EndIf}
    SetErrorLevel $code
    Quit
FunctionEnd

Function .onInit
    SetRegView 64
    !insertmacro OPTION "" "/LOG="
    StrCpy $log $R1
    !insertmacro OPTION "" "/TARGET="
    StrCpy $target $R1
    !insertmacro OPTION "" "/ALIAS"
    StrCpy $alias $R2
    !insertmacro OPTION "" "/REPLACE"
    StrCpy $replace $R2
    ${If} $target == ""
    ${AndIf} ${Silent}
        !insertmacro FAIL "" ${USAGE} "Specify the program: /S /TARGET=C:\folder\program.exe"
    ${EndIf}
    !insertmacro OPTION "" "/REMOVE"
    ${If} $R2 = 1
        Call remove
    ${EndIf}
FunctionEnd

; Gives a renamed file its name back: after a failed installation, and in the uninstaller.
!macro PUT_BACK file
    ${If} ${FileExists} "$INSTDIR\${file}${KEPT_SUFFIX}"
    ${AndIfNot} ${FileExists} "$INSTDIR\${file}"
        Rename "$INSTDIR\${file}${KEPT_SUFFIX}" "$INSTDIR\${file}"
    ${EndIf}
!macroend

; Before anything is changed: can this name be used?
!macro ASK_FOR file
    !insertmacro HAS $in_use ${file}
    ${If} $1 = 1
        !insertmacro FAIL "" ${RUNNING} "$INSTDIR\${file} is in use. End the program first."
    ${EndIf}
    !insertmacro HAS $foreign ${file}
    ${If} $1 = 1
        ${If} ${FileExists} "$INSTDIR\${file}${KEPT_SUFFIX}"
            !insertmacro FAIL "" ${FOREIGN} "${file} in $INSTDIR is not part of \
                ntdsbcli, and ${file}${KEPT_SUFFIX} was already kept there. Remove one of them."
        ${EndIf}
        ${If} $replace = 0
            MessageBox MB_YESNO|MB_ICONQUESTION "${file} in $INSTDIR is not part of ntdsbcli. \
                Rename it to ${file}${KEPT_SUFFIX} and restore it at uninstall?" \
                /SD IDNO IDYES +4
            !insertmacro FAIL "" ${FOREIGN} "${file} in $INSTDIR is not part of ntdsbcli. \
                With /REPLACE, Setup renames it and restores it at uninstall."
        ${EndIf}
    ${EndIf}
!macroend

!macro SET_ASIDE file
    !insertmacro HAS $foreign ${file}
    ${If} $1 = 1
        ClearErrors
        Rename "$INSTDIR\${file}" "$INSTDIR\${file}${KEPT_SUFFIX}"
        ${If} ${Errors}
            Call undo
            !insertmacro FAIL "" ${NOT_WRITTEN} "$INSTDIR\${file} could not be renamed."
        ${EndIf}
        StrCpy $kept "$kept${file}/"
    ${EndIf}
!macroend

!macro UNDO_FILE file
    !insertmacro HAS $files ${file}
    ${If} $1 = 1
        Delete "$INSTDIR\${file}"
    ${EndIf}
!macroend

; Removes only what this run installed. An earlier installation that was being updated stays.
Function undo
    ${IfNot} ${FileExists} "$INSTDIR\${RECORD}"
        !insertmacro UNDO_FILE ntdsbcli.dll
        !insertmacro UNDO_FILE ntdsbroker64.exe
        !insertmacro UNDO_FILE ntdsbclilib.dll
        Delete "$INSTDIR\${UNINSTALLER}"
        !insertmacro PUT_BACK ntdsbcli.dll
        !insertmacro PUT_BACK ntdsbroker64.exe
        !insertmacro PUT_BACK ntdsbclilib.dll
    ${EndIf}
FunctionEnd

!macro PUT file
    ${If} $architecture == x86
        File "/oname=${file}" "${TREE}/x86/${file}"
    ${Else}
        File "/oname=${file}" "${TREE}/x64/${file}"
    ${EndIf}
    StrCpy $files "$files${file}/"
!macroend

Section
    StrCpy $0 $target
    Call judge
    ${If} $code <> ${GOOD}
        ${If} $message == ""
            StrCpy $message "The program $target could not be examined."
        ${EndIf}
        Call fail
    ${EndIf}
    ReadINIStr $program "$PLUGINSDIR\target.ini" target Program
    ReadINIStr $name "$PLUGINSDIR\target.ini" target Name
    ReadINIStr $INSTDIR "$PLUGINSDIR\target.ini" target Folder
    ReadINIStr $architecture "$PLUGINSDIR\target.ini" target Architecture
    ReadINIStr $key "$PLUGINSDIR\target.ini" target Key

    ; An earlier installation is updated: the files it renamed stay renamed.
    ReadINIStr $kept "$INSTDIR\${RECORD}" ntdsbcli Kept
    ReadINIStr $0 "$INSTDIR\${RECORD}" ntdsbcli Files
    !insertmacro HAS $0 ntdsbclilib.dll
    ${If} $1 = 1
        StrCpy $alias 1
    ${EndIf}
    !insertmacro ASK_FOR ntdsbcli.dll
    !insertmacro ASK_FOR ntdsbroker64.exe
    ${If} $alias = 1
        !insertmacro ASK_FOR ntdsbclilib.dll
    ${EndIf}

    SetOutPath $INSTDIR
    StrCpy $files ""
    !insertmacro SET_ASIDE ntdsbcli.dll
    !insertmacro SET_ASIDE ntdsbroker64.exe
    ${If} $alias = 1
        !insertmacro SET_ASIDE ntdsbclilib.dll
    ${EndIf}
    ClearErrors
    !insertmacro PUT ntdsbcli.dll
    !insertmacro PUT ntdsbroker64.exe
    ${If} $alias = 1
        !insertmacro PUT ntdsbclilib.dll
    ${EndIf}
    WriteUninstaller "$INSTDIR\${UNINSTALLER}"
    ${If} ${Errors}
        Call undo
        !insertmacro FAIL "" ${NOT_WRITTEN} "Files could not be written to $INSTDIR."
    ${EndIf}
    ; Only file names and the key, so ANSI is enough for this file.
    WriteINIStr "$INSTDIR\${RECORD}" ntdsbcli Key $key
    WriteINIStr "$INSTDIR\${RECORD}" ntdsbcli Files $files
    WriteINIStr "$INSTDIR\${RECORD}" ntdsbcli Kept $kept
    FlushINI "$INSTDIR\${RECORD}"
    WriteRegStr HKLM "${ENTRIES}\$key" DisplayName "ntdsbcli for $name"
    WriteRegStr HKLM "${ENTRIES}\$key" DisplayVersion "${VERSION}"
    WriteRegStr HKLM "${ENTRIES}\$key" Publisher "the ntdsbcli authors"
    WriteRegStr HKLM "${ENTRIES}\$key" InstallLocation $INSTDIR
    WriteRegStr HKLM "${ENTRIES}\$key" UninstallString '"$INSTDIR\${UNINSTALLER}"'
    WriteRegStr HKLM "${ENTRIES}\$key" QuietUninstallString '"$INSTDIR\${UNINSTALLER}" /S'
    WriteRegStr HKLM "${ENTRIES}\$key" Program $program
    WriteRegDWORD HKLM "${ENTRIES}\$key" NoModify 1
    WriteRegDWORD HKLM "${ENTRIES}\$key" NoRepair 1
    SetOutPath $TEMP ; do not hold the folder
    StrCpy $message "Installed for $program ($architecture)."
    Call tell
    SetErrorLevel ${GOOD}
SectionEnd

; --- uninstalling -------------------------------------------------------------------------------

Function un.onInit
    SetRegView 64
    SetShellVarContext all
    !insertmacro OPTION "un." "/LOG="
    StrCpy $log $R1
    !insertmacro OPTION "un." "/KEEPLOG"
    StrCpy $keep_log $R2
FunctionEnd

!macro REFUSE_IN_USE file
    !insertmacro UN_HAS $files ${file}
    StrCpy $2 $1
    !insertmacro UN_HAS $in_use ${file}
    ${If} $1 = 1
    ${AndIf} $2 = 1
        !insertmacro FAIL "un." ${RUNNING} "$INSTDIR\${file} is in use. End the program first."
    ${EndIf}
!macroend

; A file that is not ours was put there since the installation, and stays.
!macro TAKE file
    !insertmacro UN_HAS $files ${file}
    StrCpy $2 $1
    !insertmacro UN_HAS $foreign ${file}
    ${If} $2 = 1
    ${AndIf} $1 = 0
        ClearErrors
        Delete "$INSTDIR\${file}"
        ${If} ${Errors}
            !insertmacro FAIL "un." ${NOT_WRITTEN} "$INSTDIR\${file} could not be deleted."
        ${EndIf}
    ${EndIf}
    !insertmacro UN_HAS $kept ${file}
    ${If} $1 = 1
        !insertmacro PUT_BACK ${file}
    ${EndIf}
!macroend

Section Uninstall
    ${IfNot} ${FileExists} "$INSTDIR\${RECORD}"
        !insertmacro FAIL "un." ${NO_PROGRAM} "ntdsbcli is not installed in $INSTDIR."
    ${EndIf}
    ReadINIStr $key "$INSTDIR\${RECORD}" ntdsbcli Key
    ReadINIStr $files "$INSTDIR\${RECORD}" ntdsbcli Files
    ReadINIStr $kept "$INSTDIR\${RECORD}" ntdsbcli Kept
    ReadRegStr $program HKLM "${ENTRIES}\$key" Program
    StrCpy $0 $INSTDIR
    Call un.judge
    !insertmacro REFUSE_IN_USE ntdsbcli.dll
    !insertmacro REFUSE_IN_USE ntdsbroker64.exe
    !insertmacro REFUSE_IN_USE ntdsbclilib.dll
    !insertmacro TAKE ntdsbclilib.dll
    !insertmacro TAKE ntdsbroker64.exe
    !insertmacro TAKE ntdsbcli.dll
    ${If} $key != ""
        DeleteRegKey HKLM "${ENTRIES}\$key"
    ${EndIf}
    ; Only the program's log: records of restores and logs of other programs stay.
    ${If} $keep_log = 0
    ${AndIf} $program != ""
        ${un.GetFileName} $program $name
        Delete "$APPDATA\ntdsbcli\$name.log"
        RMDir "$APPDATA\ntdsbcli"
    ${EndIf}
    Delete "$INSTDIR\${RECORD}"
    Delete "$INSTDIR\${UNINSTALLER}"
    ; This runs from a copy that Windows deletes at its next start; its folder must be requested too.
    ${If} $EXEDIR != $INSTDIR
        SetOutPath $TEMP
        RMDir /REBOOTOK $EXEDIR
    ${EndIf}
    StrCpy $message "Removed from $INSTDIR."
    Call un.tell
    SetErrorLevel ${GOOD}
SectionEnd
