// Attack surface safetensors: a model file, opened up to the point where tensors could be read.
//
// The input lies in an unnamed file in memory that is made before the clock starts; every tensor of an accepted header
// is then viewed and must lie inside the file.
// Tested by tests/bench/attacks_test.cc and the ctest bench.attacks.
#include <sys/mman.h>
#include <unistd.h>

#include <memory>

#include "runtime/model/safetensors.h"
#include "tests/bench/attacks/surfaces.h"

namespace keyway::bench {
namespace {

// A file in memory with a path; closed with its last owner.
std::shared_ptr<const int> memory_file(const std::string& bytes) {
  std::shared_ptr<const int> file(new int(memfd_create("model.safetensors", MFD_CLOEXEC)), [](const int* descriptor) {
    close(*descriptor);
    delete descriptor;
  });
  for (size_t done = 0; done < bytes.size();) {
    ssize_t count = write(*file, bytes.data() + done, bytes.size() - done);
    if (count <= 0) break;
    done += static_cast<size_t>(count);
  }
  return file;
}

std::string path_of(const std::shared_ptr<const int>& file) { return "/proc/self/fd/" + std::to_string(*file); }

std::vector<std::string> check_tensors(const SafetensorsFile& file) {
  uint64_t sum = 0;
  for (const TensorInfo& info : file.header().tensors) {
    for (std::byte value : file.view(info).bytes) sum += static_cast<uint64_t>(value);
  }
  // The sum is of no interest; a view outside the file ends the process on the way to it.
  return sum == ~uint64_t{0} ? std::vector<std::string>{"impossible"} : std::vector<std::string>{};
}

Reading open_file(const std::string& path) {
  Reading reading;
  auto file = SafetensorsFile::open(path);
  if (!file.ok()) {
    reading.error = file.error();
    return reading;
  }
  auto shared = std::make_shared<SafetensorsFile>(std::move(*file));
  reading.check = [shared](double) { return check_tensors(*shared); };
  return reading;
}

std::string plain_safetensors_file() {
  const std::string header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  std::string bytes(8, '\0');
  bytes[0] = static_cast<char>(header.size());
  auto file = memory_file(bytes + header + std::string(8, 'x'));
  auto opened = SafetensorsFile::open(path_of(file));
  if (!opened.ok()) return opened.error().to_string();
  return opened->header().find("a") != nullptr ? "" : "the tensor is missing";
}

}  // namespace

Surface safetensors_surface() {
  Surface surface;
  surface.name = "safetensors";
  surface.prepare = [](const nlohmann::ordered_json&, const std::string& input) {
    auto file = memory_file(input);
    return [file] { return open_file(path_of(file)); };
  };
  surface.plain = plain_safetensors_file;
  return surface;
}

}  // namespace keyway::bench
