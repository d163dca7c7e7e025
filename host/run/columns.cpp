#include "host/run/columns.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

#include "host/config/names.hpp"

namespace marketmimic {
namespace {

template <class T>
constexpr Element element_of() {
  if constexpr (std::is_same_v<T, std::uint8_t>) return Element::u8;
  if constexpr (std::is_same_v<T, std::uint32_t>) return Element::u32;
  if constexpr (std::is_same_v<T, std::uint64_t>) return Element::u64;
  if constexpr (std::is_same_v<T, std::int32_t>) return Element::i32;
  if constexpr (std::is_same_v<T, std::int64_t>) return Element::i64;
  if constexpr (std::is_same_v<T, float>) return Element::f32;
}

template <class T>
std::vector<std::byte> bytes_of(T value) {
  std::vector<std::byte> bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

template <class Names>
std::vector<std::string> list(const Names& names) {
  return {names.begin(), names.end()};
}

template <class T>
Column column(std::string path, T* Record::*member, std::uint32_t rows, std::uint32_t width, std::string unit,
              Fold fold) {
  return {{std::move(path), element_of<T>(), std::move(unit), {}, {}}, RecordPointer(member), rows, width, fold};
}

template <class Names>
Column labelled(Column column, std::string name, const Names& names) {
  column.quantity.labels_name = std::move(name);
  column.quantity.labels = list(names);
  return column;
}

template <class Member>
struct MemberOf;
template <class Class, class Value>
struct MemberOf<Value Class::*> {
  using Type = Value;
};

/// A field that stores `Row`'s member, as the type `Stored`.
template <class Row, auto Member, class Stored = typename MemberOf<decltype(Member)>::Type>
Field<Row> field(std::string path, std::string unit) {
  const auto put = [](const Row& row, std::byte* value) {
    const auto stored = static_cast<Stored>(row.*Member);
    std::memcpy(value, &stored, sizeof stored);
  };
  return {{std::move(path), element_of<Stored>(), std::move(unit), {}, {}}, put};
}

template <class Row, class Names>
Field<Row> labelled(Field<Row> field, std::string name, const Names& names) {
  field.quantity.labels_name = std::move(name);
  field.quantity.labels = list(names);
  return field;
}

/// For a u8 quantity in which 255 is a value.
template <class Described>
Described with_fill(Described described, std::uint8_t byte) {
  described.quantity.fill_byte = byte;
  return described;
}

void add_market(std::vector<Column>& columns, std::uint32_t T) {
  const std::string half = "half ticks";
  columns.push_back(column("/market/open_half_ticks", &Record::open, T, 0, half, Fold::first));
  columns.push_back(column("/market/high_half_ticks", &Record::high, T, 0, half, Fold::most));
  columns.push_back(column("/market/low_half_ticks", &Record::low, T, 0, half, Fold::least));
  columns.push_back(column("/market/close_half_ticks", &Record::close, T, 0, half, Fold::last));
  columns.push_back(column("/market/volume_lots", &Record::volume, T, 0, "lots", Fold::sum));
  columns.push_back(column("/market/trades", &Record::trades, T, 0, "", Fold::sum));
}

void add_book(std::vector<Column>& columns, std::uint32_t T, std::uint32_t L) {
  columns.push_back(column("/market/bid_price_ticks", &Record::bid_price, T, L, "ticks", Fold::last));
  columns.push_back(column("/market/ask_price_ticks", &Record::ask_price, T, L, "ticks", Fold::last));
  columns.push_back(column("/market/bid_size_lots", &Record::bid_size, T, L, "lots", Fold::last));
  columns.push_back(column("/market/ask_size_lots", &Record::ask_size, T, L, "lots", Fold::last));
}

void add_strategy(std::vector<Column>& columns, std::uint32_t T, const std::vector<std::string>& kinds) {
  const std::string exposure = "largest position";
  const Column primitive = column("/strategy/primitive", &Record::primitive, T, 0, "", Fold::first);
  columns.push_back(with_fill(labelled(primitive, "values", kinds), 254));  // 255: none runs
  columns.push_back(column("/strategy/source", &Record::source, T, 0, "", Fold::first));
  columns.push_back(column("/strategy/phase", &Record::phase, T, 0, "", Fold::first));
  columns.push_back(column("/strategy/target", &Record::target, T, 0, exposure, Fold::first));
  columns.push_back(column("/strategy/goal", &Record::goal, T, 0, exposure, Fold::first));
  columns.push_back(column("/strategy/exposure_lots", &Record::exposure_lots, T, 0, "lots", Fold::last));
  columns.push_back(column("/strategy/cash", &Record::cash, T, 0, "tick lots", Fold::last));
  columns.push_back(
      labelled(column("/strategy/standing", &Record::standing, T, 0, "", Fold::first), "bits", kStandingNames));
}

void add_labels(std::vector<Column>& columns, std::uint32_t T) {
  columns.push_back(
      labelled(column("/labels/market_event", &Record::market_event, T, 0, "", Fold::any), "bits", kMarketEventNames));
  columns.push_back(
      labelled(column("/labels/perturbation", &Record::perturbation, T, 0, "", Fold::any), "bits", kPerturbationNames));
  columns.push_back(column("/labels/regime", &Record::regime, T, 0, "", Fold::last));
}

std::vector<Column> make_columns(const RecordedGroups& groups, std::uint32_t T, std::uint32_t L, bool strategy,
                                 const std::vector<std::string>& kinds, const std::string& currency) {
  const auto flag = [T](std::string path, std::uint8_t last) {
    return Column{{std::move(path), Element::u8, "", {}, {}}, HorizonFlag{last}, T, 0, Fold::any};
  };
  std::vector<Column> columns;
  if (groups.observations) {
    columns.push_back(labelled(column("/observations", &Record::observations, T + 1, kObservations, "", Fold::first),
                               "columns", kObservationNames));
  }
  if (groups.actions && strategy) {
    columns.push_back(
        labelled(column("/actions", &Record::actions, T, kActions, "", Fold::first), "columns", kActionNames));
    columns.push_back(column("/rewards", &Record::rewards, T, 0, currency, Fold::sum));
    columns.push_back(flag("/terminals", 0));  // nothing ends a scenario before its horizon
    columns.push_back(flag("/timeouts", 1));
  }
  if (groups.market) add_market(columns, T);
  if (groups.book) add_book(columns, T, L);
  if (groups.strategy && strategy) add_strategy(columns, T, kinds);
  if (groups.labels) add_labels(columns, T);
  return columns;
}

std::vector<Field<ScenarioRow>> make_scenario(bool strategy, const std::vector<std::string>& kinds) {
  const auto own = [](Field<ScenarioRow> f) {
    f.quantity.path = "/scenario/" + f.quantity.path;
    return f;
  };
  using Row = ScenarioRow;
  const std::string worth = "largest position's worth at the start";
  std::vector<Field<Row>> fields = {
      own(field<Row, &Row::id>("id", "")),
      own(labelled(field<Row, &Row::perturbations>("perturbations", ""), "bits", kPerturbationNames)),
  };
  if (!strategy) return fields;
  const std::vector<Field<Row>> execution = {
      field<Row, &Row::success, std::uint8_t>("success", ""),
      labelled(field<Row, &Row::failure, std::uint8_t>("failure", ""), "values", kFailureNames),
      field<Row, &Row::failed_segment>("failed_segment", ""),
      field<Row, &Row::failed_source>("failed_source", ""),
      labelled(field<Row, &Row::failed_event>("failed_event", ""), "bits", kMarketEventNames),
      with_fill(labelled(field<Row, &Row::failed_primitive, std::uint8_t>("failed_primitive", ""), "values", kinds),
                254),  // 255: none
      field<Row, &Row::cycle>("cycle", ""),
      field<Row, &Row::segments>("segments", ""),
      field<Row, &Row::segments_begun>("segments_begun", ""),
      field<Row, &Row::segments_met>("segments_met", ""),
      field<Row, &Row::positions>("positions", ""),
      field<Row, &Row::rule_exits>("rule_exits", ""),
      labelled(field<Row, &Row::attempted>("attempted", ""), "bits", kinds),
      labelled(field<Row, &Row::unmet>("unmet", ""), "bits", kinds),
      field<Row, &Row::untriggered>("untriggered", ""),
      field<Row, &Row::overrides>("overrides", ""),
      field<Row, &Row::time_scale>("time_scale", ""),
      field<Row, &Row::profit>("profit", worth),
      field<Row, &Row::shortfall>("shortfall", worth),
      field<Row, &Row::drawdown>("drawdown", worth),
      field<Row, &Row::largest_exposure>("largest_exposure", "largest position"),
      field<Row, &Row::traded_lots>("traded_lots", "lots"),
      field<Row, &Row::fees>("fees", "tick lots"),
      field<Row, &Row::cash>("cash", "tick lots"),
      field<Row, &Row::inventory>("inventory", "lots"),
  };
  for (const Field<Row>& f : execution) fields.push_back(own(f));
  return fields;
}

std::vector<Field<PerturbationRow>> make_perturbations() {
  using Row = PerturbationRow;
  std::vector<Field<Row>> fields = {
      labelled(field<Row, &Row::kind, std::uint8_t>("kind", ""), "values", kPerturbationNames),
      field<Row, &Row::slot>("slot", ""),
      field<Row, &Row::start>("start", "s"),
      field<Row, &Row::rise>("rise", "s"),
      field<Row, &Row::plateau>("plateau", "s"),
      field<Row, &Row::half_life>("half_life", "s"),
      field<Row, &Row::log_volatility>("log_volatility", ""),
      field<Row, &Row::log_depth_bid>("log_depth_bid", ""),
      field<Row, &Row::log_depth_ask>("log_depth_ask", ""),
      field<Row, &Row::log_spread>("log_spread", ""),
      field<Row, &Row::log_volume>("log_volume", ""),
      field<Row, &Row::displacement>("displacement", "log price"),
      field<Row, &Row::recovery>("recovery", ""),
      field<Row, &Row::excitation>("excitation", ""),
      field<Row, &Row::before>("before", "s"),
      field<Row, &Row::log_depth_before>("log_depth_before", ""),
      field<Row, &Row::drift>("drift", "log price/s"),
      field<Row, &Row::hold>("hold", ""),
      field<Row, &Row::participation>("participation", ""),
      field<Row, &Row::sweep>("sweep", "usual volume"),
      field<Row, &Row::density>("density", "s of usual volume/log price"),
      field<Row, &Row::halts, std::uint8_t>("halts", ""),
      labelled(field<Row, &Row::trigger, std::uint8_t>("trigger", ""), "values", kTriggerNames),
      field<Row, &Row::from>("from", "s"),
      labelled(field<Row, &Row::events>("events", ""), "bits", kMarketEventNames),
      field<Row, &Row::threshold>("threshold", "largest position"),
  };
  for (Field<Row>& f : fields) f.quantity.path = "/perturbations/" + f.quantity.path;
  return fields;
}

std::vector<Field<OrderRow>> make_orders() {
  using Row = OrderRow;
  return {
      field<Row, &Row::step>("/orders/step", ""),
      labelled(field<Row, &Row::passive, std::uint8_t>("/orders/type", ""), "values",
               std::vector<std::string>{"market", "passive"}),
      field<Row, &Row::lots>("/orders/lots", "lots"),
      field<Row, &Row::filled_lots>("/orders/filled_lots", "lots"),
      field<Row, &Row::notional>("/orders/notional", "tick lots"),
      field<Row, &Row::fee>("/orders/fee", "tick lots"),
  };
}

Schema make_schema(const Simulation& simulation, const RecordedGroups& groups, std::uint32_t stride) {
  const bool strategy = simulation.strategy != nullptr;
  const std::vector<std::string> kinds = kind_names(simulation);
  Schema schema;
  schema.columns =
      make_columns(groups, simulation.job.steps, simulation.job.levels, strategy, kinds, simulation.market.currency);
  for (Column& c : schema.columns) {
    c.stride = stride;
    c.filled = c.rows;
    c.rows = (c.filled - 1) / stride + 1;
  }
  schema.scenario = make_scenario(strategy, kinds);
  schema.perturbations = make_perturbations();
  if (groups.orders && strategy) schema.orders = make_orders();
  return schema;
}

}  // namespace

std::size_t element_bytes(Element element) {
  switch (element) {
    case Element::u8:
      return 1;
    case Element::u32:
    case Element::i32:
    case Element::f32:
      return 4;
    case Element::u64:
    case Element::i64:
      return 8;
  }
  return 0;
}

std::vector<std::byte> Quantity::fill() const {
  switch (element) {
    case Element::u8:
      return bytes_of(fill_byte);
    case Element::u32:
      return bytes_of(std::numeric_limits<std::uint32_t>::max());
    case Element::u64:
      return bytes_of(std::numeric_limits<std::uint64_t>::max());
    case Element::i32:
      return bytes_of(std::numeric_limits<std::int32_t>::min());
    case Element::i64:
      return bytes_of(std::numeric_limits<std::int64_t>::min());
    case Element::f32:
      return bytes_of(std::numeric_limits<float>::quiet_NaN());
  }
  return {};
}

const Column* Schema::find(std::string_view path) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& column) { return column.quantity.path == path; });
  return found == columns.end() ? nullptr : &*found;
}

