#include "host/run/sealed_json.hpp"

#include <span>

#include "host/run/hash.hpp"

namespace marketmimic {

std::string sealed(nlohmann::ordered_json object, int indent) {
  object.erase("seal");
  const std::string text = object.dump(indent);
  Hash hash;
  hash.add(std::as_bytes(std::span(text)));
  object["seal"] = hash.hex();
  return object.dump(indent);
}

bool is_sealed(const std::string& text, int indent) {
  const nlohmann::ordered_json object = nlohmann::ordered_json::parse(text, nullptr, false);
  if (!object.is_object() || !object.contains("seal")) return false;
  const std::string whole = sealed(object, indent);
  return text == whole || text == whole + '\n';
}

}  // namespace marketmimic
