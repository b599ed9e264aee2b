// Several tool lists as one registry: files and folders, each with a namespace.
//
// Entry points: read_registry_set, parse_registry_source. Every file is read and judged on its own, with its own rules
// (Registry::read, import_tools); what is callable goes into one registry under NAMESPACE__NAME. A name that two files
// bear is refused in all of them. Options: the strictest count holds; orders and layouts that differ are an error.
// Invariant: every tool of every file is callable in `registry` or in `left_out` with its file, place and reason.
// Tested by tests/tools/registry_set_test.cc.
#pragma once

#include <string>
#include <vector>

#include "tools/registry.h"

namespace keyway {

struct RegistrySource {
  std::string path;        // a file, or a folder whose *.json files are read in the order of their names
  std::string name_space;  // empty: none
  bool by_file = false;    // the namespace is the name of each file without its ending
};

// "PATH", "NAMESPACE=PATH", or "=PATH" for namespaces by file.
RegistrySource parse_registry_source(std::string_view text);

struct LeftOut {
  std::string file;
  std::string name;
  ToolStatus status = ToolStatus::kRefused;
  Error error;  // its pointer is a place in the file
};

struct RegistrySet {
  std::string text;   // one registry file with what is callable, for ToolRequest
  Registry registry;  // of `text`; the places of its tools are those in their files
  std::vector<LeftOut> left_out;
  std::vector<Error> incomplete;   // lists that are one page of several, with their file
  std::vector<std::string> files;  // that were read, in order
};

// Errors: kNotFound, kIo; those of Registry::read and import_tools with the file before their place; kMismatch for
// options that exclude each other; that of Registry::usable.
Result<RegistrySet> read_registry_set(const std::vector<RegistrySource>& sources, const CallFormat& format,
                                      const RegistryUse& use = {}, const Limits& limits = {});

}  // namespace keyway