std::uint64_t Schema::scenario_bytes() const {
  std::uint64_t bytes = outcome_bytes();
  for (const Column& c : columns) bytes += c.scenario_bytes();
  return bytes;
}

std::uint64_t Schema::outcome_bytes() const {
  std::uint64_t bytes = sizeof(std::int64_t) * (orders.empty() ? 1 : 2);
  for (const Field<ScenarioRow>& f : scenario) bytes += element_bytes(f.quantity.element);
  return bytes;
}

Schema schema_of(const Simulation& simulation) {
  return make_schema(simulation, simulation.job.record, simulation.job.stride);
}

std::uint64_t planned_bytes(const Simulation& simulation) {
  return make_schema(simulation, simulation.job.record, 1).scenario_bytes();
}

Schema full_schema(const Simulation& simulation, std::uint32_t stride) {
  return make_schema(simulation, RecordedGroups{}, stride);
}

std::vector<RecordColumn> engine_columns(const Schema& schema, std::uint32_t steps) {
  std::vector<RecordColumn> columns;
  for (const Column& c : schema.columns) {
    if (const auto* pointer = std::get_if<RecordPointer>(&c.source))
      columns.push_back({*pointer, c.filled, c.width == 0 ? 1 : c.width});
  }
  if (!schema.orders.empty()) {
    columns.push_back({&Record::order_lots, steps, 2});
    columns.push_back({&Record::fill_lots, steps, 2});
    columns.push_back({&Record::fill_notional, steps, 2});
    columns.push_back({&Record::fill_fee, steps, 2});
  }
  return columns;
}

Quantity offsets_quantity(const std::string& table) { return {table + "/offsets", Element::i64, "rows", {}, {}}; }

}  // namespace marketmimic
