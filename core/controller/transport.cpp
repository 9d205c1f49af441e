// SPDX-License-Identifier: Apache-2.0
// See transport.h. A payload is a header of three little-endian 64-bit numbers (message id, total
// size, offset) and the piece's bytes.
#include "core/controller/transport.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mainstay::controller {
namespace {

constexpr std::size_t kHeader = 24;

void put(std::string& out, std::uint64_t value) {
  for (unsigned shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<char>((value >> shift) & 0xFFU));
  }
}

std::uint64_t get(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (unsigned index = 0; index < 8; ++index) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + index]))
             << (8 * index);
  }
  return value;
}

}  // namespace

void Transport::send(std::string message, bool lasting) {
  queue_.push_back({.message = std::move(message), .lasting = lasting, .id = next_id_++});
}

std::optional<std::string> Transport::next_piece(Outgoing& outgoing) {
  if (outgoing.sent == outgoing.message.size()) {
    return std::nullopt;
  }
  const std::size_t size = std::min(kPiece, outgoing.message.size() - outgoing.sent);
  std::string payload;
  payload.reserve(kHeader + size);
  put(payload, outgoing.id);
  put(payload, outgoing.message.size());
  put(payload, outgoing.sent);
  payload.append(outgoing.message, outgoing.sent, size);
  outgoing.sent += size;
  on_the_way_ += size;
  return payload;
}

std::vector<std::string> Transport::take() {
  std::vector<std::string> payloads;
  for (Outgoing& outgoing : queue_) {
    while (on_the_way_ < kWindow) {
      std::optional<std::string> piece = next_piece(outgoing);
      if (!piece) {
        break;
      }
      payloads.push_back(std::move(*piece));
    }
  }
  return payloads;
}

void Transport::acknowledge(std::uint64_t id, std::size_t bytes) {
  on_the_way_ -= std::min(on_the_way_, bytes);
  if (queue_.empty() || queue_.front().id != id) {
    return;  // of a sending that restart() voided
  }
  Outgoing& front = queue_.front();
  front.delivered += bytes;
  if (front.delivered >= front.message.size()) {
    queue_.pop_front();
  }
}

Result<std::optional<std::string>> Transport::receive(std::uint32_t from,
                                                      std::string_view payload) {
  if (payload.size() <= kHeader) {
    return fail(Errc::invalid_input, "a message of node " + std::to_string(from) + " is cut short");
  }
  const std::uint64_t id = get(payload, 0);
  const std::uint64_t total = get(payload, 8);
  const std::uint64_t offset = get(payload, 16);
  const std::string_view piece = payload.substr(kHeader);
  if (from == self_) {
    acknowledge(id, piece.size());
  }
  if (total > kMaxMessage || piece.size() > total || offset > total - piece.size()) {
    return fail(Errc::limit_exceeded, "a message of node " + std::to_string(from) +
                                          " has impossible sizes (" + std::to_string(total) +
                                          " bytes at " + std::to_string(offset) + ")");
  }
  if (offset == 0 && piece.size() == total) {
    return std::optional<std::string>(std::string(piece));
  }
  Incoming& incoming = incoming_[from];
  if (offset == 0) {
    incoming = {.id = id, .total = total, .bytes = {}};
  }
  if (incoming.id != id || incoming.total != total || incoming.bytes.size() != offset) {
    return std::optional<std::string>();  // the rest of a message whose start was voided
  }
  incoming.bytes.append(piece);
  if (incoming.bytes.size() < total) {
    return std::optional<std::string>();
  }
  std::string message = std::move(incoming.bytes);
  incoming_.erase(from);
  return std::optional<std::string>(std::move(message));
}

void Transport::restart() {
  incoming_.clear();
  std::deque<Outgoing> kept;
  for (Outgoing& outgoing : queue_) {
    // Only what is half delivered is void; pieces that all come after this are received whole.
    if (outgoing.delivered > 0) {
      if (!outgoing.lasting) {
        continue;
      }
      outgoing.id = next_id_++;
      outgoing.sent = 0;
      outgoing.delivered = 0;
    }
    kept.push_back(std::move(outgoing));
  }
  queue_ = std::move(kept);
}

void Transport::clear() {
  queue_.clear();
  incoming_.clear();
  on_the_way_ = 0;
}

void Transport::drop_queued() {
  std::erase_if(queue_, [](const Outgoing& outgoing) { return outgoing.sent == 0; });
}

}  // namespace mainstay::controller
