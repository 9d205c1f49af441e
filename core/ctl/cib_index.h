// SPDX-License-Identifier: Apache-2.0
// Finding things in a CIB, and the Edits that most commands are made of.
#pragma once

#include <string>
#include <vector>

#include "core/cib/document.h"
#include "core/ctl/text.h"

namespace pugi {
class xml_document;
class xml_node;
}  // namespace pugi

namespace mainstay::ctl {

/// The element `name` below configuration ("resources"); null if there is none.
pugi::xml_node section(const cib::Document& cib, const char* name);

/// Any element below configuration with this id; null if there is none.
pugi::xml_node find_by_id(const cib::Document& cib, const std::string& id);

/// A primitive, group, clone or bundle; null if there is none.
pugi::xml_node find_resource(const cib::Document& cib, const std::string& id);
bool is_resource(const pugi::xml_node& element);

/// The primitives at and below an element, in document order.
std::vector<pugi::xml_node> primitives_of(const pugi::xml_node& element);

/// The group, clone or bundle around a resource as far out as it goes; itself when it stands alone.
pugi::xml_node outermost(const pugi::xml_node& resource);

/// `wanted`, or `wanted` with "-1", "-2", … if it is taken.
std::string free_id(const cib::Document& cib, const std::string& wanted);

/// "/cib/configuration//primitive[@id='VIP']"; of a section, which has no id,
/// "/cib/configuration/resources".
std::string path_of(const pugi::xml_node& element);

/// One element without its document, as XML.
std::string xml_text(const pugi::xml_node& element);

/// Value of an nvpair in the first set of that tag ("meta_attributes") of `owner`; "" if none.
std::string nvpair_value(const pugi::xml_node& owner, const char* set_tag, const std::string& name);

/// Adds the Edits that give the first `set_tag` of `owner` these values; an empty value removes its
/// nvpair, and a set left empty goes too. `set_id` names a set that has to be made, and with
/// SetChoice::of_that_id the one to change.
enum class SetChoice { first, of_that_id };
void set_nvpairs(cib::Change& change, const cib::Document& cib, const pugi::xml_node& owner,
                 const char* set_tag, const std::string& set_id, const Options& values,
                 SetChoice choice = SetChoice::first);

/// Appends <set_tag id=set_id> with one nvpair per value. Nothing if there is none.
void append_nvpairs(pugi::xml_node parent, const char* set_tag, const std::string& set_id,
                    const Options& values);

/// Appends the removal of an element with an id.
void remove_element(cib::Change& change, const pugi::xml_node& element);

/// Every constraint that names one of the resources.
std::vector<pugi::xml_node> constraints_on(const cib::Document& cib, const Words& resources);

/// "Unable to find resource: X" and the like, in one place.
Error no_such_resource(const std::string& id);
Error no_such_node(const std::string& name);

/// The <node> element of a uname; null if there is none.
pugi::xml_node find_node(const cib::Document& cib, const std::string& uname);
Words node_names(const cib::Document& cib);

/// A value of crm_config, or "".
std::string property(const cib::Document& cib, const std::string& name);

}  // namespace mainstay::ctl
