# KEYWAY_TRAIN: grammar, schemas and compile are compiled with a profile of themselves (GCC's -fprofile-use). They are built once
# more in training/ with counters, keyway-train runs there, and the build goes on with what it counted; the libraries that do not
# need it are compiled meanwhile. What a first mask waits for is cold code, and a profile puts what runs together (receipt:
# schemas/json_schema/README.md, "Schema to first mask").
# The profile is taken once for a build folder: functions that have changed since go without. Remove training/ to take it anew.
#
# KEYWAY_COUNT is set in the inner build alone.
option(KEYWAY_TRAIN "Compile grammar, schemas and compile with a profile of a training run" OFF)
set(KEYWAY_COUNT "" CACHE PATH "Set by count.cmake: where counters are written to")
mark_as_advanced(KEYWAY_COUNT)

if(KEYWAY_TRAIN AND (NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU" OR KEYWAY_SANITIZE OR KEYWAY_COUNT))
  set(KEYWAY_TRAIN OFF)
endif()

set(keyway_lessons ${PROJECT_SOURCE_DIR}/tests/runtime/data/schema_sample.jsonl ${PROJECT_SOURCE_DIR}/tests/training/lessons.jsonl)
if(KEYWAY_TRAIN)
  set(keyway_training ${PROJECT_BINARY_DIR}/training)
  add_custom_command(OUTPUT ${keyway_training}/counted
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DTRAINING=${keyway_training} -DGENERATOR=${CMAKE_GENERATOR}
      -DBUILD_TYPE=${CMAKE_BUILD_TYPE} -DCXX=${CMAKE_CXX_COMPILER} -DC=${CMAKE_C_COMPILER} -DLAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
      -DUNITY=${KEYWAY_UNITY} "-DFLAGS=${CMAKE_CXX_FLAGS}" "-DPREFIX=${CMAKE_PREFIX_PATH}" "-DLESSONS=${keyway_lessons}" -P ${PROJECT_SOURCE_DIR}/cmake/count.cmake
    COMMENT "Training: grammar, schemas and compile, built with counters and run"
    VERBATIM)
  add_custom_target(keyway_counted DEPENDS ${keyway_training}/counted)
endif()

# What a compiler does after the counters are in changes nothing in them, so that the inner build leaves it out: 2.2 times as
# fast. Warnings are the outer build's.
set(keyway_count_options -w -fprofile-generate=${KEYWAY_COUNT} -fprofile-update=single -fno-tree-vectorize -fno-tree-pre -fno-gcse
  -fno-ipa-cp -fno-schedule-insns2 -fno-peephole2 -fno-ivopts -fno-tree-dominator-opts)
set(keyway_profile_options -fno-profile-values -fprofile-prefix-path=${PROJECT_BINARY_DIR})

# keyway_trained(TARGET): a library that is counted in the inner build and compiled with the counts in the outer one. Counts are
# found by the path of an object below the build folder.
function(keyway_trained target)
  if(KEYWAY_COUNT)
    target_compile_options(${target} PRIVATE ${keyway_profile_options} ${keyway_count_options})
    target_link_options(${target} INTERFACE -fprofile-generate)
  elseif(KEYWAY_TRAIN)
    add_dependencies(${target} keyway_counted)
    target_compile_options(${target} PRIVATE ${keyway_profile_options} -fprofile-use=${keyway_training}/counts
      -fprofile-correction
      -Wno-missing-profile -Wno-coverage-mismatch)
    keyway_link_time(${target})
  endif()
endfunction()

# keyway_link_time(TARGET): a library whose machine code and intermediate code are both kept, so that the one library that engines
# load is optimised as a whole (receipt: schemas/json_schema/README.md, "Schema to first mask"). Programs are linked from the machine
# code in no time: they are told so, for GCC takes intermediate code where it finds any.
function(keyway_link_time target)
  if(KEYWAY_TRAIN)
    target_compile_options(${target} PRIVATE -flto=auto -ffat-lto-objects)
    target_link_options(${target} INTERFACE $<$<NOT:$<BOOL:$<TARGET_PROPERTY:KEYWAY_LINK_TIME>>>:-fno-lto>)
  endif()
endfunction()

# keyway_untrained(TARGET): a library that training needs and does not count.
function(keyway_untrained target)
  if(KEYWAY_COUNT)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()
