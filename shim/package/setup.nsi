; The installer: puts the product beside one program, in that program's bitness, and removes it.
; setup-target.exe (target/) judges the program, changes the files, makes the log folder and
; registers the Event Log source; here are the pages, the options and the entry among the installed
; programs. Compiled by pack.cmake with
;   -DVERSION= -DINSTALLED_FILES=<their File lines> -DTARGET_PROGRAM= -DOUT=
;   [-DSIGN=<command for one file>]
; Options and exit codes: guides/legacy-program.md.
Unicode true
Target x86-unicode
!include FileFunc.nsh
!include LogicLib.nsh
!include nsDialogs.nsh

Name "ntdsbcli ${VERSION}"
OutFile "${OUT}"
BrandingText "ntdsbcli ${VERSION}"
RequestExecutionLevel admin
ManifestSupportedOS all
SetCompressor /SOLID lzma
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

; The others are setup-target's.
!define GOOD 0
!define USAGE 2
!define NO_PROGRAM 3
!define FOREIGN 6
!define NOT_WRITTEN 7
!define LONG_PATH 9

!define UNINSTALLER "ntdsbcli-uninstall.exe"
!define KEPT_SUFFIX ".before-ntdsbcli"
!define ENTRIES "Software\Microsoft\Windows\CurrentVersion\Uninstall"
!define LONGEST_TARGET 700 ; of the 1023 characters that a command line can have here
!define START_ATTEMPTS 3 ; Wine under load fails to start one process in some thousand

Var target       ; the program, as the caller named it
Var key          ; of this folder's entry among the installed programs
Var alias        ; 1: ntdsbclilib.dll too
Var replace      ; 1: files that are not ours may be renamed
Var keep_log     ; 1: the program's log stays
Var log          ; file for messages, or empty
Var words        ; arguments of setup-target
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

; A word of the command line that is no option ends Setup: /REMOV would install. /S, /NCRC, /D= and _?=
; are NSIS' own; what follows the last two is a folder, without quotes.
Function ${un}check_options
    StrCpy $3 ""
    StrCpy $4 1
    System::Call 'kernel32::GetCommandLineW() p .r0'
    System::Call 'shell32::CommandLineToArgvW(p r0, *i .r1) p .r2'
    ${DoWhile} $4 < $1
        IntOp $5 $4 * ${NSIS_PTR_SIZE}
        IntPtrOp $5 $5 + $2
        System::Call '*$5(w .r6)'
        StrCpy $5 $6 3
        ${If} $5 == "/D="
        ${OrIf} $5 == "_?="
            ${ExitDo}
        ${EndIf}
        StrCpy $5 $6 5
        StrCpy $7 $6 8
        ${If} $6 S!= "/S"
        ${AndIf} $6 S!= "/NCRC"
        ${AndIf} $6 != "/KEEPLOG"
        ${AndIf} $5 != "/LOG="
            !if "${un}" == ""
                ${AndIf} $6 != "/ALIAS"
                ${AndIf} $6 != "/REPLACE"
                ${AndIf} $6 != "/REMOVE"
                ${AndIf} $7 != "/TARGET="
            !endif
            StrCpy $3 $6
            ${ExitDo}
        ${EndIf}
        IntOp $4 $4 + 1
    ${Loop}
    System::Call 'kernel32::LocalFree(p r2)'
    ${If} $3 != ""
        StrCpy $code ${USAGE}
        StrCpy $message "There is no option $3. Nothing was changed."
        Call ${un}fail
    ${EndIf}
FunctionEnd

; Runs setup-target with $words; $code is the result. Ends Setup if that is a failure, but for a file
; that is not ours: then $0 is its name.
Function ${un}run_target
    InitPluginsDir
    File "/oname=$PLUGINSDIR\setup-target.exe" "${TARGET_PROGRAM}"
    ${For} $1 1 ${START_ATTEMPTS}
        ClearErrors
        ExecWait '"$PLUGINSDIR\setup-target.exe" $words' $code
        ${IfNot} ${Errors}
            ${ExitFor}
        ${EndIf}
    ${Next}
    ${If} $1 > ${START_ATTEMPTS}
        StrCpy $code ${NOT_WRITTEN}
        StrCpy $message "A helper program of Setup could not be run."
        Call ${un}fail
    ${EndIf}
    ReadINIStr $message "$PLUGINSDIR\target.ini" target Message
    ReadINIStr $0 "$PLUGINSDIR\target.ini" target Foreign
    ReadINIStr $key "$PLUGINSDIR\target.ini" target Key
    ${If} $code <> ${GOOD}
    ${AndIf} $0 == ""
        ${If} $message == ""
            StrCpy $message "A helper program of Setup failed."
        ${EndIf}
        Call ${un}fail
    ${EndIf}
FunctionEnd

