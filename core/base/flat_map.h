// SPDX-License-Identifier: Apache-2.0
// A map that is one sorted vector: for the many small maps of which most are read, copied and
// merged more often than they grow.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

namespace mainstay {

/// As std::map, but that every insertion makes iterators and references invalid, and keys are not
/// to be written through iterators. Lookups take whatever compares with Key.
template <class Key, class Value>
class FlatMap {
 public:
  using key_type = Key;
  using mapped_type = Value;
  using value_type = std::pair<Key, Value>;
  using iterator = typename std::vector<value_type>::iterator;
  using const_iterator = typename std::vector<value_type>::const_iterator;

  FlatMap() = default;
  FlatMap(std::initializer_list<value_type> values) { insert(values.begin(), values.end()); }
  template <class Iterator>
  FlatMap(Iterator first, Iterator last) {
    insert(first, last);
  }

  iterator begin() { return values_.begin(); }
  iterator end() { return values_.end(); }
  const_iterator begin() const { return values_.begin(); }
  const_iterator end() const { return values_.end(); }
  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  void clear() { values_.clear(); }

  template <class Name>
  const_iterator find(const Name& name) const {
    const auto place = place_of(values_, name);
    return place != end() && place->first == name ? place : end();
  }
  template <class Name>
  iterator find(const Name& name) {
    const auto place = place_of(values_, name);
    return place != end() && place->first == name ? place : end();
  }
  /// The first that is not less.
  template <class Name>
  const_iterator lower_bound(const Name& name) const {
    return place_of(values_, name);
  }
  template <class Name>
  bool contains(const Name& name) const {
    return find(name) != end();
  }
  template <class Name>
  const Value& at(const Name& name) const {
    const auto found = find(name);
    if (found == end()) {
      throw std::out_of_range("FlatMap::at");
    }
    return found->second;
  }

  /// The value of a name, made if there is none.
  template <class Name>
  Value& operator[](const Name& name) {
    return try_emplace(name).first->second;
  }
  /// Makes nothing, and moves nothing, where the name is there already.
  template <class Name, class... Arguments>
  std::pair<iterator, bool> try_emplace(Name&& name, Arguments&&... arguments) {
    const auto place = place_of(values_, name);
    if (place != end() && place->first == name) {
      return {place, false};
    }
    return {values_.emplace(place, std::piecewise_construct,
                            std::forward_as_tuple(std::forward<Name>(name)),
                            std::forward_as_tuple(std::forward<Arguments>(arguments)...)),
            true};
  }
  template <class Name>
  std::pair<iterator, bool> emplace(Name&& name, Value value) {
    return try_emplace(std::forward<Name>(name), std::move(value));
  }
  template <class Iterator>
  void insert(Iterator first, Iterator last) {
    for (; first != last; ++first) {
      try_emplace(first->first, first->second);
    }
  }
  template <class Name>
  std::size_t erase(const Name& name) {
    const auto found = find(name);
    if (found == end()) {
      return 0;
    }
    values_.erase(found);
    return 1;
  }

  bool operator==(const FlatMap&) const = default;

 private:
  template <class Values, class Name>
  static auto place_of(Values& values, const Name& name) {
    return std::lower_bound(
        values.begin(), values.end(), name,
        [](const value_type& value, const Name& wanted) { return value.first < wanted; });
  }

  std::vector<value_type> values_;
};

}  // namespace mainstay
