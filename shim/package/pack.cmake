# CPack's External generator runs this: the ZIP files and the installer from the trees that
# package.sh made. ZIP files are made with zip: CPack's own have the time of packing, the order of
# the file system and the user's number in them.
function(run)
    execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY OUTPUT_FILE
        ${CPACK_TOPLEVEL_DIRECTORY}/pack.log)
endfunction()

set(CPACK_EXTERNAL_BUILT_PACKAGES)
foreach(kind windows wine proof)
    set(name ${CPACK_PACKAGE_NAME}-${CPACK_PACKAGE_VERSION}-${kind})
    set(package ${CPACK_TOPLEVEL_DIRECTORY}/${name}.zip)
    file(GLOB_RECURSE files RELATIVE ${NTDSBCLI_TREES} LIST_DIRECTORIES FALSE
        ${NTDSBCLI_TREES}/${name}/*)
    list(SORT files COMPARE STRING)
    list(JOIN files "\n" lines)
    file(WRITE ${package}.list "${lines}\n")
    file(REMOVE ${package})
    # -X: no owner and no second time; -D: no entries for folders.
    execute_process(COMMAND zip -q -X -D ${package} -@
        WORKING_DIRECTORY ${NTDSBCLI_TREES} INPUT_FILE ${package}.list
        COMMAND_ERROR_IS_FATAL ANY)
    list(APPEND CPACK_EXTERNAL_BUILT_PACKAGES ${package})
endforeach()

# Sorted: the installer has them in the order in which it names them.
set(lines)
foreach(architecture x64 x86)
    file(GLOB files ${NTDSBCLI_TREES}/setup/${architecture}/*)
    list(SORT files COMPARE STRING)
    list(TRANSFORM files REPLACE "^(.+)$" "File \"\\0\"")
    list(APPEND lines "SetOutPath \$PLUGINSDIR\\${architecture}" ${files})
endforeach()
list(JOIN lines "\n" lines)
set(installed_files ${CPACK_TOPLEVEL_DIRECTORY}/installed-files.nsh)
file(WRITE ${installed_files} "${lines}\n")

set(setup ${CPACK_TOPLEVEL_DIRECTORY}/${CPACK_PACKAGE_NAME}-${CPACK_PACKAGE_VERSION}-setup.exe)
set(sign)
if(NTDSBCLI_SIGN)
    set(sign "-DSIGN=${NTDSBCLI_SIGN}")
endif()
run(makensis -V2 -WX -NOCD -DVERSION=${CPACK_PACKAGE_VERSION} -DOUT=${setup}
    -DINSTALLED_FILES=${installed_files}
    -DTARGET_PROGRAM=${NTDSBCLI_TREES}/setup/setup-target.exe ${sign}
    ${CMAKE_CURRENT_LIST_DIR}/setup.nsi)
list(APPEND CPACK_EXTERNAL_BUILT_PACKAGES ${setup})
