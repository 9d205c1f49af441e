// SPDX-License-Identifier: Apache-2.0
#include "core/membership/corosync_conf.h"

#include <gmock/gmock.h>

namespace mainstay::membership {
namespace {

using testing::HasSubstr;
using testing::Not;

CorosyncConf pair_of_nodes() {
  return {"testcluster", {{1, "node1", "172.16.0.1"}, {2, "node2", "172.16.0.2"}}};
}

TEST(CorosyncConf, TextOfTwoNodesIsExactlyThis) {
  const auto text = render_corosync_conf(pair_of_nodes());
  ASSERT_TRUE(text);
  EXPECT_EQ(*text,
            "totem {\n    version: 2\n    cluster_name: testcluster\n    transport: knet\n"
            "    crypto_cipher: aes256\n    crypto_hash: sha256\n}\n\n"
            "nodelist {\n"
            "    node {\n        ring0_addr: 172.16.0.1\n        name: node1\n"
            "        nodeid: 1\n    }\n"
            "    node {\n        ring0_addr: 172.16.0.2\n        name: node2\n"
            "        nodeid: 2\n    }\n}\n\n"
            "quorum {\n    provider: corosync_votequorum\n    two_node: 1\n}\n\n"
            "logging {\n    to_logfile: yes\n    logfile: /var/log/corosync/corosync.log\n"
            "    to_syslog: yes\n    timestamp: on\n}\n");
}

TEST(CorosyncConf, TwoNodeIsForTwoNodesOnly) {
  CorosyncConf conf = pair_of_nodes();
  conf.nodes.push_back({3, "node3", "172.16.0.3"});
  EXPECT_THAT(*render_corosync_conf(conf), Not(HasSubstr("two_node")));
}

TEST(CorosyncConf, ReadsBackWhatItWrote) {
  const auto conf = parse_corosync_conf(*render_corosync_conf(pair_of_nodes()));
  ASSERT_TRUE(conf) << conf.error().context;
  EXPECT_EQ(*conf, pair_of_nodes());
}

TEST(CorosyncConf, SkipsWhatItDoesNotKnowAndNamesNamelessNodesByAddress) {
  const auto conf = parse_corosync_conf(
      "# by hand\n\ntotem{\n\tcluster_name: c\n interface {\n nodeid: 77\n }\n}\n"
      "nodelist {\n node {\n  nodeid: 5\n  ring0_addr: ten\n  ring1_addr: eleven\n }\n}");
  ASSERT_TRUE(conf) << conf.error().context;
  EXPECT_EQ(*conf, (CorosyncConf{"c", {{5, "ten", "ten"}}}));
}

TEST(CorosyncConf, ErrorsNameTheLine) {
  const auto error = [](std::string_view text) {
    const auto conf = parse_corosync_conf(text);
    return conf ? "accepted" : conf.error().context;
  };
  EXPECT_EQ(error("totem {\n}\n}\n"), "corosync.conf line 3: '}' closes no section");
  EXPECT_EQ(error("totem {\n"), "corosync.conf: section 'totem' is not closed");
  EXPECT_EQ(error("nodelist {\nnode {\nnodeid: one\n"),
            "corosync.conf line 3: nodeid 'one' is no number");
  EXPECT_EQ(error("totem {\n  version 2\n"),
            "corosync.conf line 2: 'version 2' is neither a section nor a 'key: value'");
}

TEST(CorosyncConf, RefusesWhatCorosyncWouldMisread) {
  const auto error = [](CorosyncConf conf) {
    const auto text = render_corosync_conf(conf);
    return text ? "accepted" : text.error().context;
  };
  CorosyncConf conf = pair_of_nodes();
  conf.cluster_name = "two words";
  EXPECT_THAT(error(conf), HasSubstr("cluster name 'two words'"));
  conf = pair_of_nodes();
  conf.nodes[1].name = "node1";
  EXPECT_EQ(error(conf), "node node1 is given twice");
  conf = pair_of_nodes();
  conf.nodes[1].address = "172.16.0.1";
  EXPECT_EQ(error(conf), "address 172.16.0.1 of node node2 belongs to another node too");
  conf = pair_of_nodes();
  conf.nodes[0].address = "1\n}";
  EXPECT_THAT(error(conf), HasSubstr("neither a host name nor an IP address"));
  conf = pair_of_nodes();
  conf.nodes[0].name = "-oProxyCommand=x";
  EXPECT_THAT(error(conf), HasSubstr("node name"));
  conf = pair_of_nodes();
  conf.nodes[1].id = 1;
  EXPECT_EQ(error(conf), "nodeid 1 of node node2 is 0 or taken");
  EXPECT_THAT(error({"empty", {}}), HasSubstr("0 were given"));
}

TEST(NodeArguments, AddressBelongsToTheNodeBeforeIt) {
  const auto nodes = parse_node_arguments({"a", "addr=10.0.0.1", "b"});
  ASSERT_TRUE(nodes);
  EXPECT_EQ(*nodes, (std::vector<ConfNode>{{1, "a", "10.0.0.1"}, {2, "b", ""}}));
  EXPECT_FALSE(parse_node_arguments({"addr=10.0.0.1"}));
  EXPECT_FALSE(parse_node_arguments({"a", "addr=1", "addr=2"}));
  EXPECT_FALSE(parse_node_arguments({"a", "addr="}));
  EXPECT_THAT(parse_node_arguments({"a", "adr=1"}).error().context, HasSubstr("'adr=1'"));
}

TEST(ResolveAddress, TakesNumbersAndRefusesLoopback) {
  EXPECT_EQ(*resolve_address("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(*resolve_address("2001:db8::7"), "2001:db8::7");
  EXPECT_THAT(resolve_address("127.0.1.1").error().context, HasSubstr("loopback"));
}

TEST(Authkey, IsLongAndNeverTheSame) {
  const auto first = make_authkey();
  const auto second = make_authkey();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->size(), 256U);
  EXPECT_NE(*first, *second);
}

}  // namespace
}  // namespace mainstay::membership
