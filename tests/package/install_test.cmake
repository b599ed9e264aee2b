# cmake -P: installs BUILD_DIR into WORK_DIR/prefix, builds and runs the project SOURCE_DIR against it, and has the installed
# command line answer with the installed model.
set(prefix ${WORK_DIR}/prefix)
file(REMOVE_RECURSE ${prefix} ${WORK_DIR}/outside ${WORK_DIR}/outside_c)
set(flags "")
if(SANITIZE)
  set(flags "-fsanitize=${SANITIZE}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix}
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE_DIR} -B ${WORK_DIR}/outside -G ${GENERATOR}
  -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_CXX_COMPILER=${CXX_COMPILER} -D CMAKE_CXX_FLAGS=${flags}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK_DIR}/outside COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${WORK_DIR}/outside/outside COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE_DIR}_c -B ${WORK_DIR}/outside_c -G ${GENERATOR}
  -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_C_FLAGS=${flags} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK_DIR}/outside_c COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${WORK_DIR}/outside_c/outside_c COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${prefix}/bin/keyway call --json --tools ${TOOLS} "Connect my key."
  WORKING_DIRECTORY ${WORK_DIR} COMMAND_ERROR_IS_FATAL ANY)
