# cmake -P count.cmake: the inner build of training.cmake and its run, in the folder TRAINING. What they print goes to
# TRAINING/log, and to the screen where they fail.
# Requires: -D SOURCE, TRAINING, GENERATOR, BUILD_TYPE, CXX, C, LAUNCHER, UNITY, FLAGS (of CXX), PREFIX (a list of folders where packages
# are), and LESSONS, a list of files.
file(MAKE_DIRECTORY ${TRAINING})
function(step)
  execute_process(COMMAND ${ARGV} OUTPUT_VARIABLE out ERROR_VARIABLE out RESULT_VARIABLE result)
  file(APPEND ${TRAINING}/log "${out}")
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${out}\nTraining failed (log: ${TRAINING}/log); -DKEYWAY_TRAIN=OFF builds without")
  endif()
endfunction()

string(REPLACE ";" ":" prefix "${PREFIX}")
set(ENV{CMAKE_PREFIX_PATH} "${prefix}:$ENV{CMAKE_PREFIX_PATH}")
set(ENV{CXXFLAGS} "${FLAGS}")

include(ProcessorCount)
ProcessorCount(processors)
step(${CMAKE_COMMAND} -S ${SOURCE} -B ${TRAINING} -G ${GENERATOR} -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -DCMAKE_CXX_COMPILER=${CXX}
  -DCMAKE_C_COMPILER=${C} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -DKEYWAY_UNITY=${UNITY} -DKEYWAY_TESTS=OFF
  -DKEYWAY_EXAMPLES=OFF -DKEYWAY_TRAIN=OFF -DKEYWAY_COUNT=${TRAINING}/counts)
step(${CMAKE_COMMAND} --build ${TRAINING} --target keyway-train --parallel ${processors})
file(REMOVE_RECURSE ${TRAINING}/counts)
step(${TRAINING}/keyway-train ${LESSONS})
file(TOUCH ${TRAINING}/counted)
