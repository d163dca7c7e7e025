#pragma once

#include "host/page/html.hpp"
#include "host/page/run_page.hpp"
#include "host/report/fan.hpp"

/// The sections of a page about a run, one after the other.
namespace marketmimic {

void add_outcomes(HtmlBody& body, const RunPageSource& source);
void add_fans(HtmlBody& body, const RunPageSource& source);
void add_coverage(HtmlBody& body, const RunPageSource& source);
void add_diversity(HtmlBody& body, const RunPageSource& source);
void add_facts(HtmlBody& body, const RunPageSource& source);
void add_scenarios(HtmlBody& body, const RunPageSource& source);
void add_job(HtmlBody& body, const RunPageSource& source);
void add_work(HtmlBody& body, const RunPageSource& source);

}  // namespace marketmimic
