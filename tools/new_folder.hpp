#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace marketmimic {

/// Makes sure, before the work is done, that its result can be put into a new folder: Error(exists) where something is
/// there already. With `force` a folder is replaced that holds nothing but files which `is_result` takes, by their
/// names, for such a result, so that --force costs nothing else.
void require_new_folder(const std::filesystem::path& folder, bool force,
                        const std::function<bool(const std::string&)>& is_result);

}  // namespace marketmimic
