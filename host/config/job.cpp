#include "host/config/job.hpp"

#include "host/config/config_text.hpp"
#include "host/config/describe_job.hpp"
#include "host/config/limit_checker.hpp"
#include "host/config/table_reader.hpp"
#include "host/config/table_writer.hpp"

namespace marketmimic {
Job parse_job(std::string_view text, const std::string& name) {
  TableReader reader(text, name, ExitCode::usage, Missing::keeps_default);
  Job job;
  describe(reader, job);
  reader.finish();
  return job;
}

Job read_job_file(const std::filesystem::path& file) {
  return parse_job(read_config_text(file, ExitCode::usage), file.string());
}

void check_job(const Job& job) {
  LimitChecker checker(ExitCode::usage);
  Job shown = job;
  describe(checker, shown);
}

std::string job_text(const Job& job, Comments comments) {
  TableWriter writer(comments);
  Job shown = job;
  describe(writer, shown);
  return writer.text();
}

std::string scenarios_text(const Job& job) {
  TableWriter writer(Comments::without);
  Job shown = job;
  describe_scenarios(writer, shown);
  return writer.text();
}

}  // namespace marketmimic
