# KEYWAY_PRECOMPILE: common headers are compiled once per target instead of once per file. For the sanitizer presets,
# which CI builds from nothing (receipt in tests/README.md); the debug preset goes without this and without KEYWAY_UNITY, so that
# a file that does not name what it uses fails there.
option(KEYWAY_PRECOMPILE "Precompile common headers" OFF)

set(keyway_common_headers <algorithm> <array> <cstdint> <filesystem> <fstream> <functional> <map> <memory> <optional> <random>
  <set> <span> <sstream> <string> <string_view> <unordered_map> <unordered_set> <utility> <variant> <vector>)

# keyway_precompile(TARGET HEADERS...): the common headers and those for one target.
function(keyway_precompile target)
  if(KEYWAY_PRECOMPILE)
    set(headers ${keyway_common_headers} ${ARGN})
    list(TRANSFORM headers REPLACE "^<(.*)>$" "$<$<COMPILE_LANGUAGE:CXX>:<\\1$<ANGLE-R>>")
    target_precompile_headers(${target} PRIVATE ${headers})
  endif()
endfunction()

# KEYWAY_UNITY: sources are compiled eight at a time, for builds from nothing (release, CI): half the processor time,
# because most of it goes into headers. Names in unnamed namespaces of one library differ between its files, so that it can be.
option(KEYWAY_UNITY "Compile the sources of a library eight at a time" OFF)

function(keyway_unity target)
  if(KEYWAY_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()