; What did not work, and did not stop setup-target.
Function ${un}tell_notes
    ReadINIStr $message "$PLUGINSDIR\target.ini" target Notes
    ${If} $message != ""
        Call ${un}tell
    ${EndIf}
FunctionEnd

; From $INSTDIR.
Function ${un}remove_files
    InitPluginsDir
    StrCpy $words 'remove "$PLUGINSDIR\target.ini" "$INSTDIR\."'
    ${If} $keep_log = 1
        StrCpy $words "$words keeplog"
    ${EndIf}
    Call ${un}run_target
    ${If} $key != ""
        DeleteRegKey HKLM "${ENTRIES}\$key"
    ${EndIf}
    Delete "$INSTDIR\${UNINSTALLER}"
    Call ${un}tell_notes
    StrCpy $message "Removed from $INSTDIR."
    Call ${un}tell
    SetErrorLevel ${GOOD}
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

; --- pages --------------------------------------------------------------------------------------

Var path_field
Var alias_box

Function ask_page
    nsDialogs::Create 1018
    Pop $0
    ${NSD_CreateLabel} 0 0 100% 36u "Which backup program will use ntdsbcli.dll? \
        Setup copies the files into the program's own folder, creates the log folder and registers \
        the Event Log source."
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
    !insertmacro OPTION "" "/KEEPLOG"
    StrCpy $keep_log $R2
    Call remove_files
    Quit
FunctionEnd

Function .onInit
    SetRegView 64
    !insertmacro OPTION "" "/LOG="
    StrCpy $log $R1
    Call check_options
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

Function install_files
    StrLen $0 $target
    ${If} $0 > ${LONGEST_TARGET}
        !insertmacro FAIL "" ${LONG_PATH} "The path of the program is too long: Windows does not \
            start programs there. Move it to another folder. Nothing was changed."
    ${EndIf}
    StrCpy $words 'install "$PLUGINSDIR\target.ini" "$PLUGINSDIR" "$target"'
    ${If} $alias = 1
        StrCpy $words "$words alias"
    ${EndIf}
    ${If} $replace = 1
        StrCpy $words "$words replace"
    ${EndIf}
    Call run_target
FunctionEnd

Section
    InitPluginsDir
    !include "${INSTALLED_FILES}"
    SetOutPath $TEMP ; do not hold the folder
    WriteUninstaller "$PLUGINSDIR\${UNINSTALLER}"
    Call install_files
    ${If} $code = ${FOREIGN}
        MessageBox MB_YESNO|MB_ICONQUESTION "$0 in the program's folder is not part of ntdsbcli. \
            Rename it to $0${KEPT_SUFFIX} and restore it at uninstall?" /SD IDNO IDYES rename
        Call fail
        rename:
        StrCpy $replace 1
        Call install_files
    ${EndIf}

    ReadINIStr $INSTDIR "$PLUGINSDIR\target.ini" target Folder
    ReadINIStr $0 "$PLUGINSDIR\target.ini" target Name
    ReadINIStr $1 "$PLUGINSDIR\target.ini" target Program
    ReadINIStr $2 "$PLUGINSDIR\target.ini" target Architecture
    WriteRegStr HKLM "${ENTRIES}\$key" DisplayName "ntdsbcli for $0"
    WriteRegStr HKLM "${ENTRIES}\$key" DisplayVersion "${VERSION}"
    WriteRegStr HKLM "${ENTRIES}\$key" Publisher "the ntdsbcli authors"
    WriteRegStr HKLM "${ENTRIES}\$key" InstallLocation $INSTDIR
    WriteRegStr HKLM "${ENTRIES}\$key" UninstallString '"$INSTDIR\${UNINSTALLER}"'
    WriteRegStr HKLM "${ENTRIES}\$key" QuietUninstallString '"$INSTDIR\${UNINSTALLER}" /S'
    WriteRegStr HKLM "${ENTRIES}\$key" Program $1
    WriteRegDWORD HKLM "${ENTRIES}\$key" NoModify 1
    WriteRegDWORD HKLM "${ENTRIES}\$key" NoRepair 1
    Call tell_notes
    StrCpy $message "Installed for $1 ($2)."
    Call tell
    SetErrorLevel ${GOOD}
SectionEnd

; --- uninstalling -------------------------------------------------------------------------------

Function un.onInit
    SetRegView 64
    !insertmacro OPTION "un." "/LOG="
    StrCpy $log $R1
    Call un.check_options
    !insertmacro OPTION "un." "/KEEPLOG"
    StrCpy $keep_log $R2
FunctionEnd

Section Uninstall
    Call un.remove_files
    ; This runs from a copy that Windows deletes at its next start; its folder must be requested too.
    ${If} $EXEDIR != $INSTDIR
        SetOutPath $TEMP
        RMDir /REBOOTOK $EXEDIR
    ${EndIf}
SectionEnd
