// SPDX-License-Identifier: Apache-2.0
// ocf:heartbeat:Filesystem where a helper program mounts: nfs from a server in the same namespaces,
// and FUSE, whose helper stays and is the filesystem.
#include <regex>
#include <sstream>

#include "tests/component/parity/parity.h"

namespace mainstay::parity {
namespace {

using nlohmann::json;

/// What differs at each mount, and from one namespace to the next.
const std::regex kNumbers("((mountport|clientaddr|user_id|group_id|port)=)[^, ]*");

/// The mount, and what the other side of it has: that can be seen when the mount cannot.
json mount_and_source() {
  json seen = json::array();
  const std::string listed = output_of(
      "findmnt -r -n -o TARGET,SOURCE,FSTYPE,VFS-OPTIONS,FS-OPTIONS | grep '^/run/mnt'; "
      "find /run/source/ -mindepth 1 2>&- | sort");
  std::istringstream lines(std::regex_replace(listed, kNumbers, "$1"));
  for (std::string line; std::getline(lines, line);) {
    seen.push_back(line);
  }
  return seen;
}

/// A server of all versions of NFS, on the loopback interface of this namespace.
void build_server() {
  shell("ip link set lo up; mkdir -p /run/nfs/source/below /run/nfs/private /run/nfs/secret");
  shell("touch /run/nfs/source/file && ln -s nfs/source /run/source");
  shell("mount -t tmpfs none /var/lib/nfs");
  shell(
      "cd /var/lib/nfs && mkdir sm sm.bak pipefs nfsdcld && touch etab rmtab state && "
      "chown -R statd: sm sm.bak state");
  // Without it every start of the server waits for it for ten seconds.
  shell(
      "mount -t rpc_pipefs none /var/lib/nfs/pipefs; "
      "nfsdcld -p /var/lib/nfs/pipefs -s /var/lib/nfs/nfsdcld");
  // This namespace's own; loading the module may have mounted another.
  shell("umount /proc/fs/nfsd 2>&-; mount -t nfsd nfsd /proc/fs/nfsd");
  shell("rpcbind -w");
  // Below what is the root for version 4.
  shell("exportfs -i -o ro,no_subtree_check,fsid=0 '*:/run/nfs'");
  shell("exportfs -i -o rw,no_root_squash,no_subtree_check,fsid=1 '*:/run/nfs/source'");
  shell("exportfs -i -o rw,no_subtree_check,fsid=2 '*:/run/nfs/private'");
  shell("exportfs -i -o rw,no_subtree_check,fsid=3 '10.9.9.9:/run/nfs/secret'");
  shell("rpc.mountd && rpc.nfsd 2");
}

std::string missing_of_nfs() {
  for (const std::string fstype : {"nfs", "nfs4", "nfsd"}) {
    if (!has_filesystem(fstype)) {
      return "filesystem " + fstype + " in the kernel";
    }
  }
  return missing_program({"mount.nfs", "rpcbind", "exportfs", "rpc.mountd", "rpc.nfsd", "nfsdcld"});
}

const Story kLife = {"probe",  "stop",       "start",      "monitor", "start",   "probe",
                     "status", "monitor@10", "monitor@20", "stop@20", "monitor", "stop"};
const Story kShort = {"start", "monitor", "stop", "monitor"};

const Agent kNfs{
    .provider = "heartbeat",
    .type = "Filesystem",
    .plugin = "filesystem",
    .build = build_server,
    .look = mount_and_source,
    .story = kLife,
    .common = {{"directory", "/run/mnt"}},
    .timeout = std::chrono::seconds(60),  // also where the processor is emulated
    .missing = missing_of_nfs,
};

/// The server's threads are the kernel's, and nobody else's to end.
Story served(Story story) {
  story.emplace_back(
      "!umount -l -f /run/mnt 2>&-; exportfs -u -a; rpc.nfsd 0; "
      "pkill -KILL --ns $$ --nslist net -x 'rpcbind|rpc.mountd|rpc.statd|nfsdcld'; true");
  return story;
}

Parameters version3(Parameters more = {}) {
  more["options"] = "vers=3" + (more.contains("options") ? "," + more["options"] : "");
  more.try_emplace("fstype", "nfs");
  more.try_emplace("device", "127.0.0.1:/run/nfs/source");
  return more;
}
Parameters version4(Parameters more = {}) {
  more.try_emplace("fstype", "nfs4");
  more.try_emplace("device", "127.0.0.1:/source");
  return more;
}
/// Somebody works in what is mounted, and does so for longer than any stop takes; ours, by its
/// namespace.
const std::string kSleepInside = "!cd /run/mnt; sleep 300 > /dev/null 2>&1 & true";
const std::string kEndSleep = "!pkill -KILL --ns $$ --nslist net -x sleep";
/// Gives up soon, where other mounts wait for their server.
const Parameters kSoft = {{"options", "soft,timeo=5,retrans=1,actimeo=0,retry=0"}};
const Parameters kOnce = {{"options", "retry=0"}};

Parameters with(Parameters some, const std::string& name, const std::string& value) {
  some[name] = value;
  return some;
}

const std::vector<Case> kNfsCases = {
    {"Version3", version3(), served(kLife)},
    {"Version3WithoutLocks", version3({{"options", "nolock"}}), served(kShort)},
    {"Version4", version4(), served(kLife)},
    {"VersionAsTheServerHasIt", version4({{"fstype", "nfs"}}), served(kShort)},
    {"ReadOnly", version4({{"fstype", "nfs"}, {"options", "vers=4.1,noatime,ro"}}),
     served({"start", "monitor@10", "monitor@20", "stop"})},
    {"ByName", version4({{"device", "localhost:/source"}}), served(kShort)},
    {"AllThatIsExported", version4({{"device", "127.0.0.1:/"}}), served(kShort)},
    {"Below", version4({{"device", "127.0.0.1:/source/below"}}), served(kShort)},
    {"AsAClone",
     version4(),
     served({"start", "monitor@20", "stop@20"}),
     {{"clone", "1"}, {"clone-max", "2"}}},
    {"StatusFileElsewhere", version4({{"statusfile_prefix", "below/status-"}}),
     served({"start", "monitor@20", "stop@20"})},
    {"WhereRootIsNobody", version4({{"device", "127.0.0.1:/private"}}),
     served({"start", "monitor@10", "monitor@20", "stop@20"})},
    {"WithoutAType", version4({{"fstype", ""}}), served({"probe", "start", "monitor", "stop"})},
    {"NoSuchExport", version4(with(kOnce, "device", "127.0.0.1:/nosuch")),
     served({"probe", "start", "monitor", "stop"})},
    {"NoSuchExportOfVersion3", version3(with(kOnce, "device", "127.0.0.1:/run/nosuch")),
     served({"start", "monitor", "stop"})},
    {"ExportForOthers", version3(with(kOnce, "device", "127.0.0.1:/run/nfs/secret")),
     served({"start", "monitor", "stop"})},
    {"NoServer", version4(kSoft), served({"!rpc.nfsd 0", "probe", "start", "monitor", "stop"})},
    {"NoSuchVersion", version4({{"options", "vers=7"}}), served({"start", "monitor"})},
    {"NoSuchOption", version4({{"options", "nosuch=1"}}), served({"start", "monitor"})},
    {"AnotherMountBelow", version4(),
     served({"start", "!mount -t tmpfs none /run/mnt/below", "monitor", "stop"})},
    {"UnmountedBehindItsBack", version4(),
     served({"start", "!umount /run/mnt", "monitor", "start", "stop"})},
    {"BusyWithAWorkingDirectory", version4(), served({"start", kSleepInside, "stop", "monitor"})},
    {"BusyWithAFile", version3({{"force_unmount", "safe"}}),
     served({"start", "!exec 9> /run/mnt/held; sleep 300 > /dev/null 2>&1 & true", "stop",
             "monitor"})},
    {"BusyAndNobodyToBeEnded", version4({{"force_unmount", "false"}, {"fast_stop", "yes"}}),
     served({"start", kSleepInside, "stop", "monitor", kEndSleep})},
    {"ServerGone", version4(kSoft),
     served({"start", "monitor@20", "!rpc.nfsd 0", "monitor", "monitor@10", "monitor@20", "stop",
             "monitor"})},
    {"ServerGoneOfVersion3", version3(kSoft),
     served({"start", "!rpc.nfsd 0", "monitor", "monitor@20", "stop", "monitor"})},
    {"ServedByBoth", version4(),
     served({"start", "other:monitor", "other:stop", "monitor", "other:start", "start", "stop"})},
};

INSTANTIATE_TEST_SUITE_P(Nfs, Parity, ::testing::ValuesIn(all_of(kNfs, kNfsCases)), name_of);

/// Where the script waits for the server until it is killed.
TEST(FilesystemOnNfs, StopsWithoutAServer) {
  if (const std::string lacking = missing_of_nfs(); !lacking.empty()) {
    GTEST_SKIP() << "missing here: " << lacking;
  }
  const json told =
      tell_natively(kNfs, {"", version4({{"options", "hard,actimeo=0"}}),
                           served({"start", kSleepInside,
                                   "!rpc.nfsd 0; (echo x > /run/mnt/held) > /dev/null 2>&1 & true",
                                   "monitor", "monitor@10", "stop", "monitor"})});
  ASSERT_TRUE(told.is_array());
  EXPECT_EQ(told[0]["code"], 0);
  EXPECT_EQ(told[1]["code"], 0) << "monitor";
  EXPECT_EQ(told[2]["code"], 0) << "monitor of depth 10";
  EXPECT_EQ(told[3]["code"], 0) << "stop";
  EXPECT_EQ(told[4]["code"], 7);
}

void build_source() {
  shell("mkdir -p /run/source/below && touch /run/source/file");
}

std::string missing_of_fuse() {
  return has_filesystem("fuse") ? missing_program({"mount.fuse", "bindfs"})
                                : "filesystem fuse in the kernel";
}

const Agent kFuse{
    .provider = "heartbeat",
    .type = "Filesystem",
    .plugin = "filesystem",
    .build = build_source,
    .look = mount_and_source,
    .story = kLife,
    .common = {{"directory", "/run/mnt"}, {"device", "/run/source"}, {"fstype", "fuse.bindfs"}},
    .missing = missing_of_fuse,
};

/// Ours, by its namespace: others may run here.
const std::string kKillBindfs = "!pkill -KILL --ns $$ --nslist net -x bindfs";

const std::vector<Case> kFuseCases = {
    {"Bindfs"},
    {"WithOptions", {{"options", "ro,noatime"}}, {"start", "monitor", "monitor@20", "stop"}},
    {"AsAnOption",
     {{"fstype", "fuse"}, {"device", "bindfs#/run/source"}},
     {"probe", "start", "monitor", "stop"}},
    {"OfNothing", {{"device", "/run/none"}}, {"probe", "start", "monitor", "stop"}},
    {"NoSuchProgram", {{"fstype", "fuse.nosuch"}}, {"probe", "start", "monitor", "stop"}},
    {"OfAServer", {{"fstype", "fuse.sshfs"}, {"device", "server:/path"}}, {"start", "monitor"}},
    {"AsAClone", {}, {"start", "monitor"}, {{"clone", "0"}, {"clone-max", "2"}}},
    {"BusyWithAWorkingDirectory", {}, {"start", kSleepInside, "stop", "monitor"}},
    {"BusyAndNobodyToBeEnded",
     {{"force_unmount", "false"}, {"fast_stop", "yes"}},
     {"start", kSleepInside, "stop", "monitor", kEndSleep}},
    {"ProgramGone",
     {},
     {"start", kKillBindfs, "monitor", "monitor@10", "monitor@20", "stop", "monitor", "start",
      "monitor", "stop"}},
    {"ServedByBoth",
     {},
     {"start", "other:monitor", "other:stop", "monitor", "other:start", "start", "stop"}},
};

INSTANTIATE_TEST_SUITE_P(Fuse, Parity, ::testing::ValuesIn(all_of(kFuse, kFuseCases)), name_of);

/// A service that has come from an agent has the limits of a service.
TEST(FilesystemOnFuse, LeavesTheFilesystemsProcessWithoutTheHostsLimits) {
  if (const std::string lacking = missing_of_fuse(); !lacking.empty()) {
    GTEST_SKIP() << "missing here: " << lacking;
  }
  const std::string limits = "prlimit --raw --noheadings --output HARD,SOFT --as --nofile --pid ";
  Agent looking_at_limits = kFuse;
  looking_at_limits.look = [&] {
    return json(output_of(limits + "$(pgrep --ns $$ --nslist net -x bindfs) 2>&-"));
  };
  const json told = tell_natively(looking_at_limits, {"", {}, {"start", "stop"}});
  ASSERT_TRUE(told.is_array());
  EXPECT_EQ(told[0]["state"], output_of(limits + "$$"));
}

}  // namespace
}  // namespace mainstay::parity
