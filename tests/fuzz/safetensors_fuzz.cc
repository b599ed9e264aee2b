// Fuzz target of the safetensors header: every tensor of a header that is accepted lies inside the file, has
// as many bytes as its shape says, and the tensors cover the data without hole or overlap.
//
// Finds are kept in tests/fuzz/regressions/safetensors, seeds in tests/fuzz/seeds/safetensors.
// Tested by the replay test fuzz.safetensors.
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

#include "runtime/model/safetensors.h"
#include "tests/fuzz/fuzz.h"

using keyway::fuzz::check;

namespace {

// The elements of a shape in 128 bits, so that this check cannot wrap where the reader's could.
void check_size(const keyway::TensorInfo& tensor) {
  __extension__ unsigned __int128 bytes = keyway::tensor_type_bytes(tensor.type);
  for (uint64_t dimension : tensor.shape) {
    bytes *= dimension;
    check(bytes <= UINT64_MAX);
  }
  check(bytes == tensor.end_bytes - tensor.begin_bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  const auto header = keyway::parse_header(std::as_bytes(std::span(data, size_bytes)), size_bytes);
  if (!header.ok()) {
    keyway::fuzz::check_error(header.error());
    return 0;
  }
  check(header->data_offset_bytes <= size_bytes);
  std::multimap<uint64_t, uint64_t> ranges;  // begin -> end
  for (const keyway::TensorInfo& tensor : header->tensors) {
    check(tensor.begin_bytes <= tensor.end_bytes &&
          tensor.end_bytes <= size_bytes - header->data_offset_bytes);
    check(header->find(tensor.name) == &tensor);
    check_size(tensor);
    if (tensor.begin_bytes != tensor.end_bytes) ranges.emplace(tensor.begin_bytes, tensor.end_bytes);
  }
  uint64_t covered = 0;
  for (const auto& [begin, end] : ranges) {
    check(begin == covered);
    covered = end;
  }
  check(covered == size_bytes - header->data_offset_bytes);
  return 0;
}
