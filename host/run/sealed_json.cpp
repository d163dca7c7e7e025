#include "host/run/sealed_json.hpp"

#include <span>

#include "host/run/hash.hpp"

namespace marketmimic {

std::string sealed(nlohmann::ordered_json object, int indent) {
  // Names of files are any bytes, JSON is UTF-8.
  const auto text_of = [&] {
    return object.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  };
  object.erase("seal");
  const std::string text = text_of();
  Hash hash;
  hash.add(std::as_bytes(std::span(text)));
  object["seal"] = hash.hex();
  return text_of();
}

bool is_sealed(const std::string& text, int indent) {
  using Json = nlohmann::ordered_json;
  constexpr int deepest = 32;  // writing calls itself for every level
  bool too_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > deepest;
    return !too_deep;
  };
  const Json object = Json::parse(text, shallow, false);
  if (too_deep || !object.is_object() || !object.contains("seal")) return false;
  const std::string whole = sealed(object, indent);
  return text == whole || text == whole + '\n';
}

std::uint64_t whole_number(const nlohmann::ordered_json& value) {
  return value.get_ref<const nlohmann::ordered_json::number_unsigned_t&>();
}

}  // namespace marketmimic
