// SPDX-License-Identifier: Apache-2.0
// A frame is a byte that names its kind, then its fields in the order of the structure: numbers of
// eight bytes, little-endian; texts as a length and bytes; maps as a count and pairs. Written here
// and not left to a library of documents because it is half of what a native monitor costs.
#include "core/executor/host_protocol.h"

#include <array>
#include <limits>
#include <type_traits>
#include <utility>

namespace mainstay::executor {
namespace {

using Map = std::map<std::string, std::string>;

/// A frame of few short texts fits without growing.
constexpr std::size_t kUsualFrame = 512;

class Writer {
 public:
  Writer() { bytes_.reserve(kUsualFrame); }

  void number(std::uint64_t value) {
    std::array<char, 8> out{};
    for (char& byte : out) {
      byte = static_cast<char>(value & 0xFFU);
      value >>= 8U;
    }
    bytes_.append(out.data(), out.size());
  }
  void number(std::int64_t value) { number(static_cast<std::uint64_t>(value)); }
  void kind(std::size_t value) { bytes_.push_back(static_cast<char>(value)); }
  void text(std::string_view value) {
    number(static_cast<std::uint64_t>(value.size()));
    bytes_.append(value);
  }
  void map(const Map& values) {
    number(static_cast<std::uint64_t>(values.size()));
    for (const auto& [name, value] : values) {
      text(name);
      text(value);
    }
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Gives zeros and empty texts from the first fault on; the fault is asked for at the end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    const std::string_view raw = take(8);
    for (std::size_t i = raw.size(); i > 0; --i) {
      value = (value << 8U) | static_cast<unsigned char>(raw[i - 1]);
    }
    return value;
  }
  /// At least `least`, at most what T holds.
  template <class T>
  T number(std::int64_t least) {
    const auto value = static_cast<std::int64_t>(number());
    if (value < least || std::cmp_greater(value, std::numeric_limits<T>::max())) {
      refuse("a number out of range");
      return T{};
    }
    return static_cast<T>(value);
  }
  Duration duration() { return Duration(number<std::int64_t>(0)); }
  std::size_t kind() {
    const std::string_view raw = take(1);
    return raw.empty() ? 0 : static_cast<unsigned char>(raw[0]);
  }
  std::string text() { return std::string(take(number())); }
  Map map() {
    Map values;
    // Every pair takes bytes: a count that lies ends at the end of the frame.
    for (std::uint64_t left = number(); left > 0 && fault_.empty(); --left) {
      std::string name = text();
      values.emplace_hint(values.end(), std::move(name), text());
    }
    return values;
  }
  void refuse(const char* why) {
    if (fault_.empty()) {
      fault_ = why;
    }
    rest_ = {};
  }
  /// Empty if all was well and nothing is left over.
  std::string_view fault() {
    if (!rest_.empty()) {
      refuse("bytes behind its end");
    }
    return fault_;
  }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) {
      refuse("it is cut short");
      return {};
    }
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
  std::string_view fault_;
};

void write(Writer& out, const RunFrame& frame) {
  out.number(frame.id);
  for (const std::string* text :
       {&frame.resource, &frame.standard, &frame.provider, &frame.type, &frame.action}) {
    out.text(*text);
  }
  out.map(frame.parameters);
  out.map(frame.meta);
  out.number(frame.timeout.count());
  out.number(frame.interval.count());
}

void read(Reader& in, RunFrame& frame) {
  frame.id = in.number();
  for (std::string* text :
       {&frame.resource, &frame.standard, &frame.provider, &frame.type, &frame.action}) {
    *text = in.text();
  }
  frame.parameters = in.map();
  frame.meta = in.map();
  frame.timeout = in.duration();
  frame.interval = in.duration();
}

void write(Writer& out, const ReadyFrame& frame) {
  out.number(frame.protocol);
  out.text(frame.failure);
}

void read(Reader& in, ReadyFrame& frame) {
  frame.protocol = in.number();
  frame.failure = in.text().substr(0, kMaxReason);
}

void write(Writer& out, const SpawnedFrame& frame) {
  out.number(frame.id);
  out.number(std::int64_t{frame.process_group});
}

void read(Reader& in, SpawnedFrame& frame) {
  frame.id = in.number();
  // 0, 1 and negative ones name the process groups of others.
  frame.process_group = in.number<std::int32_t>(2);
}

void write(Writer& out, const EndedFrame& frame) {
  out.number(frame.id);
  out.number(static_cast<std::int64_t>(frame.ending));
  out.number(std::int64_t{frame.exit_code});
  out.number(std::int64_t{frame.watched ? 1 : 0});
  out.number(std::int64_t{frame.exhausted ? 1 : 0});
  out.text(frame.reason);
}

void read(Reader& in, EndedFrame& frame) {
  frame.id = in.number();
  const auto ending = in.number<std::int32_t>(0);
  if (ending > static_cast<int>(Ending::declined)) {
    in.refuse("an unknown ending");
    return;
  }
  frame.ending = static_cast<Ending>(ending);
  frame.exit_code = in.number<std::int32_t>(0);
  frame.watched = in.number() != 0;
  frame.exhausted = in.number() != 0;
  frame.reason = in.text().substr(0, kMaxReason);
}

void write(Writer& out, const UnwatchFrame& frame) {
  out.text(frame.resource);
}

void read(Reader& in, UnwatchFrame& frame) {
  frame.resource = in.text();
}

void write(Writer& out, const ChangedFrame& frame) {
  out.text(frame.resource);
}

void read(Reader& in, ChangedFrame& frame) {
  frame.resource = in.text();
}

void write(Writer& out, const AttributeFrame& frame) {
  const model::AttributeUpdate& update = frame.update;
  out.text(update.name);
  out.number(std::int64_t{update.value ? 1 : 0});
  out.text(update.value.value_or(""));
  out.number(update.dampening.count());
}

void read(Reader& in, AttributeFrame& frame) {
  model::AttributeUpdate& update = frame.update;
  update.name = in.text();
  const bool has_value = in.number() != 0;
  std::string value = in.text();
  if (has_value) {
    update.value = std::move(value);
  }
  update.dampening = in.duration();
  if (const std::string wrong = defect(update); !wrong.empty()) {
    in.refuse("an attribute that cannot be");
  }
}

/// Calls `use` with an empty frame of the kind that a number stands for; false if there is none.
template <std::size_t index = 0, class Use>
bool with_kind(std::size_t kind, Use use) {
  if constexpr (index < std::variant_size_v<Frame>) {
    if (kind == index) {
      use(std::variant_alternative_t<index, Frame>{});
      return true;
    }
    return with_kind<index + 1>(kind, use);
  } else {
    return false;
  }
}

}  // namespace

Result<std::string> encode(const Frame& frame) {
  Writer out;
  out.kind(frame.index());
  std::visit([&out](const auto& item) { write(out, item); }, frame);
  std::string bytes = out.take();
  if (bytes.size() > kMaxFrame) {
    return fail(Errc::limit_exceeded, "a frame of " + std::to_string(bytes.size()) +
                                          " bytes; at most " + std::to_string(kMaxFrame) +
                                          " fit into a packet");
  }
  return bytes;
}

Result<Frame> decode(std::string_view bytes) {
  if (bytes.size() > kMaxFrame) {
    return fail(Errc::limit_exceeded, "a frame that is too long");
  }
  Reader in(bytes);
  Frame frame;
  const std::size_t kind = in.kind();
  const bool known = with_kind(kind, [&](auto item) {
    read(in, item);
    frame = std::move(item);
  });
  if (!known) {
    in.refuse("an unknown kind of frame");
  }
  if (const std::string_view fault = in.fault(); !fault.empty()) {
    return fail(Errc::invalid_input, "a malformed frame: " + std::string(fault));
  }
  return frame;
}

}  // namespace mainstay::executor
